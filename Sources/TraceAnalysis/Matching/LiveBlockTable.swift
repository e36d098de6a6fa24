/// A heap block between its allocation and its release.
struct LiveBlock: Equatable {
  /// The ordinal of the event that allocated it.
  var event: UInt64
  var size: UInt64
  var thread: UInt64
  var stack: UInt64
  var hasStack: Bool
  var category: UInt8
  /// Its place in the cell table.
  var cell: Int32
}

/// Live blocks by address: open addressing with linear probing and backward-shift deletion.
///
/// Rationale: matching is the serial part of ingest, and this takes a third of a `Dictionary`'s
/// time. Slots are small, so that a probe seldom leaves the cache; blocks lie in a pool whose places
/// are used again last in, first out.
struct LiveBlockTable {
  /// Address 0 marks a free slot; no block is live there.
  private struct Slot {
    var address: UInt64
    var place: Int

    static let free = Slot(address: 0, place: 0)
  }

  private var slots: [Slot]
  private var blocks: [LiveBlock] = []
  private var freePlaces: [Int] = []
  private var shift: UInt64
  private(set) var count = 0

  init() {
    let bits: UInt64 = 12
    slots = Array(repeating: Slot.free, count: 1 << bits)
    shift = 64 - bits
  }

  @inline(__always)
  private func home(_ address: UInt64) -> Int {
    Int(truncatingIfNeeded: (address &* 0x9E37_79B9_7F4A_7C15) >> shift)
  }

  /// The slot that holds the address, or the free one where it belongs.
  @inline(__always)
  private func slot(_ address: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = home(address)
    while slots[slot].address != address, slots[slot].address != 0 { slot = (slot + 1) & mask }
    return slot
  }

  /// Makes a block live at an address other than 0; returns the one that was still live there.
  @inline(__always)
  mutating func insert(_ block: LiveBlock, at address: UInt64) -> LiveBlock? {
    if count &* 2 > slots.count { grow() }
    let slot = slot(address)
    guard slots[slot].address == 0 else {
      let replaced = blocks[slots[slot].place]
      blocks[slots[slot].place] = block
      return replaced
    }
    let place: Int
    if let free = freePlaces.popLast() {
      place = free
      blocks[place] = block
    } else {
      place = blocks.count
      blocks.append(block)
    }
    slots[slot] = Slot(address: address, place: place)
    count += 1
    return nil
  }

  /// Ends the block at an address; nil where none is live.
  @inline(__always)
  mutating func remove(at address: UInt64) -> LiveBlock? {
    var hole = slot(address)
    guard address != 0, slots[hole].address == address else { return nil }
    let place = slots[hole].place
    let mask = slots.count - 1
    var next = (hole + 1) & mask
    while slots[next].address != 0 {
      let distance = (next &- home(slots[next].address)) & mask
      if distance >= (next &- hole) & mask {
        slots[hole] = slots[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    slots[hole].address = 0
    count -= 1
    freePlaces.append(place)
    return blocks[place]
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Slot.free, count: old.count * 2)
    shift -= 1
    for entry in old where entry.address != 0 { slots[slot(entry.address)] = entry }
  }
}
