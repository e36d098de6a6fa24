import CMemory

/// A heap block between its allocation and its release.
struct LiveBlock: Equatable {
  /// The ordinal of its allocation among the rows in which blocks may begin.
  var allocation: UInt64
  var size: UInt64
  var stack: UInt64
  /// Its place in the cell table, which knows category and thread.
  var cell: Int32
  var hasStack: Bool
  /// Its address is an offset in a guest's memory.
  var isGuest = false
  /// More stands beside its row: a part, an instance or an owner.
  var isAmended = false
}

/// Live blocks by address: open addressing with linear probing and backward-shift deletion.
///
/// Rationale: matching is the serial part of ingest and waits for memory more than it computes. A
/// slot is one word (the upper half of the address's hash, and a place), so that probes seldom leave
/// the cache; blocks lie in a pool whose places are used again last in, first out. The memory is
/// reached by pointers, because an array would be asked before each write whether it is shared: a
/// copy of the table is the same table.
@safe struct LiveBlockTable {
  private struct Entry {
    var address: UInt64
    var block: LiveBlock
  }

  /// Frees what the table's pointers point to.
  @safe private final class Memory {
    let slots: UnsafeMutablePointer<UInt64>
    let entries: UnsafeMutablePointer<Entry>

    init(slots: Int, entries: Int) {
      unsafe self.slots = .allocate(capacity: slots)
      unsafe self.slots.initialize(repeating: 0, count: slots)
      unsafe self.entries = .allocate(capacity: entries)
    }

    deinit {
      unsafe slots.deallocate()
      unsafe entries.deallocate()
    }
  }

  private var memory: Memory
  /// Hash in the upper half, place + 1 in the lower; 0 where the slot is free.
  private var slots: UnsafeMutablePointer<UInt64>
  private var entries: UnsafeMutablePointer<Entry>
  /// The number of slots, a power of two, less 1.
  private var mask: Int
  /// 64 less the log2 of the number of slots.
  private var shift: UInt64
  /// Places beyond which no block has been yet.
  private var usedPlaces = 0
  /// The place that was freed last, whose entry's address names the one before; -1 for none.
  private var freePlace = -1
  private(set) var count = 0

  init() {
    self.init(bits: 12)
  }

  private init(bits: UInt64) {
    memory = Memory(slots: 1 << bits, entries: LiveBlockTable.places(bits: bits))
    unsafe slots = memory.slots
    unsafe entries = memory.entries
    mask = 1 << bits - 1
    shift = 64 - bits
  }

  /// How many blocks a table of so many slots takes before it grows.
  private static func places(bits: UInt64) -> Int { (1 << bits) / 8 * 5 }

  @inline(__always)
  private static func tag(_ address: UInt64) -> UInt64 {
    (address &* 0x9E37_79B9_7F4A_7C15) & 0xFFFF_FFFF_0000_0000
  }

  @inline(__always)
  private static func place(_ slot: UInt64) -> Int { Int(slot & 0xFFFF_FFFF) - 1 }

  /// The slot that holds the address, or the free one where it belongs.
  @inline(__always)
  private func find(_ address: UInt64) -> Int {
    let tag = LiveBlockTable.tag(address)
    var index = Int(truncatingIfNeeded: tag &>> shift)
    while true {
      let slot = unsafe slots[index]
      if slot == 0 { return index }
      if slot & 0xFFFF_FFFF_0000_0000 == tag,
        unsafe entries[LiveBlockTable.place(slot)].address == address
      {
        return index
      }
      index = (index + 1) & mask
    }
  }

  /// Calls the slot where an address will be looked for into the cache.
  @inline(__always)
  func prefetchSlot(of address: UInt64) {
    unsafe memtrace_prefetch(
      slots + Int(truncatingIfNeeded: LiveBlockTable.tag(address) &>> shift))
  }

  /// Calls the block that the slot of an address names, which often is the address's own.
  @inline(__always)
  func prefetchBlock(at address: UInt64) {
    let slot = unsafe slots[Int(truncatingIfNeeded: LiveBlockTable.tag(address) &>> shift)]
    if slot != 0 { unsafe memtrace_prefetch(entries + LiveBlockTable.place(slot)) }
  }

  /// Makes a block live at an address; returns the one that was still live there.
  @inline(__always)
  mutating func insert(_ block: LiveBlock, at address: UInt64) -> LiveBlock? {
    if count >= LiveBlockTable.places(bits: 64 - shift) { grow() }
    let index = find(address)
    let slot = unsafe slots[index]
    guard slot == 0 else {
      let place = LiveBlockTable.place(slot)
      let replaced = unsafe entries[place].block
      unsafe entries[place].block = block
      return replaced
    }
    let place: Int
    if freePlace >= 0 {
      place = freePlace
      freePlace = unsafe Int(truncatingIfNeeded: entries[place].address)
    } else {
      place = usedPlaces
      usedPlaces += 1
    }
    unsafe entries[place] = Entry(address: address, block: block)
    unsafe slots[index] = LiveBlockTable.tag(address) | UInt64(place + 1)
    count += 1
    return nil
  }

  /// Ends the block at an address; nil where none is live.
  @inline(__always)
  mutating func remove(at address: UInt64) -> LiveBlock? {
    var hole = find(address)
    let slot = unsafe slots[hole]
    guard slot != 0 else { return nil }
    let place = LiveBlockTable.place(slot)
    var next = (hole + 1) & mask
    while true {
      let follower = unsafe slots[next]
      if follower == 0 { break }
      let distance = (next &- Int(truncatingIfNeeded: follower &>> shift)) & mask
      if distance >= (next &- hole) & mask {
        unsafe slots[hole] = follower
        hole = next
      }
      next = (next + 1) & mask
    }
    unsafe slots[hole] = 0
    count -= 1
    let block = unsafe entries[place].block
    unsafe entries[place].address = UInt64(truncatingIfNeeded: freePlace)
    freePlace = place
    return block
  }

  /// Ends every block, in the order of their allocation.
  mutating func takeAll() -> [LiveBlock] {
    var all: [LiveBlock] = []
    forEach { _, block in all.append(block) }
    all.sort { $0.allocation < $1.allocation }
    self = LiveBlockTable()
    return all
  }

  /// A live block that fits; costs as much as there are blocks.
  func first(where fits: (UInt64, LiveBlock) -> Bool) -> (address: UInt64, block: LiveBlock)? {
    var found: (address: UInt64, block: LiveBlock)?
    forEach { address, block in
      if found == nil, fits(address, block) { found = (address, block) }
    }
    return found
  }

  private func forEach(_ body: (UInt64, LiveBlock) -> Void) {
    for index in 0...mask {
      let slot = unsafe slots[index]
      guard slot != 0 else { continue }
      let entry = unsafe entries[LiveBlockTable.place(slot)]
      body(entry.address, entry.block)
    }
  }

  /// Doubles the table, in which the places of blocks stay as they are.
  private mutating func grow() {
    let bits = 64 - shift + 1
    precondition(bits < 33, "more live blocks than a slot can number")
    var grown = LiveBlockTable(bits: bits)
    unsafe grown.entries.update(from: entries, count: usedPlaces)
    grown.usedPlaces = usedPlaces
    grown.freePlace = freePlace
    grown.count = count
    for index in 0...mask {
      let slot = unsafe slots[index]
      guard slot != 0 else { continue }
      var target = Int(truncatingIfNeeded: slot &>> grown.shift)
      while unsafe grown.slots[target] != 0 { target = (target + 1) & grown.mask }
      unsafe grown.slots[target] = slot
    }
    self = grown
  }
}
