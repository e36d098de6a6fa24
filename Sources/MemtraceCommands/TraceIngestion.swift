import TraceAnalysis
import TraceIngest
import TraceModel
import TraceStore

/// One run of ingest: inputs, one behind the other, into one store.
struct TraceIngestion {
  struct Options {
    var format: String?
    var scope: TraceScope?
    var labels: [RunLabel] = []
    var isStrict = false
  }

  private let writer: TraceWriter
  private let options: Options
  private var matcher = EventMatcher()
  private(set) var metadata = TraceMetadata()
  private(set) var completeSnapshots = 0
  private(set) var snapshots = 0
  /// The text of the inputs, decompressed.
  private(set) var bytesRead: UInt64 = 0
  private var inferred: [String: Set<String>] = [:]

  init(writer: TraceWriter, options: Options) {
    self.writer = writer
    self.options = options
    metadata.labels = options.labels
  }

  var eventCount: UInt64 { matcher.summary.eventCount }

  // MARK: Inputs

  mutating func ingest(_ input: InputFile) throws {
    try Interruption.check()
    let head = try input.head(limit: InputLimits.headBytes)
    try refuseStore(head, name: input.name)
    let reader: any TraceReader =
      try options.format.map { name throws(TraceError) in
        try TraceReaderRegistry.reader(named: name)
      } ?? TraceReaderRegistry.detect(head, file: input.name)
    let source = metadata.sources.count
    metadata.sources.append(
      TraceSource(
        name: TraceIngestion.baseName(input.name), format: reader.format.name,
        scope: options.scope, firstEvent: eventCount))
    matcher.scope = options.scope
    try writer.append(metadata)

    var lines = LineBlocks(input)
    let before = matcher.finish()
    var context = ReadContext(
      source: source, file: input.name, firstEvent: eventCount, isStrict: options.isStrict)
    try read(reader, &lines, context: &context)
    if let overlong = lines.overlongLines {
      try context.diagnostics.note(
        .warning, "skipped, longer than \(InputLimits.lineBytes >> 20) MiB", line: overlong.first,
        count: overlong.count)
    }
    for oddity in TraceIngestion.oddities(in: matcher.finish(), since: before) {
      try context.diagnostics.note(
        oddity.severity, oddity.message, line: nil, count: oddity.count)
    }
    metadata.sources[source].lines = Int64(lines.lineCount)
    metadata.sources[source].bytes = Int64(clamping: input.byteCount)
    metadata.diagnostics += context.diagnostics.diagnostics.map(TraceIngestion.withBaseName)
    if context.isIncomplete { metadata.isIncomplete = true }
    bytesRead += input.byteCount
    for label in context.labels { inferred[label.name, default: []].insert(label.value) }
  }

  private mutating func read(
    _ reader: any TraceReader, _ lines: inout LineBlocks, context: inout ReadContext
  ) throws {
    var ingestion = self
    defer { self = ingestion }
    try reader.read(&lines, context: &context) { record in
      try ingestion.take(record)
    }
  }

  private func refuseStore(_ head: [UInt8], name: String) throws {
    // A store's frames decompress to column chunks; its header is in a frame that zstd passes over.
    guard TraceIngestion.isStore(name) else { return }
    throw TraceError(
      .unknownFormat, "is a memtrace store already", at: SourceLocation(file: name),
      remedy: "memtrace info shows what it holds; give the dump or the log to ingest")
  }

  private static func isStore(_ name: String) -> Bool {
    name != "-" && (try? Salvage(path: name)) != nil
  }

  private static func baseName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Stores hold no folders, so that the same input gives the same bytes anywhere.
  private static func withBaseName(_ diagnostic: Diagnostic) -> Diagnostic {
    var named = diagnostic
    named.location?.file = baseName(diagnostic.location?.file ?? "")
    return named
  }

  // MARK: Records

  private mutating func take(_ record: consuming TraceRecord) throws {
    switch record {
    case .events(var batch):
      matcher.match(&batch)
      try writer.append(.events(batch))
    case .logHeader(let header):
      if let pageSize = header.pageSize { matcher.pageSize = pageSize }
      if let scope = header.scope, let last = metadata.sources.indices.last {
        metadata.sources[last].scope = scope
        matcher.scope = scope
        try writer.append(metadata)
      }
      try writer.append(record)
    case .snapshot(let snapshot):
      snapshots += 1
      if snapshot.isComplete { completeSnapshots += 1 }
      noteMemories(snapshot)
      try writer.append(record)
    case .stack, .captureLine:
      try writer.append(record)
    }
  }

