import TraceAnalysis
import TraceIngest
import TraceModel
import TraceStore

/// Cuts a range of events out of a store, behind the events that say what was live when it begins.
struct TraceSlicing {
  let store: TraceFile
  /// What was asked for.
  let from: UInt64?
  let to: UInt64?
  let events: Range<UInt64>
  let rules: AttributionRules

  private var rows = CollectedEvents()
  private var lines: LinesBetweenEvents
  /// Of the events before the range.
  private var opening = OpeningSelection()
  private var usedStacks: Set<UInt64> = []
  /// For each input of the slice the ordinal that its first event has in the store.
  private var inputs: [UInt64] = []

  /// Throws where no event lies in the range.
  init(_ store: TraceFile, from: UInt64?, to: UInt64?, rules: AttributionRules) throws {
    guard !store.metadata.leavesAddressesOut else { throw store.noAddresses }
    guard let events = try store.range(from: from, to: to) else {
      throw TraceError(
        .insufficientData, "no event lies in the range", at: SourceLocation(file: store.path),
        remedy: "memtrace timeline shows the time that the events span, in seconds; "
          + "--from and --to take nanoseconds")
    }
    self.store = store
    self.from = from
    self.to = to
    self.events = events
    self.rules = rules
    lines = try LinesBetweenEvents(store)
  }

  /// Writes the slice as the ingestion's only content.
  mutating func write(to ingestion: inout TraceIngestion) throws {
    let (selection, count) = try openingEvents()
    opening = selection
    try ingestion.begin(with: metadata(openingEvents: count))
    var writing = (slicing: self, ingestion: ingestion)
    defer { (self, ingestion) = writing }
    try store.forEachRecordedBatch(through: events.upperBound - 1) { batch in
      try writing.slicing.take(batch, into: &writing.ingestion)
    }
    try writing.slicing.finish(&writing.ingestion)
  }

  // MARK: Before the range

  /// What is kept of the events before the range, and how many these are.
  private func openingEvents() throws -> (selection: OpeningSelection, count: UInt64) {
    guard events.lowerBound > 0 else { return (OpeningSelection(), 0) }
    var matcher = EventMatcher()
    if !lines.stacks.isEmpty { matcher.attribute(by: rules) }
    var opening = (
      events: OpeningEvents(matcher), context: try RecordedMatching(store), others: UInt64(0)
    )
    try store.forEachRecordedBatch(through: events.lowerBound - 1) { batch in
      opening.context.prepare(&opening.events.matcher, for: batch)
      let before = rowsBeforeRange(of: batch)
      opening.others += UInt64(
        before.shapes.count { before.shapeTable[Int($0)].operation.isLasting })
      opening.events.consume(before)
    }
    let selection = opening.events.selection
    return (selection, selection.heapCount + opening.others)
  }

  private func rowsBeforeRange(of batch: EventBatch) -> EventBatch {
    guard batch.firstEvent + UInt64(batch.count) > events.lowerBound else { return batch }
    var rows = CollectedEvents()
    var cursor = EventCursor(batch)
    for _ in batch.firstEvent..<events.lowerBound { rows.add(&cursor) }
    return rows.take(firstEvent: batch.firstEvent)
  }

  /// The range in the whole trace, of which the store may be a slice itself.
  private var slice: TraceSlice {
    guard let outer = store.metadata.slice else {
      return TraceSlice(from: from, to: to, events: events)
    }
    let opening = store.metadata.openingEvents
    let first = outer.events.lowerBound + events.lowerBound - opening
    return TraceSlice(
      from: [from, outer.from].compactMap(\.self).max(),
      to: [to, outer.to].compactMap(\.self).min(),
      events: first..<first + UInt64(events.count))
  }

  private mutating func metadata(openingEvents: UInt64) -> TraceMetadata {
    var metadata = store.metadata
    // Dumps have no time on the log's clock.
    metadata.sources.removeAll { !$0.hasEvents }
    inputs = metadata.sources.map(\.firstEvent)
    for index in inputs.indices where inputs[index] > 0 {
      metadata.sources[index].firstEvent = .max
    }
    let oddities = TraceIngestion.oddityMessages
    metadata.diagnostics.removeAll { oddities.contains($0.message) }
    metadata.openingEvents = openingEvents
    metadata.slice = slice
    return metadata
  }
}

