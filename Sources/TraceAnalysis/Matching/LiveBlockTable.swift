import CMemory

/// A heap block between its allocation and its release.
struct LiveBlock: BitwiseCopyable {
  var address: UInt64
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
/// the cache; blocks lie in a pool whose places are used again last in, first out, two in each line
/// of a cache, so that one look into memory finds all of a block. The memory is reached by pointers,
/// because an array would be asked before each write whether it is shared: a copy of the table is the
/// same table.
@safe struct LiveBlockTable {
  /// A block in 32 bytes, without the half of its address's hash that its slot has.
  private struct Entry: BitwiseCopyable {
    let hash: UInt32
    /// The cell, and in the lowest bit whether there is a stack.
    let cellAndHasStack: UInt32
    let allocation: UInt64
    let stack: UInt64
    /// At most ``AddressSpace/limit``, and in the lowest bits whether it is amended and a guest's.
    let sizeAndMarks: UInt64

    @inline(__always)
    func block(of slot: UInt64) -> LiveBlock {
      LiveBlock(
        address: LiveBlockTable.address(of: slot & LiveBlockTable.tagMask | UInt64(hash)),
        allocation: allocation, size: sizeAndMarks >> 2, stack: stack,
        cell: Int32(truncatingIfNeeded: cellAndHasStack >> 1),
        hasStack: cellAndHasStack & 1 != 0, isGuest: sizeAndMarks & 2 != 0,
        isAmended: sizeAndMarks & 1 != 0)
    }
  }

  /// Frees what the table's pointers point to.
  @safe private final class Memory {
    let slots: UnsafeMutablePointer<UInt64>
    let entries: UnsafeMutablePointer<Entry>
    let freePlaces: UnsafeMutablePointer<UInt32>

    init(slots: Int, entries: Int) {
      unsafe self.slots = .allocate(capacity: slots)
      unsafe self.slots.initialize(repeating: 0, count: slots)
      let bytes = entries * MemoryLayout<Entry>.stride
      unsafe self.entries = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        .bindMemory(to: Entry.self, capacity: entries)
      unsafe freePlaces = .allocate(capacity: entries)
    }

    deinit {
      unsafe slots.deallocate()
      unsafe entries.deallocate()
      unsafe freePlaces.deallocate()
    }
  }

  private var memory: Memory
  /// Hash in the upper half, place + 1 in the lower; 0 where the slot is free.
  private var slots: UnsafeMutablePointer<UInt64>
  private var entries: UnsafeMutablePointer<Entry>
  /// The places that were freed, the last one last.
  private var freePlaces: UnsafeMutablePointer<UInt32>
  private var freeCount = 0
  /// The number of slots, a power of two, less 1.
  private var mask: Int
  /// 64 less the log2 of the number of slots.
  private var shift: UInt64
  /// Places beyond which no block has been yet.
  private var usedPlaces = 0
  /// How many blocks the table takes before it grows.
  private var capacity: Int

  var count: Int { usedPlaces - freeCount }

  /// Whether blocks are to be called into the cache: the smallest table stays there by itself.
  var isFar: Bool { mask > LiveBlockTable.nearMask }

  private static let smallestBits: UInt64 = 12
  private static let nearMask = 1 << smallestBits - 1

  init() {
    self.init(bits: LiveBlockTable.smallestBits)
  }

  private init(bits: UInt64) {
    memory = Memory(slots: 1 << bits, entries: LiveBlockTable.places(bits: bits))
    unsafe slots = memory.slots
    unsafe entries = memory.entries
    unsafe freePlaces = memory.freePlaces
    mask = 1 << bits - 1
    shift = 64 - bits
    capacity = LiveBlockTable.places(bits: bits)
  }

  /// How many blocks a table of so many slots takes before it grows.
  ///
  /// Of three slots, at most one is taken: most probes then end at the first, which a processor can
  /// foresee.
  private static func places(bits: UInt64) -> Int { (1 << bits) / 3 }

  /// The half of a hash that a slot keeps.
  private static let tagMask: UInt64 = 0xFFFF_FFFF_0000_0000

  @inline(__always)
  private static func hash(_ address: UInt64) -> UInt64 { address &* 0x9E37_79B9_7F4A_7C15 }

  /// The only address with a hash: the factors' product is 1.
  @inline(__always)
  private static func address(of hash: UInt64) -> UInt64 { hash &* 0xF1DE_83E1_9937_733D }

  @inline(__always)
  private static func place(_ slot: UInt64) -> Int {
    Int(truncatingIfNeeded: slot & 0xFFFF_FFFF) &- 1
  }

  /// The slot that holds the address, or the free one where it belongs.
  @inline(__always)
  private func find(_ address: UInt64) -> Int {
    let hash = LiveBlockTable.hash(address)
    var index = Int(truncatingIfNeeded: hash &>> shift)
    while true {
      let slot = unsafe slots[index]
      if slot == 0 { return index }
      if (slot ^ hash) & LiveBlockTable.tagMask == 0,
        unsafe entries[LiveBlockTable.place(slot)].hash == UInt32(truncatingIfNeeded: hash)
      {
        return index
      }
      index = (index &+ 1) & mask
    }
  }

  /// Calls the slots where addresses will be looked for into the cache.
  @inline(__always)
  func prefetchSlots(of addresses: UnsafeBufferPointer<UInt64>) {
    for index in 0..<addresses.count {
      let hash = LiveBlockTable.hash(unsafe addresses[index])
      unsafe memtrace_prefetch(slots + Int(truncatingIfNeeded: hash &>> shift))
    }
  }

