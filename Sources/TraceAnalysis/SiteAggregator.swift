package import TraceModel

/// Live bytes by call stack, category and thread after a chosen event.
package struct SiteAggregator: Aggregator {
  /// Where memory was asked for, what for and by whom.
  package struct Site: Hashable, Sendable {
    package var category: MemoryCategory
    package var thread: UInt64
    /// nil where the log gives no stack.
    package var stack: StackID?
  }

  package struct Totals: Hashable, Sendable {
    package var bytes: Int64 = 0
    package var reserved: Int64 = 0
    package var blocks: Int64 = 0
    /// Blocks that began until the chosen event, and their bytes.
    package var allocations: Int64 = 0
    package var allocatedBytes: Int64 = 0
  }

  package private(set) var sites: [Site: Totals] = [:]
  private let lastEvent: UInt64

  /// Counts everything up to and including an event; all of the trace without one.
  package init(through lastEvent: UInt64 = .max) {
    self.lastEvent = lastEvent
  }

  package mutating func consume(_ batch: EventBatch) {
    guard batch.firstEvent <= lastEvent else { return }
    var sites = sites
    self.sites = [:]
    batch.forEachEffect { effect in
      guard batch.firstEvent + UInt64(effect.row) <= lastEvent else { return }
      let cell = effect.cell
      let site = Site(
        category: cell.category, thread: cell.thread,
        stack: effect.stack.map(StackID.init(rawValue:)))
      sites[site, default: Totals()].add(effect)
    }
    self.sites = sites
  }
}

extension SiteAggregator.Totals {
  fileprivate mutating func add(_ effect: Effect) {
    bytes &+= effect.committed
    reserved &+= effect.reserved
    blocks &+= effect.count
    if effect.committed > 0 {
      allocations &+= max(0, effect.count)
      allocatedBytes &+= effect.committed
    }
  }
}
