import Glibc

/// The lists of patterns that frames match, by the frame's text: each frame of a program stands in
/// many stacks.
///
/// Open addressing with linear probing, by hashes that whoever read the frames has taken.
struct FrameLists {
  private struct Entry {
    var hash: Int
    var text: Range<Int>
    var lists: AttributionRules.Lists
  }

  private var entries: [Entry] = []
  private var texts: [UInt8] = []
  /// The place of an entry + 1; 0 where the slot is free.
  private var slots = [UInt32](repeating: 0, count: 1024)

  /// The lists of a frame; found out by `find` where it is new.
  @inline(__always)
  mutating func lists(
    of frame: UnsafeRawBufferPointer, hash: Int, orFind find: () -> AttributionRules.Lists
  ) -> AttributionRules.Lists {
    let mask = slots.count - 1
    var slot = hash & mask
    while slots[slot] != 0 {
      let entry = entries[Int(slots[slot]) - 1]
      if entry.hash == hash, unsafe isText(entry.text, equalTo: frame) { return entry.lists }
      slot = (slot + 1) & mask
    }
    let lists = find()
    add(Entry(hash: hash, text: texts.count..<(texts.count + frame.count), lists: lists))
    unsafe texts.append(contentsOf: frame)
    return lists
  }

  private func isText(_ range: Range<Int>, equalTo frame: UnsafeRawBufferPointer) -> Bool {
    guard range.count == frame.count else { return false }
    return unsafe texts.withUnsafeBytes { texts in
      guard let known = texts.baseAddress, let asked = frame.baseAddress else { return true }
      return unsafe memcmp(known + range.lowerBound, asked, range.count) == 0
    }
  }

  private mutating func add(_ entry: Entry) {
    entries.append(entry)
    if entries.count * 2 > slots.count {
      slots = Array(repeating: 0, count: slots.count * 2)
      for place in entries.indices { enter(place) }
    } else {
      enter(entries.count - 1)
    }
  }

  private mutating func enter(_ place: Int) {
    let mask = slots.count - 1
    var slot = entries[place].hash & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = UInt32(place + 1)
  }
}
