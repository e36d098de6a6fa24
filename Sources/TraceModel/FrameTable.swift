import Glibc

/// Frames of call stacks, each text once, by its place: UTF-8 texts one behind the other.
///
/// Rationale: each frame of a program stands in many stacks. Open addressing with linear probing;
/// the hash, of one run of the program, is known to whoever has looked at the text.
package struct FrameTable: Sendable {
  private var texts: [UInt8] = []
  private var ends: [Int] = []
  private var hashes: [Int] = []
  /// The place of a frame + 1; 0 where the slot is free.
  private var slots: [UInt32] = []

  package init() {}

  package var count: Int { ends.count }
  /// Bytes of all frames.
  package var textBytes: Int { texts.count }

  package func textBytes(_ place: Int) -> Int { range(place).count }

  /// The place of a frame, which is the next one where it is new; what is no UTF-8 is replaced.
  package mutating func place(of frame: UnsafeRawBufferPointer) -> Int {
    let words = unsafe FrameWords(frame)
    if words.areASCII { return unsafe place(of: frame, hash: words.hash) }
    var text = unsafe String(decoding: frame, as: UTF8.self)
    return text.withUTF8 { utf8 in
      let utf8 = UnsafeRawBufferPointer(utf8)
      return unsafe place(of: utf8, hash: FrameWords(utf8).hash)
    }
  }

  /// The place of another table's frame.
  package mutating func place(of place: Int, in other: FrameTable) -> Int {
    unsafe other.withFrame(place) { frame in
      unsafe self.place(of: frame, hash: other.hashes[place])
    }
  }

  mutating func place(of frame: UnsafeRawBufferPointer, hash: Int) -> Int {
    let mask = slots.count - 1
    var slot = hash & mask
    while mask > 0, slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if hashes[place] == hash, unsafe isText(range(place), equalTo: frame) { return place }
      slot = (slot + 1) & mask
    }
    unsafe texts.append(contentsOf: frame)
    ends.append(texts.count)
    hashes.append(hash)
    if count * 2 > slots.count {
      slots = Array(repeating: 0, count: max(64, slots.count * 2))
      for place in 0..<count { enter(place) }
    } else {
      slots[slot] = UInt32(count)
    }
    return count - 1
  }

  private mutating func enter(_ place: Int) {
    let mask = slots.count - 1
    var slot = hashes[place] & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = UInt32(place + 1)
  }

  private func isText(_ range: Range<Int>, equalTo frame: UnsafeRawBufferPointer) -> Bool {
    guard range.count == frame.count else { return false }
    return unsafe texts.withUnsafeBytes { texts in
      guard let known = texts.baseAddress, let asked = frame.baseAddress else { return true }
      return unsafe memcmp(known + range.lowerBound, asked, range.count) == 0
    }
  }

  private func range(_ place: Int) -> Range<Int> {
    (place == 0 ? 0 : ends[place - 1])..<ends[place]
  }

  /// Lends a frame's UTF-8 bytes.
  package func withFrame<Result>(
    _ place: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    unsafe texts.withUnsafeBytes { texts in
      unsafe body(UnsafeRawBufferPointer(rebasing: texts[range(place)]))
    }
  }

  package subscript(place: Int) -> String {
    unsafe withFrame(place) { unsafe String(decoding: $0, as: UTF8.self) }
  }
}

/// What one look at a frame's bytes, eight at a time, says of them.
private struct FrameWords {
  /// Each byte is below 128.
  var areASCII: Bool { highBits & 0x8080_8080_8080_8080 == 0 }
  var hash: Int { Int(truncatingIfNeeded: state) }

  private var highBits: UInt64 = 0
  private var state: UInt64

  /// Of one run of the program, so that no log can be made for its frames to have one hash.
  private static let seed = UInt64.random(in: .min ... .max)
  private static let otherSeed = UInt64.random(in: .min ... .max)

  init(_ bytes: UnsafeRawBufferPointer) {
    let otherSeed = FrameWords.otherSeed
    let count = bytes.count
    state = FrameWords.seed ^ UInt64(truncatingIfNeeded: count)
    guard let start = bytes.baseAddress, count >= 16 else {
      for place in 0..<count { take(unsafe UInt64(bytes[place]), 0, otherSeed) }
      return
    }
    var place = 0
    while place &+ 16 < count {
      unsafe take(word(start, place), word(start, place &+ 8), otherSeed)
      place &+= 16
    }
    // The last sixteen bytes, some of which may have been looked at.
    unsafe take(word(start, count &- 16), word(start, count &- 8), otherSeed)
  }

  @inline(__always)
  private func word(_ start: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    unsafe start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  @inline(__always)
  private mutating func take(_ word: UInt64, _ other: UInt64, _ otherSeed: UInt64) {
    highBits |= word | other
    let product = (state ^ word).multipliedFullWidth(by: otherSeed ^ other)
    state = product.high ^ product.low
  }
}
