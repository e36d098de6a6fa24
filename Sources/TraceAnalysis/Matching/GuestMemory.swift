import TraceModel

/// How a program's log of its own linear memory (`scope=guest`) divides that memory.
///
/// Every byte of linear memory is in one category: data and the main stack where the linker put them,
/// live blocks of the C library, and the rest, which is free or the allocator's own. A log without
/// `memory` lines has no rest.
struct GuestMemory {
  /// Linear memory's size, as the log last said.
  private(set) var size: Int64 = 0
  /// What is in no other category; below 0 where the log contradicts itself.
  private var rest: Int64 = 0
  /// What was moved for blocks that are threads' stacks, by their address.
  var threadStacks: [UInt64: [Adjustment]] = [:]

  /// Guest addresses are offsets: apart from addresses of the process in the table of live blocks.
  static let addressMark: UInt64 = 1 << 63

  /// The change of the rest when other categories take so many bytes of it; below 0: give back.
  mutating func take(_ bytes: Int64) -> Int64 {
    let before = max(0, rest)
    rest &-= bytes
    return max(0, rest) - before
  }

  /// The change of the rest when memory has this size.
  mutating func resize(to bytes: Int64) -> Int64 {
    defer { size = bytes }
    return take(size - bytes)
  }
}

extension EventMatcher {
  /// Takes `memory`, `region` and `thread-start` of a guest's log.
  mutating func guestChanges(
    _ operation: EventOperation, _ values: ExtraValues, batch: borrowing EventBatch, row: Int
  ) -> [Adjustment] {
    let bytes = Int64(min(batch.sizes[row], AddressSpace.limit))
    switch operation {
    case .other("memory"):
      return [guestChange(.allocatorOverhead, guest.resize(to: bytes), row: row)]
    case .other("region"):
      guard let category = GuestMemory.category(ofRegion: values.text("name")) else { return [] }
      guard committed &+ bytes <= Int64(AddressSpace.limit) else {
        known.impossibleSizes += 1
        return []
      }
      return [
        guestChange(category, bytes, row: row),
        guestChange(.allocatorOverhead, guest.take(bytes), row: row),
      ]
    case .threadStart:
      guard let stack = values.number("stack"),
        let block = blocks.first(where: { block in
          block.address & GuestMemory.addressMark != 0
            && stack &- (block.address & ~GuestMemory.addressMark) < block.size
        }), guest.threadStacks[block.address] == nil
      else { return [] }
      var taken = change(of: block, row: row).reversed
      taken.row = row
      var given = taken.reversed
      given.category = .threadAuxStack
      given.owner = batch.threads[row]
      guest.threadStacks[block.address] = [taken, given]
      return [taken, given]
    default: return []
    }
  }

  /// What a guest's block takes from the rest of its memory; below 0: gives back.
  @inline(never)
  mutating func takeFromGuest(
    _ bytes: Int64, at address: UInt64, row: Int, into derived: inout DerivedColumns
  ) {
    var changes = [guestChange(.allocatorOverhead, guest.take(bytes), row: row)]
    if bytes < 0 {
      changes += guest.threadStacks.removeValue(forKey: address)?.map(\.reversed) ?? []
    }
    applyGuest(changes, row: row, into: &derived)
  }

  private mutating func applyGuest(
    _ changes: [Adjustment], row: Int, into derived: inout DerivedColumns
  ) {
    for var change in changes where change.committed != 0 {
      change.row = row
      committed &+= change.committed
      // Looked up first: the cells that this may add must be there when one is changed.
      let cell = cells.index(category: change.category, thread: change.cell.thread)
      cells.add(cell, committed: change.committed, count: change.count)
      derived.adjustments.append(change)
    }
  }

  private func guestChange(
    _ category: MemoryCategory, _ bytes: Int64, row: Int
  ) -> Adjustment {
    Adjustment(
      row: row, category: category, allocatingThread: 0, owner: nil, committed: bytes, reserved: 0,
      count: 0)
  }
}

extension GuestMemory {
  /// `libc-heap` is what blocks and the rest make up together.
  static func category(ofRegion name: String?) -> MemoryCategory? {
    switch name {
    case "static-data": .staticData
    case "aux-stack": .auxStack
    default: nil
    }
  }
}
