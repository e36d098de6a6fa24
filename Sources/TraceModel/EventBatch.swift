/// Consecutive events as columns.
///
/// The reader fills shapes, times, threads and values. ``DerivedColumns`` are added once, at
/// ingest, so that no later query needs a table of live blocks.
package struct EventBatch: Sendable {
  /// The ordinal of row 0 in the trace.
  package var firstEvent: UInt64
  /// The shapes that `shapes` indexes.
  package var shapeTable: [EventShape]
  package var shapes: [UInt16] = []
  /// Nanoseconds.
  package var times: [UInt64] = []
  package var threads: [UInt64] = []
  /// The core keys, one value a row; 0 where the row's shape lacks the key.
  package var addresses: [UInt64] = []
  package var olds: [UInt64] = []
  package var sizes: [UInt64] = []
  package var stacks: [UInt64] = []
  /// The other keys: for each field, the values of the rows whose shape has it, in row order.
  ///
  /// Text fields index `strings`; signed ones are bit patterns of `Int64`.
  package var extras: [EventField: [UInt64]] = [:]
  package var strings: [String] = []
  package var derived = DerivedColumns()

  package init(firstEvent: UInt64 = 0, shapeTable: [EventShape] = []) {
    self.firstEvent = firstEvent
    self.shapeTable = shapeTable
  }

  package var count: Int { shapes.count }
  /// Whether its derived columns are there.
  package var isMatched: Bool { derived.categories.count == count }
  package var isEmpty: Bool { shapes.isEmpty }

  /// The fields that have a column of their own in every batch.
  package static func isCore(_ field: EventField) -> Bool {
    field == EventShape.address || field == EventShape.old || field == EventShape.size
      || field == EventShape.stack
  }
}

/// What a query looks at beyond sizes, threads and which block ends where.
package struct EventParts: OptionSet, Sendable {
  package let rawValue: UInt8

  package static let times = EventParts(rawValue: 1)
  package static let stacks = EventParts(rawValue: 2)
  package static let all: EventParts = [.times, .stacks]

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }
}

/// What ingest found out about each row of a batch.
package struct DerivedColumns: Sendable, Equatable {
  /// No block begins in this row.
  package static let noCategory: UInt8 = .max

  /// The category of the block that begins in the row, by code.
  package var categories: [UInt8] = []
  /// Ordinal + 1 of the allocation whose block ends in the row; 0 where none does.
  ///
  /// Allocations are the rows in which a block may begin, counted over the trace.
  package var releases: [UInt64] = []
  /// The ordinal of the batch's first allocation: the ordinals below are of earlier batches.
  package var firstAllocation: UInt64 = 0
  /// The rows in which a block may begin, in order: the batch's allocations.
  package var allocationRows: [Int32] = []
  /// Of the rows that name the block that ends, by `addr` of a free or `old` of a realloc: those in
  /// which that is not what ends, or not spelt as its allocation spelt it; ascending.
  package var inexactReleases: [Int32] = []
  /// For each release of an earlier batch's allocation, in row order: what that block was.
  package var farReleases: [ReleasedBlock] = []
  /// Changes that no heap block explains: mappings, stacks, and bytes that changed owner.
  package var adjustments: [Adjustment] = []
  /// Of all changes, those of memory that belongs to a module instance.
  package var instanceChanges: [InstanceChange] = []
  /// Live bytes just before row 0, by cell; cells of no bytes are absent.
  package var checkpoint: [CellBytes] = []

  package init() {}

  /// Of so many rows in which no block begins or ends.
  package init(unmatched rows: Int) {
    categories = Array(repeating: DerivedColumns.noCategory, count: rows)
    releases = Array(repeating: 0, count: rows)
  }
}

/// A block that ends, as its allocation described it.
///
/// It is public so that other modules' code for it is theirs: a call is too much for each of them.
public struct ReleasedBlock: Hashable, Sendable {
  /// Bytes.
  public var size: UInt64
  /// Whose memory it was: the owner where it is known, else the thread that asked for it.
  public var thread: UInt64
  /// By code.
  public var category: UInt8
  /// The call stack that asked for it, where the log says.
  public var stack: UInt64?

  /// A block of these values.
  @inlinable @inline(__always)
  public init(size: UInt64, thread: UInt64, category: UInt8, stack: UInt64?) {
    self.size = size
    self.thread = thread
    self.category = category
    self.stack = stack
  }
}

/// A change of live bytes in one cell, made by one row.
package struct Adjustment: Hashable, Sendable {
  package var row: Int
  package var category: MemoryCategory
  /// The thread that asked for the memory.
  package var allocatingThread: UInt64
  /// The thread that uses it, where that is known.
  package var owner: UInt64?
  /// The call stack that asked for it, where the log says.
  package var stack: UInt64?
  package var committed: Int64
  package var reserved: Int64
  package var count: Int64

  package var cell: Cell { Cell(category: category, thread: owner ?? allocatingThread) }

  /// The change that takes this one back.
  package var reversed: Adjustment {
    var opposite = self
    opposite.committed = 0 &- committed
    opposite.reserved = 0 &- reserved
    opposite.count = 0 &- count
    return opposite
  }

  package init(
    row: Int, category: MemoryCategory, allocatingThread: UInt64, owner: UInt64?,
    stack: UInt64? = nil, committed: Int64, reserved: Int64, count: Int64
  ) {
    self.row = row
    self.category = category
    self.allocatingThread = allocatingThread
    self.owner = owner
    self.stack = stack
    self.committed = committed
    self.reserved = reserved
    self.count = count
  }
}

/// A change of what one module instance holds, made by one row.
///
/// It is told beside the changes of blocks and mappings, which count the same bytes.
package struct InstanceChange: Hashable, Sendable {
  /// In the order in which instances were made, from 1.
  package var instance: UInt64
  package var change: Adjustment

  package init(instance: UInt64, change: Adjustment) {
    self.instance = instance
    self.change = change
  }
}

/// Category and thread: the grain at which live bytes are kept.
package struct Cell: Hashable, Sendable, Comparable {
  package var category: MemoryCategory
  /// The owner where it is known, else the allocating thread.
  package var thread: UInt64

  package init(category: MemoryCategory, thread: UInt64) {
    self.category = category
    self.thread = thread
  }

  package static func < (left: Cell, right: Cell) -> Bool {
    (left.category, left.thread) < (right.category, right.thread)
  }
}

/// Live bytes of one cell.
package struct CellBytes: Hashable, Sendable {
  package var cell: Cell
  package var committed: Int64
  package var reserved: Int64
  package var count: Int64

  package init(cell: Cell, committed: Int64 = 0, reserved: Int64 = 0, count: Int64 = 0) {
    self.cell = cell
    self.committed = committed
    self.reserved = reserved
    self.count = count
  }

  package var isZero: Bool { committed == 0 && reserved == 0 && count == 0 }
}
