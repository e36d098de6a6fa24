import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

/// Everything a report shows of one store.
struct TraceOverviewQuery {
  let store: TraceFile
  /// What the run was expected to take.
  var estimate: DiffSide?

  /// Parts of the time that a page's timeline shows; each keeps its peak.
  private static let buckets = 500
  private static let sites = 500

  init(store: TraceFile, estimate: DiffSide? = nil) {
    self.store = store
    self.estimate = estimate
  }

  func overview() throws -> TraceOverview {
    let footprint = try StoreFootprint(store: store).peak(.committed)
    var overview = TraceOverview(
      name: store.path, labels: store.metadata.labels, peak: footprint)
    overview.timeline = try TimelineQuery(
      store: store, buckets: TraceOverviewQuery.buckets, key: .category
    ).timeline()
    if let estimate { overview.diff = FootprintDiff(estimate, try DiffSide(store)) }
    guard store.summary.eventCount > 0 else { return overview }
    overview.sites = try SiteQuery(store: store)
      .selection(at: .peak, limit: TraceOverviewQuery.sites)
    overview.threads = try ThreadQuery(store: store).reports()
    try addMarks(to: &overview)
    return overview
  }

  private func addMarks(to overview: inout TraceOverview) throws {
    var moments = MomentAggregator()
    var events = store.recordedEvents()
    for group in store.eventGroups {
      let batch = try events.next()
      guard group.firstEvent >= store.metadata.openingEvents else { continue }
      moments.consume(try store.aggregates(of: group))
      if let batch {
        moments.consumeRecorded(batch, hasAddresses: !store.metadata.leavesAddressesOut)
      }
    }
    let peak = store.summary.committedPeak
    overview.marks = [
      TraceOverview.Mark(
        kind: .peak, timeNanoseconds: peak.time, event: peak.event, bytes: ByteCount(peak.bytes),
        label: "peak")
    ]
    overview.add(.grow, moments.growth, of: moments.growthCount)
    overview.add(.failure, moments.failures, of: moments.failureCount)
    overview.add(.mark, moments.marks, of: moments.markCount)
    overview.marks.sort {
      ($0.timeNanoseconds, $0.event, $0.kind.rawValue)
        < ($1.timeNanoseconds, $1.event, $1.kind.rawValue)
    }
  }
}

extension TraceOverview {
  /// Adds the moments of a kind; `count` is how many there were in all.
  fileprivate mutating func add(
    _ kind: Mark.Kind, _ moments: [MomentAggregator.Moment], of count: Int
  ) {
    marks += moments.map { moment in
      let bytes = ByteCount(moment.bytes)
      return Mark(
        kind: kind, timeNanoseconds: moment.time, event: moment.event,
        bytes: kind == .mark ? nil : bytes, label: moment.name)
    }
    if count > moments.count { marksLeftOut[kind] = count - moments.count }
  }
}