  /// Calls the blocks that the slots of addresses name, which often are the addresses' own.
  @inline(__always)
  func prefetchBlocks(at addresses: UnsafeBufferPointer<UInt64>) {
    for index in 0..<addresses.count {
      let hash = LiveBlockTable.hash(unsafe addresses[index])
      let slot = unsafe slots[Int(truncatingIfNeeded: hash &>> shift)]
      // A free slot names the entry before the first, which is never looked at.
      unsafe memtrace_prefetch(entries + LiveBlockTable.place(slot))
    }
  }

  /// Where the block of an address is, until the table is changed; nil where none is live.
  @inline(__always)
  func place(of address: UInt64) -> Place? {
    let slot = find(address)
    return unsafe slots[slot] == 0 ? nil : Place(slot: slot)
  }

  /// A slot that holds a block.
  struct Place {
    fileprivate let slot: Int
  }

  @inline(__always)
  subscript(place: Place) -> LiveBlock { unsafe block(in: slots[place.slot]) }

  /// The block that a slot names.
  @inline(__always)
  private func block(in slot: UInt64) -> LiveBlock {
    unsafe entries[LiveBlockTable.place(slot)].block(of: slot)
  }

  /// Makes a block live; returns the one that was still live at its address.
  @inline(__always)
  mutating func insert(_ block: LiveBlock) -> LiveBlock? {
    if begin(block) { return nil }
    let slot = unsafe slots[find(block.address)]
    let replaced = self.block(in: slot)
    unsafe write(block, to: entries + LiveBlockTable.place(slot))
    return replaced
  }

  @inline(__always)
  private func write(_ block: LiveBlock, to entry: UnsafeMutablePointer<Entry>) {
    unsafe entry.initialize(
      to: Entry(
        hash: UInt32(truncatingIfNeeded: LiveBlockTable.hash(block.address)),
        cellAndHasStack: UInt32(truncatingIfNeeded: block.cell) << 1 | (block.hasStack ? 1 : 0),
        allocation: block.allocation, stack: block.stack,
        sizeAndMarks: block.size << 2 | (block.isGuest ? 2 : 0) | (block.isAmended ? 1 : 0)))
  }

  /// Makes a block live where none is; false, and nothing is done, where one is.
  @inline(__always)
  mutating func begin(_ block: LiveBlock) -> Bool {
    var index = find(block.address)
    guard unsafe slots[index] == 0 else { return false }
    let place: Int
    if freeCount > 0 {
      freeCount &-= 1
      place = unsafe Int(truncatingIfNeeded: freePlaces[freeCount])
    } else {
      if usedPlaces == capacity {
        self = LiveBlockTable.doubled(memory, bits: 64 - shift)
        index = find(block.address)
      }
      place = usedPlaces
      usedPlaces &+= 1
    }
    unsafe write(block, to: entries + place)
    let tag = LiveBlockTable.hash(block.address) & LiveBlockTable.tagMask
    unsafe slots[index] = tag | UInt64(truncatingIfNeeded: place &+ 1)
    return true
  }

  /// Ends the block at an address; nil where none is live.
  @inline(__always)
  mutating func remove(at address: UInt64) -> LiveBlock? {
    guard let place = place(of: address) else { return nil }
    let block = self[place]
    end(place)
    return block
  }

  /// Ends the block at a place.
  @inline(__always)
  mutating func end(_ ended: Place) {
    var hole = ended.slot
    let place = unsafe LiveBlockTable.place(slots[hole])
    var next = (hole &+ 1) & mask
    var follower = unsafe slots[next]
    while follower != 0 {
      let distance = (next &- Int(truncatingIfNeeded: follower &>> shift)) & mask
      if distance >= (next &- hole) & mask {
        unsafe slots[hole] = follower
        hole = next
      }
      next = (next &+ 1) & mask
      follower = unsafe slots[next]
    }
    unsafe slots[hole] = 0
    unsafe freePlaces[freeCount] = UInt32(truncatingIfNeeded: place)
    freeCount &+= 1
  }

  /// Ends every block, in the order of their allocation.
  mutating func takeAll() -> [LiveBlock] {
    var all: [LiveBlock] = []
    forEach { all.append($0) }
    all.sort { $0.allocation < $1.allocation }
    self = LiveBlockTable()
    return all
  }

  /// A live block that fits; costs as much as there are blocks.
  func first(where fits: (LiveBlock) -> Bool) -> LiveBlock? {
    var found: LiveBlock?
    forEach { block in
      if found == nil, fits(block) { found = block }
    }
    return found
  }

  func forEach(_ body: (LiveBlock) -> Void) {
    for index in 0...mask {
      let slot = unsafe slots[index]
      guard slot != 0 else { continue }
      body(block(in: slot))
    }
  }

  /// A table twice as large, of the blocks of one whose places are all taken, and in which they stay
  /// as they are.
  ///
  /// One of its own, so that whoever calls ``begin(_:)`` may keep the other in registers.
  @inline(never)
  private static func doubled(_ full: Memory, bits: UInt64) -> LiveBlockTable {
    precondition(bits < 32, "more live blocks than a slot can number")
    var doubled = LiveBlockTable(bits: bits + 1)
    doubled.usedPlaces = places(bits: bits)
    unsafe doubled.entries.update(from: full.entries, count: doubled.usedPlaces)
    for index in 0..<1 << Int(bits) {
      let slot = unsafe full.slots[index]
      guard slot != 0 else { continue }
      var target = Int(truncatingIfNeeded: slot &>> doubled.shift)
      while unsafe doubled.slots[target] != 0 { target = (target + 1) & doubled.mask }
      unsafe doubled.slots[target] = slot
    }
    return doubled
  }
}
