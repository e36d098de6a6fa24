import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

/// What each thread of a store asked for and held.
struct ThreadQuery {
  let store: TraceFile

  func reports() throws -> [ThreadReport] {
    let summary = store.summary
    guard summary.eventCount > 0 else {
      throw TraceError(
        .insufficientData, "the store has no events", at: SourceLocation(file: store.path),
        remedy: "threads come from an allocator log; memtrace snapshots shows the dumps' threads")
    }
    var activities = ThreadAggregator()
    var instances = InstanceAggregator(through: .max)
    var opening = ThreadAggregator()
    try store.fold(&activities)
    if store.metadata.openingEvents > 0 {
      try store.fold(&opening, through: store.metadata.openingEvents - 1)
    }
    for group in store.eventGroups {
      instances.consume(try store.instanceChanges(of: group), firstEvent: group.firstEvent)
    }
    let runsWasm = activities.threads.values.contains(where: \.runsWasm)
    let first = try store.logHeaders().lazy.compactMap(\.process).first
    let used = Dictionary(grouping: instances.users.keys.sorted()) { instances.users[$0] ?? 0 }
    let moments = [summary.committedPeak.event, summary.eventCount - 1]
    let cells = try store.cells(after: moments)
    let atPeak = ThreadQuery.bytes(cells.first ?? [])
    let atEnd = ThreadQuery.bytes(cells.last ?? [])
    var ids = Set(activities.threads.keys).union(summary.threadPeaks.keys)
      .union(summary.threads.keys)
    let ended = ids.filter { id in
      opening.threads[id].map { $0.events == activities.threads[id]?.events } ?? true
        && summary.threadPeaks[id] == nil
    }
    // A thread that was over before a slice began.
    if store.metadata.openingEvents > 0 { ids.subtract(ended) }
    return ids.map { id in
      let activity = (activities.threads[id] ?? ThreadAggregator.Activity())
        .without(opening.threads[id])
      var report = ThreadReport(
        thread: "\(id)", facts: summary.threads[id] ?? ThreadFacts(),
        events: activity.events, allocations: activity.allocations,
        allocatedBytes: ByteCount(activity.allocatedBytes), releases: activity.releases,
        peak: ByteCount(summary.threadPeaks[id]?.bytes ?? 0),
        atPeak: ByteCount(atPeak[id] ?? 0), atEnd: ByteCount(atEnd[id] ?? 0))
      if id == first {
        report.role = .main
      } else if runsWasm {
        report.role = activity.runsWasm ? .worker : .host
      }
      report.instances = used[id, default: []].map { "\($0)" }
      return report
    }
  }

  private static func bytes(_ cells: [CellBytes]) -> [UInt64: Int64] {
    cells.reduce(into: [:]) { $0[$1.cell.thread, default: 0] &+= $1.committed }
  }
}

extension ThreadAggregator.Activity {
  /// What is left without what the opening events of a slice count for.
  fileprivate func without(_ opening: Self?) -> Self {
    guard let opening else { return self }
    var rest = self
    rest.events -= opening.events
    rest.allocations -= opening.allocations
    rest.allocatedBytes &-= opening.allocatedBytes
    rest.releases -= opening.releases
    return rest
  }
}
