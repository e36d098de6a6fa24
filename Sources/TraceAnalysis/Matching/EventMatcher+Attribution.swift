import TraceModel

/// Owners, instances and parts of blocks: changes told beside the block's own row.
extension EventMatcher {
  /// Tells what a new block's row does not.
  @inline(never)
  mutating func amend(
    _ block: LiveBlock, at address: UInt64, finding: BlockAttribution.Finding, row: Int,
    into derived: inout DerivedColumns
  ) {
    let whole = change(of: block, row: row)
    var amendment = BlockAttribution.Amendment(
      allocation: block.allocation, instance: finding.instance, holdings: [whole])
    if let part = finding.part, let bytes = ExecEnvBlock.stackBytes(inBlockOf: block.size) {
      var moved = whole
      moved.category = part
      moved.committed = Int64(bytes)
      var taken = whole
      taken.committed = -Int64(bytes)
      taken.count = 0
      amendment.changes = [taken, moved]
      amendment.holdings[0].committed -= Int64(bytes)
      amendment.holdings.append(moved)
    }
    for change in amendment.changes { apply(change, row: row, into: &derived) }
    if let instance = finding.instance {
      for holding in amendment.holdings { note(holding, of: instance, row: row, into: &derived) }
    }
    attribution?.amendments[address] = amendment
    if finding.isForCreatedThread {
      attribution?.awaiting[whole.allocatingThread, default: .init()].blocks.append(
        (address, block.allocation))
    }
  }

  /// Takes back what was told beside a block that ends.
  @inline(never)
  mutating func takeBack(at address: UInt64, row: Int, into derived: inout DerivedColumns) {
    guard let amendment = attribution?.amendments.removeValue(forKey: address) else { return }
    for change in amendment.changes { apply(change.reversed, row: row, into: &derived) }
    if let instance = amendment.instance {
      for holding in amendment.holdings {
        note(holding.reversed, of: instance, row: row, into: &derived)
      }
    }
  }

  /// Notes peaks of what an amendment has moved bytes to.
  mutating func noteAmendedPeaks(at address: UInt64, event: UInt64, time: UInt64) {
    for change in attribution?.amendments[address]?.changes ?? [] where change.committed > 0 {
      let cell = cells.index(category: change.category, thread: change.cell.thread)
      cells.notePeaks(of: cell, event: event, time: time)
    }
  }

  /// Puts what the rules say into a mapping's request.
  mutating func attribute(
    _ request: inout AddressSpace.Request, of operation: EventOperation, event: UInt64
  ) {
    guard let stack = request.stack, attribution != nil else { return }
    switch operation {
    case .mmap, .mremap:
      let finding = attribution?.findMapping(
        stack: stack, thread: request.thread, access: request.access,
        isLow: request.flags & AddressSpace.map32Bit != 0, event: event)
      request.ruled = finding?.category
      request.instance = finding?.instance
      if finding?.isForCreatedThread == true {
        attribution?.awaiting[request.thread, default: .init()].mappings.append(request.address)
      }
    case .pthreadCreate:
      request.ruled =
        attribution?.findThread(stack: stack, event: event)
    default: break
    }
  }

  /// A thread has created another: what it asked for since the last one is for this one.
  mutating func noteCreation(by thread: UInt64, handle: UInt64) {
    guard let awaiting = attribution?.awaiting.removeValue(forKey: thread) else { return }
    attribution?.created[handle] = awaiting
  }

  /// Gives a thread what its creator asked for on its behalf.
  mutating func hand(
    to link: AddressSpace.ThreadLink, row: Int, event: UInt64, time: UInt64,
    into derived: inout DerivedColumns
  ) {
    guard let awaiting = attribution?.created.removeValue(forKey: link.handle) else { return }
    for address in awaiting.mappings { space.give(mappingAt: address, to: link.thread) }
    for (address, block) in awaiting.blocks {
      guard var amendment = attribution?.amendments[address], amendment.allocation == block,
        amendment.holdings.allSatisfy({ $0.owner == nil })
      else { continue }
      for index in amendment.holdings.indices {
        let before = amendment.holdings[index]
        amendment.holdings[index].owner = link.thread
        let after = amendment.holdings[index]
        amendment.changes += [before.reversed, after]
        apply(before.reversed, row: row, into: &derived)
        apply(after, row: row, into: &derived)
        if let instance = amendment.instance {
          note(before.reversed, of: instance, row: row, into: &derived)
          note(after, of: instance, row: row, into: &derived)
        }
      }
      attribution?.amendments[address] = amendment
      noteAmendedPeaks(at: address, event: event, time: time)
    }
  }

  /// Ends every block, as `exec` does; mappings end with ``AddressSpace/clear()``.
  mutating func endBlocks(row: Int) -> [Adjustment] {
    var ends: [Adjustment] = []
    for block in blocks.takeAll() { ends.append(change(of: block, row: row).reversed) }
    let amendments = attribution?.amendments ?? [:]
    for address in amendments.keys.sorted() {
      ends += amendments[address]?.changes.map(\.reversed) ?? []
    }
    return ends
  }

  /// Takes back what every instance holds, as `exec` does.
  mutating func endInstances(row: Int, into derived: inout DerivedColumns) {
    let amendments = attribution?.amendments ?? [:]
    for address in amendments.keys.sorted() {
      guard let amendment = amendments[address], let instance = amendment.instance else { continue }
      for holding in amendment.holdings {
        note(holding.reversed, of: instance, row: row, into: &derived)
      }
    }
    attribution?.amendments = [:]
    attribution?.awaiting = [:]
    attribution?.created = [:]
  }

  /// The change that a block's allocation made.
  func change(of block: LiveBlock, row: Int) -> Adjustment {
    let cell = cells.cells[Int(block.cell)]
    return Adjustment(
      row: row, category: cell.category, allocatingThread: cell.thread, owner: nil,
      stack: block.hasStack ? block.stack : nil, committed: Int64(block.size), reserved: 0,
      count: 1)
  }

  /// Adds a change that leaves the total as it is.
  private mutating func apply(
    _ change: Adjustment, row: Int, into derived: inout DerivedColumns
  ) {
    var change = change
    change.row = row
    let cell = cells.index(category: change.category, thread: change.cell.thread)
    cells.add(cell, committed: change.committed, count: change.count)
    derived.adjustments.append(change)
  }

  func note(
    _ change: Adjustment, of instance: UInt64, row: Int, into derived: inout DerivedColumns
  ) {
    var change = change
    change.row = row
    derived.instanceChanges.append(InstanceChange(instance: instance, change: change))
  }
}
