import ThreadPool
import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

/// Footprints of a store: from its events where it has any, else from its dumps.
struct StoreFootprint {
  let store: TraceFile
  /// events or snapshots; nil lets the store decide.
  var requested: FootprintSource?

  /// The source that answers; an error where the store has none of it.
  func source() throws -> FootprintSource {
    let chosen = requested ?? (store.summary.eventCount > 0 ? .events : .snapshots)
    if chosen == .events, store.summary.eventCount == 0 { throw missing("events") }
    return chosen
  }

  /// The peak's footprint with a row for each category and thread, and for each site and instance
  /// where these are wanted.
  func peak(_ measure: Measure, by keys: [FootprintKey] = [.category]) throws -> Footprint {
    switch try source() {
    case .events: try eventPeak(measure, by: keys)
    case .snapshots, .estimate: try snapshotPeak(measure)
    }
  }

  private func eventPeak(_ measure: Measure, by keys: [FootprintKey]) throws -> Footprint {
    let peak: Peak
    switch measure {
    case .committed: peak = store.summary.committedPeak
    case .reserved: peak = store.summary.reservedPeak
    case .resident: return try residentPeak()
    case .used: throw missing("high-water marks of use among its events")
    }
    let covers = store.summary.covers
    var footprint: Footprint
    if keys.contains(.site) {
      var sites = SiteAggregator(through: peak.event)
      try store.fold(&sites, through: peak.event)
      footprint = EventFootprint.footprint(of: sites, measure: measure, at: peak, covers: covers)
    } else {
      let kept = measure == .committed ? store.summary.peakCells : nil
      footprint = EventFootprint.footprint(
        of: try kept ?? store.cells(after: [peak.event]).first ?? [], measure: measure, at: peak,
        covers: covers)
    }
    if keys.contains(.instance) {
      var instances = InstanceAggregator(through: peak.event)
      for group in store.eventGroups where group.firstEvent <= peak.event {
        instances.consume(try store.instanceChanges(of: group), firstEvent: group.firstEvent)
      }
      footprint.tellApart(instances)
    }
    return footprint
  }

  /// By category where the log tells of mappings, else the largest sample as one row.
  private func residentPeak() throws -> Footprint {
    if let resident = store.summary.residentFootprint { return Footprint(resident) }
    guard let peak = store.summary.residentPeak else { throw missing("samples of RSS") }
    return Footprint(
      measure: .resident, source: .events,
      rows: [FootprintRow(.unattributed, ByteCount(peak.bytes), count: 1)],
      covers: [.unattributed], timeNanoseconds: peak.time, event: peak.event)
  }

  private func snapshotPeak(_ measure: Measure) throws -> Footprint {
    guard let best = SnapshotFootprint.peak(of: try store.snapshots()) else {
      throw missing("complete dumps")
    }
    switch measure {
    case .committed: return best.footprint
    case .used: return SnapshotFootprint.used(of: best.snapshot, index: best.index)
    case .reserved, .resident: throw missing("\(measure.rawValue) bytes among its dumps")
    }
  }

  private func missing(_ what: String) -> TraceError {
    TraceError(
      .insufficientData, "the store has no \(what)", at: SourceLocation(file: store.path),
      remedy: "memtrace info shows what it holds")
  }
}

extension TraceFile {
  /// Feeds an aggregator with the events of the row groups that begin at an ordinal or later, up to
  /// an ordinal.
  ///
  /// Row groups are decoded by several threads, ahead of the aggregator.
  func fold<Folded: Aggregator>(
    _ aggregator: inout Folded, from first: UInt64 = 0, through event: UInt64 = .max
  ) throws {
    var groups = eventGroups.filter { $0.firstEvent >= first && $0.firstEvent <= event }[...]
    let pool = ThreadPool(threads: min(groups.count, ThreadPool.defaultThreadCount))
    let parts = Folded.parts
    var decoding: [Future<EventBatch, TraceError>] = []
    while true {
      while decoding.count < 2 * pool.threadCount - 1, let group = groups.popFirst() {
        decoding.append(
          pool.run { () throws(TraceError) in try self.aggregates(of: group, parts) })
      }
      guard !decoding.isEmpty else { return }
      aggregator.consume(try decoding.removeFirst().take())
    }
  }

  /// Live bytes after chosen events, in order: reads only the row groups that hold them.
  func cells(after events: [UInt64]) throws -> [[CellBytes]] {
    var aggregator = CellsAggregator(after: events)
    for group in eventGroups
    where events.contains(where: { group.contains(event: $0) }) {
      aggregator.consume(try aggregates(of: group, CellsAggregator.parts))
    }
    return aggregator.results
  }
}
