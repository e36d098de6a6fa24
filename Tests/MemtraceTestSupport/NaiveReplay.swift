package import TraceModel

/// Live heap bytes by the obvious means: a dictionary of blocks, and all totals after every event.
package struct NaiveReplay: Sendable {
  package struct Block: Hashable, Sendable {
    package var size: Int64
    package var thread: UInt64
    package var usage: String?
    package var stack: UInt64?
  }

  package private(set) var live: [UInt64: Block] = [:]
  /// The total after each event.
  package private(set) var totals: [Int64] = []
  package private(set) var times: [UInt64] = []
  /// The event at which the total first exceeds all before it, and what then was live.
  package private(set) var peakEvent: UInt64 = 0
  package private(set) var peakBytes: Int64 = 0
  package private(set) var peakBlocks: [Block] = []
  package private(set) var missedFrees: UInt64 = 0
  package private(set) var unmatchedFrees: UInt64 = 0

  package init() {}

  package init(_ log: RandomLog) {
    for event in log.events { replay(event) }
  }

  package mutating func replay(_ event: LogEvent) {
    let block = Block(
      size: Int64(event.size ?? 0),
      thread: event.thread,
      usage: event.usage,
      stack: event.stack
    )
    if event.operation == .free {
      free(event.address)
    } else if event.operation == .realloc {
      // Address 0 with a size is a failed call: the old block stays.
      if event.address != 0 || event.size == 0 { free(event.old ?? 0) }
      begin(block, at: event.address)
    } else if event.operation.isAllocation {
      begin(block, at: event.address)
    }
    let total = live.values.reduce(0) { $0 + $1.size }
    if total > peakBytes {
      peakBytes = total
      peakEvent = UInt64(totals.count)
      peakBlocks = Array(live.values)
    }
    totals.append(total)
    times.append(event.time)
  }

  private mutating func free(_ address: UInt64) {
    guard address != 0 else { return }
    if live.removeValue(forKey: address) == nil { unmatchedFrees += 1 }
  }

  private mutating func begin(_ block: Block, at address: UInt64) {
    guard address != 0 else { return }
    if live.updateValue(block, forKey: address) != nil { missedFrees += 1 }
  }

  /// The category of a block in a log whose scope nobody says.
  package static func category(_ block: Block, scope: TraceScope? = nil) -> MemoryCategory {
    switch block.usage {
    case "linear": .linearMemory
    case "runtime": .runtimeOther
    default: scope == .wamr ? .runtimeOther : .unattributed
    }
  }

  /// Blocks as cells that hold anything, in order.
  package static func cells(
    _ blocks: some Sequence<Block>,
    scope: TraceScope? = nil
  ) -> [CellBytes] {
    var cells: [Cell: CellBytes] = [:]
    for block in blocks {
      let cell = Cell(category: category(block, scope: scope), thread: block.thread)
      cells[cell, default: CellBytes(cell: cell)].committed += block.size
      cells[cell, default: CellBytes(cell: cell)].count += 1
    }
    return cells.values.filter { !$0.isZero }.sorted { $0.cell < $1.cell }
  }
}
