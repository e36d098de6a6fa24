import ArgumentParser
import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

struct TimelineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timeline",
    abstract: "Shows the largest total in each part of the time, with a chart.",
    discussion: """
      Buckets keep their peak, so no peak is lost between two of them. A store without events shows \
      its dumps.

      EXAMPLES
        memtrace timeline trace.zst
        memtrace timeline trace.zst --buckets 10 --by category

      \(readingExitCodes)
      """)

  @OptionGroup var store: StoreArgument

  @Option(help: "Into how many parts the time is cut.")
  var buckets = 24

  @Option(help: "Break each peak down by category or thread.")
  var by: FootprintKey?

  @Option(help: "Answer from events or from snapshots.")
  var from: FootprintSource?

  @OptionGroup var result: ResultOptions

  func validate() throws {
    guard (1...100_000).contains(buckets) else {
      throw ValidationError("--buckets takes a number from 1 to 100000.")
    }
    if by == .instance || by == .site {
      throw ValidationError("--by takes category or thread here.")
    }
    if from == .estimate { throw ValidationError("--from takes events or snapshots.") }
  }

  func run() throws {
    let store = try store.open()
    let source = try StoreFootprint(store: store, requested: from).source()
    let points = source == .events ? try eventPoints(store) : try snapshotPoints(store)
    try result.write(.timeline(Timeline(source: source, points: points, key: by)))
  }

  private func eventPoints(_ store: TraceFile) throws -> [Timeline.Point] {
    let start = store.summary.firstTime ?? 0
    var timeline = TimelineAggregator(
      buckets: buckets, from: start, through: store.summary.lastTime ?? 0)
    try store.fold(&timeline)
    let parts = timeline.finish()
    let moments = Set(parts.compactMap(\.event)).sorted()
    let cells = by == nil ? [] : try store.cells(after: moments)
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

  private func snapshotPoints(_ store: TraceFile) throws -> [Timeline.Point] {
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
        rows: by == nil ? [] : footprint.rows.filter { $0.container == nil })
    }
  }
}

extension FootprintKey: ExpressibleByArgument {}