// MARK: Writing

extension TraceSlicing {
  private mutating func take(_ batch: EventBatch, into ingestion: inout TraceIngestion) throws {
    let isKept = keeps(of: batch)
    // What stands before an input's first event is nothing to the input before it.
    if inputs.contains(batch.firstEvent) { try flush(into: &ingestion) }
    try takeLines(of: batch, isKept, into: &ingestion)
    var cursor = EventCursor(batch)
    for row in 0..<batch.count {
      let event = batch.firstEvent + UInt64(row)
      for index in inputs.indices where inputs[index] == event && event > 0 {
        try flush(into: &ingestion)
        ingestion.metadata.sources[index].firstEvent = ingestion.eventCount
      }
      if event == events.lowerBound {
        try flush(into: &ingestion)
        try check(after: event, &ingestion)
      }
      guard isKept[row] else {
        cursor.skip()
        continue
      }
      rows.add(&cursor)
      if batch.shapeTable[Int(batch.shapes[row])].keys.contains(.stack) {
        usedStacks.insert(batch.stacks[row])
      }
      if rows.isFull { try flush(into: &ingestion) }
    }
  }

  private mutating func keeps(of batch: EventBatch) -> [Bool] {
    (0..<batch.count).map { row in
      let event = batch.firstEvent + UInt64(row)
      guard event < events.lowerBound else { return events.contains(event) }
      return opening.keeps(batch.shapeTable[Int(batch.shapes[row])].operation, event: event)
    }
  }

  /// Takes the header and stack lines that stand in a batch, each before the same event as in the store.
  private mutating func takeLines(
    of batch: EventBatch, _ isKept: [Bool], into ingestion: inout TraceIngestion
  ) throws {
    let (headers, stacks) = lines.take(for: batch)
    guard !headers.isEmpty || !stacks.isEmpty else { return }
    if !headers.isEmpty { try flush(into: &ingestion) }
    let first = ingestion.eventCount + UInt64(rows.count)
    var place = (row: 0, kept: first)
    func ordinal(of event: UInt64) -> UInt64 {
      while place.row < batch.count, batch.firstEvent + UInt64(place.row) < event {
        if isKept[place.row] { place.kept += 1 }
        place.row += 1
      }
      return place.kept
    }
    for header in headers { try take(header, at: ordinal(of: header.firstEvent), &ingestion) }
    place = (0, first)
    var placed = StackBatch()
    for var stack in stacks {
      stack.firstEvent = ordinal(of: stack.firstEvent)
      placed.append(stack)
    }
    try ingestion.take(.stacks(placed))
  }

  private func take(
    _ header: LogHeader, at event: UInt64, _ ingestion: inout TraceIngestion
  ) throws {
    var header = header
    let sources = store.metadata.sources
    header.source = sources.prefix(header.source).count { $0.hasEvents }
    header.firstEvent = event
    try ingestion.take(.logHeader(header))
  }

  private mutating func flush(into ingestion: inout TraceIngestion) throws {
    guard rows.count > 0 else { return }
    try ingestion.takeAgain(rows.take(firstEvent: ingestion.eventCount))
  }

  /// Ends with what the range uses of the lines behind it.
  private mutating func finish(_ ingestion: inout TraceIngestion) throws {
    try flush(into: &ingestion)
    try check(after: events.upperBound, &ingestion)
    let end = ingestion.eventCount
    for index in ingestion.metadata.sources.indices
    where ingestion.metadata.sources[index].firstEvent == .max {
      ingestion.metadata.sources[index].firstEvent = end
    }
    for header in lines.headers { try take(header, at: end, &ingestion) }
    let used = StackSelection(usedStacks, of: lines.stacks)
    var placed = StackBatch()
    for var stack in lines.stacks where used.contains(stack.id) {
      stack.firstEvent = end
      placed.append(stack)
    }
    try ingestion.take(.stacks(placed))
    ingestion.addOddities()
  }

  /// Holds what is live before an event against what the store says.
  private func check(after end: UInt64, _ ingestion: inout TraceIngestion) throws {
    guard end > 0 else { return }
    try LiveBytesCheck(store: store, event: end - 1).check(&ingestion)
  }
}
