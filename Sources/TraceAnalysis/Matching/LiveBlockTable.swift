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
/// time. Address 0 marks a free slot; no block is live there.
struct LiveBlockTable {
  private var addresses: [UInt64]
  private var blocks: [LiveBlock]
  private var shift: UInt64
  private(set) var count = 0

  private static let empty = LiveBlock(
    event: 0, size: 0, thread: 0, stack: 0, hasStack: false, category: 0, cell: 0)

  init() {
    let bits: UInt64 = 12
    addresses = Array(repeating: 0, count: 1 << bits)
    blocks = Array(repeating: LiveBlockTable.empty, count: 1 << bits)
    shift = 64 - bits
  }

  @inline(__always)
  private func home(_ address: UInt64) -> Int {
    Int(truncatingIfNeeded: (address &* 0x9E37_79B9_7F4A_7C15) >> shift)
  }

  /// The slot that holds the address, or the free one where it belongs.
  @inline(__always)
  private func slot(_ address: UInt64) -> Int {
    let mask = addresses.count - 1
    var slot = home(address)
    while addresses[slot] != address, addresses[slot] != 0 { slot = (slot + 1) & mask }
    return slot
  }

  /// Makes a block live at an address where none is; the address is not 0.
  @inline(__always)
  mutating func insert(_ block: LiveBlock, at address: UInt64) {
    if count &* 10 > addresses.count &* 6 { grow() }
    let slot = slot(address)
    if addresses[slot] == 0 { count += 1 }
    addresses[slot] = address
    blocks[slot] = block
  }

  /// Ends the block at an address; nil where none is live.
  @inline(__always)
  mutating func remove(at address: UInt64) -> LiveBlock? {
    var hole = slot(address)
    guard address != 0, addresses[hole] == address else { return nil }
    let block = blocks[hole]
    let mask = addresses.count - 1
    var next = (hole + 1) & mask
    while addresses[next] != 0 {
      let distance = (next &- home(addresses[next])) & mask
      if distance >= (next &- hole) & mask {
        addresses[hole] = addresses[next]
        blocks[hole] = blocks[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    addresses[hole] = 0
    count -= 1
    return block
  }

  private mutating func grow() {
    let oldAddresses = addresses
    let oldBlocks = blocks
    addresses = Array(repeating: 0, count: oldAddresses.count * 2)
    blocks = Array(repeating: LiveBlockTable.empty, count: oldBlocks.count * 2)
    shift -= 1
    for (index, address) in oldAddresses.enumerated() where address != 0 {
      let slot = slot(address)
      addresses[slot] = address
      blocks[slot] = oldBlocks[index]
    }
  }
}
