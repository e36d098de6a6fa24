import TraceAnalysis
import TraceIngest
import TraceModel
import TraceStore

/// Joins stores of one run.
struct TraceMerging {
  private let parts: [MergedPart]
  private let rules: AttributionRules
  private var metadata = MergedMetadata()
  private var numbering: StackNumbering
  private var defined: Set<StackDefinition> = []
  /// Lines behind the last event of a part, for which the next one may know a place.
  private var trailing: (headers: [LogHeader], stacks: [StackDefinition]) = ([], [])

  /// Throws where the parts are not of one run.
  init(_ parts: [MergedPart], rules: AttributionRules) throws {
    self.parts = MergedPart.ordered(parts)
    self.rules = rules
    let logs = self.parts.filter(\.hasEvents)
    for (before, part) in zip(logs, logs.dropFirst()) { try part.check(after: before) }
    numbering = StackNumbering(try self.parts.map { try $0.store.stacks().definitions })
    metadata.setRange(of: self.parts)
  }

  /// Writes the parts as the ingestion's only content.
  mutating func write(to ingestion: inout TraceIngestion) throws {
    try ingestion.begin(with: metadata.metadata)
    for (index, part) in parts.enumerated() {
      let place = Place(
        base: ingestion.eventCount,
        dropped: index > 0 && part.continues ? part.store.metadata.openingEvents : 0,
        isContinuation: index > 0 && part.continues,
        isContinued: index + 1 < parts.count && parts[index + 1].continues)
      if place.isContinuation {
        try ContinuationCheck(part: part, before: parts[index - 1], rules: rules).check(ingestion)
      }
      try write(part, at: place, to: &ingestion)
      // What a plain part's frees meant, it did not know.
      if part.hasEvents, index == 0 || place.isContinuation {
        let last = part.store.summary.eventCount - 1
        try LiveBytesCheck(store: part.store, event: last).check(&ingestion)
      }
    }
    try takeTrailing(&ingestion) { _ in true }
    ingestion.addOddities()
    ingestion.splitNotes = []
  }

  /// Where a part's events go.
  private struct Place {
    /// Events of the parts before it.
    var base: UInt64
    /// Opening events that are left out, since the part before it provides what they say.
    var dropped: UInt64
    var isContinuation: Bool
    var isContinued: Bool

    func callAsFunction(_ event: UInt64) -> UInt64 {
      base + (event > dropped ? event - dropped : 0)
    }
  }

  private mutating func write(
    _ part: MergedPart, at place: Place, to ingestion: inout TraceIngestion
  ) throws {
    let sources = try metadata.add(part, base: place.base, dropped: place.dropped)
    try ingestion.join(metadata.metadata, file: part.path)
    let renumbering = numbering.add(try part.store.stacks().definitions)
    if part.hasEvents {
      let known = Set(renumbering.definitions.map(\.identity))
      if place.isContinuation { trailing.headers = [] }
      try takeTrailing(&ingestion) { !known.contains($0.identity) }
    }
    try copyDumps(of: part, sources, to: &ingestion)
    func placed(_ header: LogHeader) -> LogHeader {
      var header = header
      header.source = TraceMerging.place(of: header.source, among: sources)
      header.firstEvent = place(header.firstEvent)
      return header
    }
    var stacks = renumbering.definitions.map { stack in
      var stack = stack
      stack.firstEvent = place(stack.firstEvent)
      return stack
    }[...]
    var state = (
      merging: self, ingestion: ingestion,
      lines: try LinesBetweenEvents(part.store, leavesEnd: place.isContinued)
    )
    defer { (self, ingestion) = (state.merging, state.ingestion) }
    try part.store.forEachRecordedBatch { batch in
      let headers = state.lines.take(for: batch).headers
      for header in headers where !place.isContinuation || header.firstEvent >= place.dropped {
        try state.ingestion.take(.logHeader(placed(header)))
      }
      guard batch.firstEvent >= place.dropped else { return }
      let limit = place(state.lines.limit(of: batch))
      let known = stacks.prefix { $0.firstEvent <= limit }
      stacks = stacks.dropFirst(known.count)
      try state.merging.define(known, &state.ingestion)
      var moved = batch
      moved.firstEvent = place(batch.firstEvent)
      renumbering.apply(to: &moved)
      try state.ingestion.takeAgain(moved)
    }
    state.merging.trailing.headers += state.lines.headers.map(placed)
    state.merging.trailing.stacks += stacks
  }

  private func copyDumps(
    of part: MergedPart, _ sources: [Int], to ingestion: inout TraceIngestion
  ) throws {
    for var snapshot in try part.store.snapshots() {
      snapshot.source = TraceMerging.place(of: snapshot.source, among: sources)
      try ingestion.take(.snapshot(snapshot))
    }
    for var line in try part.store.captureLines() {
      line.source = TraceMerging.place(of: line.source, among: sources)
      try ingestion.take(.captureLine(line))
    }
  }

  /// A source that the part's metadata does not list stays unknown.
  private static func place(of source: Int, among sources: [Int]) -> Int {
    sources.indices.contains(source) ? sources[source] : .max
  }

  private mutating func define(
    _ stacks: some Sequence<StackDefinition>, _ ingestion: inout TraceIngestion
  ) throws {
    var new = StackBatch()
    for stack in stacks where defined.insert(stack.identity).inserted { new.append(stack) }
    try ingestion.take(.stacks(new))
  }

  /// Takes the lines behind the last event of the part before, as far as they are wanted.
  private mutating func takeTrailing(
    _ ingestion: inout TraceIngestion, where isWanted: (StackDefinition) -> Bool
  ) throws {
    for header in trailing.headers { try ingestion.take(.logHeader(header)) }
    try define(trailing.stacks.filter(isWanted), &ingestion)
    trailing = ([], [])
  }
}

extension StackDefinition {
  /// Without its place.
  fileprivate var identity: StackDefinition {
    StackDefinition(id: id, parent: parent, frame: frame, firstEvent: 0)
  }
}

extension TraceIngestion {
  /// Takes what is known of the inputs by now.
  mutating func join(_ known: TraceMetadata, file: String) throws {
    metadata.sources = known.sources
    metadata.labels = known.labels
    metadata.isIncomplete = known.isIncomplete
    for diagnostic in known.diagnostics where !metadata.diagnostics.contains(diagnostic) {
      metadata.diagnostics.append(diagnostic)
    }
    for source in metadata.sources.indices { try checkGuest(source, file: file) }
    try writer.append(metadata)
  }
}
