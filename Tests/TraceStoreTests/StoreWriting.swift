import MemtraceTestSupport
import ThreadPool
import TraceAnalysis
import TraceModel
import TraceStore

/// A store in the making: events are matched and summed up as ingest does it.
///
/// Batches become row groups of their own, so that small logs have several.
struct StoreWriting {
  let writer: TraceWriter
  var matcher = EventMatcher()
  private var holders: PeakHolders

  init(
    _ path: String, level: Int32 = TraceWriter.defaultLevel, replaces: Bool = false,
    keepsAddresses: Bool = true, pool: ThreadPool = ThreadPool(threads: 1)
  ) throws {
    writer = try TraceWriter(
      path: path, replaces: replaces, level: level, keepsAddresses: keepsAddresses, pool: pool)
    holders = PeakHolders(pool: pool)
  }

  /// Matches the next batch and hands it back as it was written.
  @discardableResult
  mutating func append(
    _ batch: EventBatch, instanceChanges: [InstanceChange]? = nil, endsRowGroup: Bool = true
  ) throws -> EventBatch {
    var batch = batch
    matcher.match(&batch)
    if let instanceChanges { batch.derived.instanceChanges = instanceChanges }
    holders.take(
      batch, peak: matcher.committedPeak, isOpening: batch.firstEvent < matcher.openingEvents)
    try writer.append(.events(batch))
    if endsRowGroup { try writer.endRowGroup() }
    return batch
  }

  /// Ends the store and hands back the summary that it has.
  @discardableResult
  mutating func finish(
    metadata: TraceMetadata = TraceMetadata(), resident: ResidentFootprint? = nil
  ) throws -> TraceSummary {
    var summary = matcher.summary
    summary.residentFootprint = resident
    if summary.eventCount > 0 {
      let atPeak = holders.finish(at: summary.committedPeak)
      summary.peakCells = atPeak.cells
      summary.peakSites = atPeak.sites
    }
    try writer.finish(metadata: withAddresses(metadata), summary: summary)
    return summary
  }

  /// Says whether the store keeps addresses.
  private func withAddresses(_ metadata: TraceMetadata) -> TraceMetadata {
    var metadata = metadata
    metadata.leavesAddressesOut = !writer.keepsAddresses
    return metadata
  }

  /// Writes a log in batches of these sizes, over and over.
  @discardableResult
  static func write(
    _ log: RandomLog, to path: String, batches sizes: [Int], keepsAddresses: Bool = true,
    endsRowGroups: Bool = true, pool: ThreadPool = ThreadPool(threads: 1)
  ) throws -> TraceSummary {
    var writing = try StoreWriting(path, keepsAddresses: keepsAddresses, pool: pool)
    try writing.writer.append(writing.withAddresses(TraceMetadata()))
    for batch in log.batches(of: sizes) { try writing.append(batch, endsRowGroup: endsRowGroups) }
    return try writing.finish()
  }
}

extension TraceFile {
  /// All events as the log had them, row group by row group.
  func recordedBatches() throws -> [EventBatch] {
    var events = recordedEvents()
    var batches: [EventBatch] = []
    while let batch = try events.next() { batches.append(batch) }
    return batches
  }
}

extension DerivedColumns {
  /// What a store hands back: which releases are spelt another way is told by the addresses.
  var asStored: DerivedColumns {
    var stored = self
    stored.inexactReleases = []
    return stored
  }
}
