/// A heap block between its allocation and its release.
struct LiveBlock: Equatable {
  /// The ordinal of the event that allocated it.
  var event: UInt64
  var size: UInt64
  var thread: UInt64
  var stack: UInt64
  var hasStack: Bool
  /// More stands beside its row: a part, an instance or an owner.
  var isAmended = false
  var category: UInt8
  /// Its place in the cell table.
  var cell: Int32
}

/// Live blocks by address: open addressing with linear probing and backward-shift deletion.
///
/// Rationale: matching is the serial part of ingest and waits for memory more than it computes. A
/// slot is one word (the upper half of the address's hash, and a place), so that probes seldom leave
/// the cache; blocks lie in a pool whose places are used again last in, first out.
struct LiveBlockTable {
  private struct Entry {
    var address: UInt64
    var block: LiveBlock
  }

  /// Hash in the upper half, place + 1 in the lower; 0 where the slot is free.
  private var slots: [UInt64]
  private var entries: [Entry] = []
  private var freePlaces: [Int] = []
  /// 64 less the log2 of the number of slots.
  private var shift: UInt64
  private(set) var count = 0

  init() {
    let bits: UInt64 = 12
    slots = Array(repeating: 0, count: 1 << bits)
    shift = 64 - bits
  }

  @inline(__always)
  private static func tag(_ address: UInt64) -> UInt64 {
    (address &* 0x9E37_79B9_7F4A_7C15) & 0xFFFF_FFFF_0000_0000
  }

  @inline(__always)
  private static func place(_ slot: UInt64) -> Int { Int(slot & 0xFFFF_FFFF) - 1 }

  /// The slot that holds the address, or the free one where it belongs.
  @inline(__always)
  private func find(_ address: UInt64) -> Int {
    let mask = slots.count - 1
    let tag = LiveBlockTable.tag(address)
    var index = Int(truncatingIfNeeded: tag >> shift)
    while true {
      let slot = slots[index]
      if slot == 0 { return index }
      if slot & 0xFFFF_FFFF_0000_0000 == tag,
        entries[LiveBlockTable.place(slot)].address == address
      {
        return index
      }
      index = (index + 1) & mask
    }
  }

  /// Makes a block live at an address; returns the one that was still live there.
  @inline(__always)
  mutating func insert(_ block: LiveBlock, at address: UInt64) -> LiveBlock? {
    if count &* 10 > slots.count &* 6 { grow() }
    let index = find(address)
    guard slots[index] == 0 else {
      let place = LiveBlockTable.place(slots[index])
      let replaced = entries[place].block
      entries[place].block = block
      return replaced
    }
    let entry = Entry(address: address, block: block)
    let place: Int
    if let free = freePlaces.popLast() {
      place = free
      entries[place] = entry
    } else {
      place = entries.count
      precondition(place < 0xFFFF_FFFF, "more live blocks than a slot can number")
      entries.append(entry)
    }
    slots[index] = LiveBlockTable.tag(address) | UInt64(place + 1)
    count += 1
    return nil
  }

  /// Ends the block at an address; nil where none is live.
  @inline(__always)
  mutating func remove(at address: UInt64) -> LiveBlock? {
    var hole = find(address)
    guard slots[hole] != 0 else { return nil }
    let place = LiveBlockTable.place(slots[hole])
    let mask = slots.count - 1
    var next = (hole + 1) & mask
    while slots[next] != 0 {
      let distance = (next &- Int(truncatingIfNeeded: slots[next] >> shift)) & mask
      if distance >= (next &- hole) & mask {
        slots[hole] = slots[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    slots[hole] = 0
    count -= 1
    freePlaces.append(place)
    return entries[place].block
  }

  /// Ends every block, in the order of their allocation.
  mutating func takeAll() -> [LiveBlock] {
    let live = slots.lazy.filter { $0 != 0 }.map { [entries] in
      entries[LiveBlockTable.place($0)].block
    }
    let all = live.sorted { $0.event < $1.event }
    self = LiveBlockTable()
    return all
  }

  /// A live block that fits; costs as much as there are blocks.
  func first(where fits: (UInt64, LiveBlock) -> Bool) -> (address: UInt64, block: LiveBlock)? {
    for slot in slots where slot != 0 {
      let entry = entries[LiveBlockTable.place(slot)]
      if fits(entry.address, entry.block) { return (entry.address, entry.block) }
    }
    return nil
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: old.count * 2)
    shift -= 1
    let mask = slots.count - 1
    for slot in old where slot != 0 {
      var index = Int(truncatingIfNeeded: slot >> shift)
      while slots[index] != 0 { index = (index + 1) & mask }
      slots[index] = slot
    }
  }
}
