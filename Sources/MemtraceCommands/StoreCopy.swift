import TraceAnalysis
import TraceModel
import TraceStore

extension TraceIngestion {
  /// Takes over everything of a finished store, so that more can be added behind it.
  mutating func copy(_ store: TraceFile) throws {
    try begin(with: store.metadata)
    for header in try store.logHeaders() { try take(.logHeader(header)) }
    try take(.stacks(try store.stacks()))
    for snapshot in try store.snapshots() { try take(.snapshot(snapshot)) }
    for line in try store.captureLines() { try take(.captureLine(line)) }
    guard !store.metadata.leavesAddressesOut else { throw store.noAddresses }
    var events = store.recordedEvents()
    while let batch = try events.next() { try takeAgain(batch) }
    // The store's own diagnostics say them already.
    splitNotes = []
  }

  /// Takes over what is whole in a partial or damaged store.
  mutating func copy(_ salvage: Salvage) throws {
    var ingestion = self
    defer { self = ingestion }
    let before = matcher.summary
    try salvage.read(
      metadata: { metadata in try ingestion.begin(with: metadata) },
      records: { record in
        switch record {
        case .events(let batch): try ingestion.takeAgain(batch)
        default: try ingestion.take(record)
        }
      })
    ingestion.metadata.isIncomplete = true
    ingestion.splitNotes = []
    // The metadata may have been written before its last input's events were.
    let oddities = TraceIngestion.oddities(in: ingestion.matcher.summary, since: before)
    for oddity in oddities
    where !ingestion.metadata.diagnostics.contains(where: { $0.message == oddity.message }) {
      ingestion.metadata.diagnostics.append(oddity)
    }
    if let stop = salvage.stop {
      ingestion.metadata.diagnostics.append(TraceIngestion.withBaseName(stop))
    }
  }

  /// Begins with what a store says of itself.
  mutating func begin(with metadata: TraceMetadata) throws {
    let given = self.metadata.labels.filter { !$0.isInferred }
    self.metadata = metadata
    self.metadata.leavesAddressesOut = !writer.keepsAddresses
    self.metadata.labels.removeAll { label in
      label.isInferred || given.contains { $0.name == label.name }
    }
    self.metadata.labels += given
    for label in metadata.labels where label.isInferred {
      inferred[label.name, default: []].insert(label.value)
    }
    matcher.openingEvents = metadata.openingEvents
    try writer.append(self.metadata)
  }

  /// Matches events that a store already had, under the scope of the input they came from.
  mutating func takeAgain(_ batch: EventBatch) throws {
    let source = metadata.sources.last { $0.firstEvent <= batch.firstEvent && $0.hasEvents }
    matcher.scope = source?.scope
    try take(.events(batch))
  }
}

extension TraceFile {
  /// The error of whoever needs addresses that the store does not have.
  var noAddresses: TraceError {
    TraceError(
      .insufficientData, "the store keeps no addresses", at: SourceLocation(file: path),
      remedy: "ingest the log again, without --no-addresses")
  }
}
