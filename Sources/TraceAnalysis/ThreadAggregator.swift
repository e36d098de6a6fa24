package import TraceModel

/// What each thread did over the whole trace.
package struct ThreadAggregator: Aggregator {
  package static let parts: EventParts = [.times]

  package struct Activity: Hashable, Sendable {
    package init() {}

    package var events: UInt64 = 0
    package var firstTime: UInt64 = .max
    package var lastTime: UInt64 = 0
    /// Blocks it asked for, and their bytes, over its life.
    package var allocations: Int64 = 0
    package var allocatedBytes: Int64 = 0
    /// Blocks it released, whoever had asked for them.
    package var releases: Int64 = 0
    /// It has had an execution environment of its own.
    package var runsWasm = false

    /// Adds rows of the thread.
    fileprivate mutating func add(_ batch: EventBatch, _ rows: Range<Int>) {
      events += UInt64(rows.count)
      let categories = batch.derived.categories
      let execEnv = MemoryCategory.execEnv.code
      let none = DerivedColumns.noCategory
      for time in batch.times[rows] {
        firstTime = min(firstTime, time)
        lastTime = max(lastTime, time)
      }
      for row in rows.clamped(to: categories.indices) {
        let begins = categories[row] != none
        allocations += begins ? 1 : 0
        allocatedBytes &+= begins ? Int64(truncatingIfNeeded: batch.sizes[row]) : 0
        releases += batch.derived.releases[row] != 0 ? 1 : 0
        if categories[row] == execEnv { runsWasm = true }
      }
    }
  }

  package private(set) var threads: [UInt64: Activity] = [:]

  package init() {}

  package mutating func consume(_ batch: EventBatch) {
    var row = 0
    while row < batch.count {
      let thread = batch.threads[row]
      var end = row + 1
      while end < batch.count, batch.threads[end] == thread { end += 1 }
      threads[thread, default: Activity()].add(batch, row..<end)
      row = end
    }
    for change in batch.derived.adjustments
    where change.category == .execEnv && change.committed > 0 && change.owner != nil {
      threads[change.cell.thread, default: Activity()].runsWasm = true
    }
  }
}
