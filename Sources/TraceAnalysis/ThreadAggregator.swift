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
  }

  package private(set) var threads: [UInt64: Activity] = [:]

  package init() {}

  package mutating func consume(_ batch: EventBatch) {
    var local: [UInt64: Activity] = [:]
    swap(&local, &threads)
    for row in 0..<batch.count {
      var activity = local[batch.threads[row], default: Activity()]
      activity.events += 1
      activity.firstTime = min(activity.firstTime, batch.times[row])
      activity.lastTime = max(activity.lastTime, batch.times[row])
      if row < batch.derived.categories.count {
        if batch.derived.releases[row] != 0 { activity.releases += 1 }
        if batch.derived.categories[row] != DerivedColumns.noCategory {
          activity.allocations += 1
          activity.allocatedBytes &+= Int64(truncatingIfNeeded: batch.sizes[row])
          if batch.derived.categories[row] == MemoryCategory.execEnv.code {
            activity.runsWasm = true
          }
        }
      }
      local[batch.threads[row]] = activity
    }
    for change in batch.derived.adjustments
    where change.category == .execEnv && change.committed > 0 && change.owner != nil {
      local[change.cell.thread, default: Activity()].runsWasm = true
    }
    threads = local
  }
}
