import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

/// The largest totals of a store in parts of its time.
struct TimelineQuery {
  let store: TraceFile
  let buckets: Int
  /// What each peak is broken down by.
  let key: FootprintKey?

  func timeline(from requested: FootprintSource? = nil) throws -> Timeline {
    let source = try StoreFootprint(store: store, requested: requested).source()
    let points = source == .events ? try eventPoints() : try snapshotPoints()
    return Timeline(source: source, points: points, key: key)
  }

  private func eventPoints() throws -> [Timeline.Point] {
    let start = store.summary.firstTime ?? 0
    var timeline = TimelineAggregator(
      buckets: buckets, from: start, through: store.summary.lastTime ?? 0,
      opening: try store.opening())
    try store.fold(&timeline, from: store.metadata.openingEvents)
    let parts = timeline.finish()
    let moments = Set(parts.compactMap(\.event)).sorted()
    let cells = key == nil ? [] : try store.cells(after: moments)
    let cellsAt = Dictionary(uniqueKeysWithValues: zip(moments, cells))
    return parts.enumerated().map { index, bucket in
      let span = timeline.span(of: index)
      let peak = Peak(bytes: bucket.peakBytes, event: bucket.event ?? 0)
      return Timeline.Point(
        start: span.start, end: span.end, peak: ByteCount(bucket.peakBytes),
        endBytes: ByteCount(bucket.endBytes),
        rows: EventFootprint.footprint(
          of: bucket.event.flatMap { cellsAt[$0] } ?? [], measure: .committed, at: peak,
          covers: []
        ).rows)
    }
  }

  private func snapshotPoints() throws -> [Timeline.Point] {
    let snapshots = try store.snapshots().enumerated().filter(\.element.isComplete)
    guard !snapshots.isEmpty else {
      throw TraceError(
        .insufficientData, "the store has no complete dumps",
        at: SourceLocation(file: store.path), remedy: "memtrace info shows what it holds")
    }
    return snapshots.map { index, snapshot in
      let footprint = SnapshotFootprint.footprint(of: snapshot, index: index)
      let time = snapshot.timeMilliseconds.map { UInt64(max(0, $0)) * 1_000_000 }
      return Timeline.Point(
        start: time, end: time, peak: footprint.total, endBytes: nil,
        rows: key == nil ? [] : footprint.rows.filter { $0.container == nil })
    }
  }
}
