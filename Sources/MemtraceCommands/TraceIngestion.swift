import TraceAnalysis
import TraceIngest
import TraceModel
import TraceReport
import TraceStore

/// One run of ingest: inputs, one behind the other, into one store.
struct TraceIngestion {
  struct Options {
    var format: String?
    var scope: TraceScope?
    var labels: [RunLabel] = []
    var isStrict = false
    /// Who is behind memory, by the call stacks that asked for it; the built-in ones without.
    var rules: AttributionRules?
    /// How long events of a live input wait before they are written; nil for inputs that end.
    var patience: Duration?
    /// Says how far it is; nil where nobody watches.
    var progress: ProgressLine?
  }

  let writer: TraceWriter
  private var options: Options
  var matcher = EventMatcher()
  private var holders: PeakHolders
  var metadata = TraceMetadata()
  private(set) var completeSnapshots = 0
  private(set) var snapshots = 0
  /// The text of the inputs, decompressed.
  private(set) var bytesRead: UInt64 = 0
  /// What the dumps of the current input leave unknown, with their lines.
  var splitNotes: [(message: String, line: Int)] = []
  var inferred: [String: Set<String>] = [:]

  init(writer: TraceWriter, options: Options) {
    self.writer = writer
    self.options = options
    holders = PeakHolders(pool: writer.pool)
    metadata.labels = options.labels
    metadata.leavesAddressesOut = !writer.keepsAddresses
  }

  var eventCount: UInt64 { matcher.eventCount }

  // MARK: Inputs

  /// Takes in all inputs; one without content is a warning where another has some.
  mutating func ingest(_ inputs: [InputFile]) throws {
    var empty: [TraceError] = []
    for input in inputs {
      let error = try ingest(input, isAlone: inputs.count == 1)
      if let error { empty.append(error) }
    }
    if empty.count == inputs.count, let first = empty.first { throw first }
  }

