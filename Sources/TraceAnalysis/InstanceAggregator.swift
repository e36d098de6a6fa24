package import TraceModel

/// What each module instance holds after a chosen event, by category, thread and call stack.
package struct InstanceAggregator {
  package struct Holding: Hashable, Sendable {
    package var instance: UInt64
    package var category: MemoryCategory
    package var thread: UInt64
    package var stack: UInt64?
  }

  package struct Totals: Hashable, Sendable {
    package var committed: Int64 = 0
    package var reserved: Int64 = 0
    package var count: Int64 = 0

    var isZero: Bool { committed == 0 && reserved == 0 && count == 0 }
  }

  package private(set) var holdings: [Holding: Totals] = [:]
  /// The thread that had each instance's structures last.
  package private(set) var users: [UInt64: UInt64] = [:]
  private let lastEvent: UInt64

  /// Counts everything up to and including an event.
  package init(through lastEvent: UInt64) {
    self.lastEvent = lastEvent
  }

  /// Takes the changes of a row group whose row 0 is the event `firstEvent`.
  package mutating func consume(_ changes: [InstanceChange], firstEvent: UInt64) {
    for entry in changes where firstEvent &+ UInt64(entry.change.row) <= lastEvent {
      let change = entry.change
      if change.category == .moduleInstance, change.committed > 0 {
        users[entry.instance] = change.cell.thread
      }
      let holding = Holding(
        instance: entry.instance, category: change.category, thread: change.cell.thread,
        stack: change.stack)
      var totals = holdings[holding, default: Totals()]
      totals.committed &+= change.committed
      totals.reserved &+= change.reserved
      totals.count &+= change.count
      holdings[holding] = totals.isZero ? nil : totals
    }
  }
}