  /// Says where a dump's `memories size` cannot be split into linear memory and structs.
  private mutating func noteMemories(_ snapshot: Snapshot) {
    let message: String
    switch MemoriesSplit(snapshot) {
    case .unknownProfile:
      message =
        "the struct sizes fit no known WAMR build: all of `memories size` counts as linear memory"
    case .impossible(let reason): message = "linear memory is unknown: \(reason)"
    case .bytes, nil: return
    }
    if let same = metadata.diagnostics.firstIndex(where: { $0.message == message }) {
      metadata.diagnostics[same].count += 1
    } else if metadata.sources.indices.contains(snapshot.source) {
      let file = metadata.sources[snapshot.source].name
      metadata.diagnostics.append(
        Diagnostic(.warning, message, at: SourceLocation(file: file, line: snapshot.line)))
    }
  }

  // MARK: Stores

  /// Takes over everything of a finished store, so that more can be added behind it.
  mutating func copy(_ store: TraceFile) throws {
    try begin(with: store.metadata)
    for header in try store.logHeaders() { try take(.logHeader(header)) }
    for stack in try store.stacks() { try take(.stack(stack)) }
    for snapshot in try store.snapshots() { try take(.snapshot(snapshot)) }
    for line in try store.captureLines() { try take(.captureLine(line)) }
    for group in store.eventGroups { try takeAgain(try store.recorded(in: group)) }
  }

  /// Takes over what is whole in a partial or damaged store.
  mutating func copy(_ salvage: Salvage) throws {
    var ingestion = self
    defer { self = ingestion }
    let before = matcher.finish()
    try salvage.read(
      metadata: { metadata in try ingestion.begin(with: metadata) },
      records: { record in
        switch record {
        case .events(let batch): try ingestion.takeAgain(batch)
        default: try ingestion.take(record)
        }
      })
    ingestion.metadata.isIncomplete = true
    // The metadata may have been written before its last input's events were.
    let oddities = TraceIngestion.oddities(in: ingestion.matcher.finish(), since: before)
    for oddity in oddities
    where !ingestion.metadata.diagnostics.contains(where: { $0.message == oddity.message }) {
      ingestion.metadata.diagnostics.append(oddity)
    }
    if let stop = salvage.stop {
      ingestion.metadata.diagnostics.append(TraceIngestion.withBaseName(stop))
    }
  }

  private mutating func begin(with metadata: TraceMetadata) throws {
    let given = self.metadata.labels.filter { !$0.isInferred }
    self.metadata = metadata
    self.metadata.labels.removeAll { label in
      label.isInferred || given.contains { $0.name == label.name }
    }
    self.metadata.labels += given
    for label in metadata.labels where label.isInferred {
      inferred[label.name, default: []].insert(label.value)
    }
    try writer.append(self.metadata)
  }

  /// Matches events that a store already had, under the scope of the input they came from.
  private mutating func takeAgain(_ batch: EventBatch) throws {
    let source = metadata.sources.last { $0.firstEvent <= batch.firstEvent && $0.hasEvents }
    matcher.scope = source?.scope
    try take(.events(batch))
  }

  // MARK: End

  /// Writes the footer and gives the store its name.
  mutating func finish() throws -> TraceSummary {
    let summary = matcher.finish()
    metadata.labels += inferred.compactMap { name, values in
      guard values.count == 1, let value = values.first,
        !metadata.labels.contains(where: { $0.name == name })
      else { return nil }
      return RunLabel(name: name, value: value, isInferred: true)
    }
    metadata.labels.sort()
    try writer.finish(metadata: metadata, summary: summary)
    return summary
  }

  /// What the matcher has met between two of its summaries and put up with.
  private static func oddities(
    in summary: TraceSummary, since before: TraceSummary
  ) -> [Diagnostic] {
    let kinds:
      [(count: KeyPath<TraceSummary, UInt64>, severity: Diagnostic.Severity, what: String)] =
        [
          (\.backwardTimes, .warning, "time goes backwards"),
          (\.impossibleSizes, .warning, "a size that no process can have: counted as 0"),
          (\.missedFrees, .note, "an allocation at a live address: its free is missing in the log"),
          (\.unmatchedFrees, .note, "a free of an unknown address: recording may have begun late"),
          (
            \.unmatchedUnmaps, .note,
            "an unmapping of unknown addresses: recording may have begun late"
          ),
        ]
    return kinds.compactMap { kind in
      let count = summary[keyPath: kind.count] - before[keyPath: kind.count]
      return count > 0 ? Diagnostic(kind.severity, kind.what, count: Int(clamping: count)) : nil
    }
  }
}

extension TraceSource {
  /// Whether its format is one with events.
  var hasEvents: Bool { format.hasPrefix("memtrace-") }
}