  /// Takes in one input; returns why it holds nothing, where others may hold something.
  private mutating func ingest(_ input: InputFile, isAlone: Bool) throws -> TraceError? {
    try Interruption.check()
    let head = try input.head(limit: InputLimits.headBytes)
    if input.name != "-", TraceFile.isStore(input.name) {
      throw TraceError(
        .unknownFormat, "is a memtrace store already", at: SourceLocation(file: input.name),
        remedy: "memtrace info shows what it holds; give the dump or the log to ingest")
    }
    let reader: any TraceReader =
      try options.format.map { name throws(TraceError) in
        try TraceReaderRegistry.reader(named: name)
      } ?? TraceReaderRegistry.detect(head, file: input.name)
    let source = metadata.sources.count
    metadata.sources.append(
      TraceSource(
        name: TraceIngestion.baseName(input.name), format: reader.format.name,
        firstEvent: eventCount))
    if metadata.sources[source].hasEvents { metadata.sources[source].scope = options.scope }
    try checkGuest(source, file: input.name)
    matcher.scope = options.scope
    try writer.append(metadata)

    var lines = LineBlocks(input)
    let before = matcher.summary
    var context = ReadContext(
      source: source, file: input.name, firstEvent: eventCount, isStrict: options.isStrict,
      pool: writer.pool)
    context.patience = options.patience
    var empty: TraceError?
    do {
      try read(reader, &lines, context: &context)
    } catch let error as TraceError where error.code == .nothingFound && !isAlone {
      try context.diagnostics.warn(error.message, line: error.location?.line)
      empty = error
    }
    if let overlong = lines.overlongLines {
      try context.diagnostics.note(
        .warning, "skipped, longer than \(InputLimits.lineBytes >> 20) MiB", line: overlong.first,
        count: overlong.count)
    }
    for (message, line) in splitNotes { try context.diagnostics.warn(message, line: line) }
    splitNotes = []
    for oddity in TraceIngestion.oddities(in: matcher.summary, since: before) {
      try context.diagnostics.note(
        oddity.severity, oddity.message, line: nil, count: oddity.count)
    }
    try noteScope(of: metadata.sources[source], since: before, context: &context)
    metadata.sources[source].lines = Int64(lines.lineCount)
    metadata.sources[source].bytes = Int64(clamping: input.byteCount)
    metadata.diagnostics += context.diagnostics.diagnostics.map(TraceIngestion.withBaseName)
    if context.isIncomplete { metadata.isIncomplete = true }
    bytesRead += input.byteCount
    for label in context.labels { inferred[label.name, default: []].insert(label.value) }
    return empty
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

  private static func baseName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Stores hold no folders, so that the same input gives the same bytes anywhere.
  static func withBaseName(_ diagnostic: Diagnostic) -> Diagnostic {
    var named = diagnostic
    named.location?.file = baseName(diagnostic.location?.file ?? "")
    return named
  }

  // MARK: Records

  mutating func take(_ record: consuming TraceRecord) throws {
    switch record {
    case .events(var batch):
      matcher.match(&batch)
      holders.take(
        batch, peak: matcher.committedPeak,
        isOpening: batch.firstEvent < matcher.openingEvents)
      // No row group holds opening events and others.
      if batch.firstEvent == matcher.openingEvents { try writer.endRowGroup() }
      try writer.append(.events(batch))
      options.progress?.show(events: matcher.eventCount)
    case .logHeader(let header):
      if let pageSize = header.pageSize { matcher.pageSize = pageSize }
      matcher.mainThread = header.process
      if let scope = header.scope, metadata.sources.indices.contains(header.source) {
        metadata.sources[header.source].scope = scope
        try checkGuest(header.source, file: metadata.sources[header.source].name)
        matcher.scope = scope
        try writer.append(metadata)
      }
      try writer.append(record)
    case .snapshot(let snapshot):
      snapshots += 1
      if snapshot.isComplete { completeSnapshots += 1 }
      noteMemories(snapshot)
      try writer.append(record)
    case .stacks(let stacks):
      guard !stacks.isEmpty else { break }
      if !matcher.hasRules {
        matcher.attribute(by: try options.rules ?? AttributionRules.builtIn())
      }
      matcher.define(stacks)
      try writer.append(record)
    case .captureLine, .flush:
      try writer.append(record)
    }
  }

  /// A guest's addresses are offsets in memory that a host's log counts, too: no store holds both.
  func checkGuest(_ source: Int, file: String) throws(TraceError) {
    let logs = metadata.sources.filter(\.hasEvents)
    guard metadata.sources[source].hasEvents, logs.count > 1,
      logs.contains(where: { $0.scope == .guest })
    else { return }
    throw TraceError(
      .malformed, "a guest's log shares no store with another log", at: SourceLocation(file: file),
      remedy: "what it counts lies inside linear memory: give it a store of its own")
  }

  /// Says where a dump's `memories size` cannot be split into linear memory and structs.
  private mutating func noteMemories(_ snapshot: Snapshot) {
    switch MemoriesSplit(snapshot) {
    case .unknownProfile:
      splitNotes.append(
        (
          "the struct sizes fit no known WAMR build: all of `memories size` is linear memory",
          snapshot.line
        ))
    case .impossible(let reason):
      splitNotes.append(("linear memory is unknown: \(reason)", snapshot.line))
    case .bytes, nil: break
    }
  }

  /// Blocks whose owner nothing says are nobody's: says what would tell.
  private func noteScope(
    of source: TraceSource, since before: TraceSummary, context: inout ReadContext
  ) throws(TraceError) {
    let unowned = matcher.summary.categoryPeaks[.unattributed]
    guard source.hasEvents, source.scope == nil, unowned != before.categoryPeaks[.unattributed]
    else { return }
    try context.diagnostics.note(
      .note,
      "blocks without an owner: if these are the allocations of WAMR alone, say --scope wamr",
      line: nil)
  }

  // MARK: End

  /// Writes the footer and gives the store its name.
  mutating func finish() throws {
    metadata.labels += inferred.compactMap { name, values in
      guard values.count == 1, let value = values.first,
        !metadata.labels.contains(where: { $0.name == name })
      else { return nil }
      return RunLabel(name: name, value: value, isInferred: true)
    }
    metadata.labels.sort()
    var summary = matcher.summary
    if summary.eventCount > 0 {
      // The last events are encoded meanwhile.
      try writer.endRowGroup()
      let atPeak = holders.finish(at: summary.committedPeak)
      summary.peakCells = atPeak.cells
      summary.peakSites = atPeak.sites
    }
    try writer.finish(metadata: metadata, summary: summary)
  }

  /// What the matcher has met between two of its summaries and put up with.
  static func oddities(
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
