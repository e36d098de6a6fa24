package import TraceModel

/// Live bytes by call stack, category and thread after a chosen event.
///
/// What a batch changes is known without the batches before it: parts may be added up in any order.
package struct SiteAggregator: Aggregator, Sendable {
  package static let parts: EventParts = [.stacks]

  /// Where memory was asked for, what for and by whom.
  package struct Site: Hashable, Sendable {
    package var category: MemoryCategory
    package var thread: UInt64
    /// nil where the log gives no stack.
    package var stack: StackID?

    package init(category: MemoryCategory, thread: UInt64, stack: StackID?) {
      self.category = category
      self.thread = thread
      self.stack = stack
    }
  }

  package struct Totals: Hashable, Sendable, BitwiseCopyable {
    package var bytes: Int64 = 0
    package var reserved: Int64 = 0
    package var blocks: Int64 = 0
    /// Blocks that began until the chosen event, and their bytes.
    package var allocations: Int64 = 0
    package var allocatedBytes: Int64 = 0
  }

  private var table = SiteTable()
  private let lastEvent: UInt64

  /// Counts everything up to and including an event; all of the trace without one.
  package init(through lastEvent: UInt64 = .max) {
    self.lastEvent = lastEvent
  }

  /// Every site that ever was, once, in no order, also those that hold nothing any more.
  package var list: [(site: Site, totals: Totals)] {
    (0..<table.count).map { (table.site($0), table.entries[$0].totals) }
  }

  /// As ``list``, those that hold nothing left out.
  package var liveSites: [LiveSite] {
    list.compactMap { site, totals in
      guard totals.bytes != 0 || totals.blocks != 0 else { return nil }
      return LiveSite(
        category: site.category, thread: site.thread, stack: site.stack?.rawValue,
        bytes: totals.bytes, reserved: totals.reserved, blocks: totals.blocks,
        allocations: totals.allocations, allocatedBytes: totals.allocatedBytes)
    }
  }

  /// Adds what another one counted of other events.
  package mutating func add(_ other: SiteAggregator) {
    for index in 0..<other.table.count {
      let place = table.index(of: other.table.entries[index].key)
      table.entries[place].add(other.table.entries[index])
    }
  }

  package mutating func consume(_ batch: EventBatch) {
    guard batch.firstEvent <= lastEvent else { return }
    let rest = lastEvent - batch.firstEvent
    consume(batch, rows: rest < UInt64(batch.count) ? Int(rest) + 1 : batch.count)
  }

  private mutating func consume(_ batch: EventBatch, rows: Int) {
    let ended = endings(batch, rows: rows)
    addBlocks(of: batch, ended: ended, rows: rows)
    for change in batch.derived.adjustments where change.row < rows {
      let place = table.index(
        of: SiteTable.Key(
          category: change.category.code, thread: change.cell.thread, stack: change.stack))
      table.entries[place].add(change)
    }
  }

  /// How often each allocation of the batch is released in these rows; takes off the far releases.
  ///
  /// What begins and ends in one batch is looked up once, then. Whether a row releases anything is
  /// not to be foreseen: those that do not count behind the allocations.
  private mutating func endings(_ batch: EventBatch, rows: Int) -> [UInt32] {
    let derived = batch.derived
    let releases = derived.releases.span
    let first = derived.firstAllocation
    let count = derived.allocationRows.count
    // More than one place behind the allocations: no row waits for the one before.
    var ended = [UInt32](repeating: 0, count: count + 4)
    var counts = ended.mutableSpan
    for row in 0..<min(rows, releases.count) {
      let place = releases[row] &- 1 &- first
      let none = UInt64(truncatingIfNeeded: count &+ (row & 3))
      unsafe counts[unchecked: Int(truncatingIfNeeded: min(place, none))] &+= 1
    }
    var far = derived.farReleases.count
    if rows < releases.count {
      far = 0
      for row in 0..<rows where releases[row] &- 1 < first { far += 1 }
    }
    for block in derived.farReleases.prefix(far) {
      let place = table.index(
        of: SiteTable.Key(category: block.category, thread: block.thread, stack: block.stack))
      table.entries[place].end(Int64(truncatingIfNeeded: block.size))
    }
    return ended
  }

  /// Adds the blocks that begin in these rows, less those that end in them.
  private mutating func addBlocks(of batch: EventBatch, ended: [UInt32], rows: Int) {
    let derived = batch.derived
    let kinds = batch.shapeTable.map {
      !batch.stacks.isEmpty && $0.keys.contains(.stack) ? SiteTable.Key.withStack : 0
    }
    let kindsOfShapes = kinds.span
    let allocationRows = derived.allocationRows.span
    let ended = ended.span
    let shapes = batch.shapes.span
    let threads = batch.threads.span
    // Rows without a stack have 0 there.
    let noStacks = batch.stacks.isEmpty ? Array(repeating: 0, count: batch.count) : batch.stacks
    let stacks = noStacks.span
    let sizes = batch.sizes.span
    let categories = derived.categories.span
    let noCategory = DerivedColumns.noCategory
    let known = min(shapes.count, threads.count, stacks.count, sizes.count, categories.count)
    let rows = UInt(max(0, min(rows, known)))
    var table = self.table
    for allocation in 0..<min(allocationRows.count, ended.count) {
      let row = Int(unsafe allocationRows[unchecked: allocation])
      guard UInt(bitPattern: row) < rows else { break }
      // Every column was asked above whether it has the row.
      let category = unsafe categories[unchecked: row]
      guard category != noCategory else { continue }
      let kind = kindsOfShapes[Int(unsafe shapes[unchecked: row])]
      let key = SiteTable.Key(
        kind: kind | UInt64(category), thread: unsafe threads[unchecked: row],
        stack: unsafe stacks[unchecked: row])
      let size = Int64(truncatingIfNeeded: unsafe sizes[unchecked: row])
      let place = table.index(of: key)
      table.entries[place].begin(size, ended: Int64(unsafe ended[unchecked: allocation]))
    }
    self.table = table
  }
}
