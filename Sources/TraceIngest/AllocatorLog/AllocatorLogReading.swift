import TraceModel

/// Turns parsed blocks of lines, in order, into records: the part of reading that is sequential.
struct AllocatorLogReading {
  private var builder: EventBatchBuilder
  private var firstEvent: UInt64
  private var otherLines: (count: Int, first: Int) = (0, 0)
  private var firstMalformed: (reason: String, line: Int)?
  /// How long events of an input that others still write wait for a full batch; nil for ever.
  private let patience: Duration?
  private var lastBatch = ContinuousClock.now

  init(firstEvent: UInt64, patience: Duration?) {
    self.firstEvent = firstEvent
    self.patience = patience
    builder = EventBatchBuilder(firstEvent: firstEvent)
  }

  mutating func take(
    _ parsed: ParsedLines, context: inout ReadContext, sink: (consuming TraceRecord) throws -> Void
  ) throws {
    var row = 0
    var keys = EventRows.KeyPlaces()
    for other in parsed.others {
      try append(parsed.rows, row..<other.row, keys: &keys, sink: sink)
      row = other.row
      try take(other, of: parsed.block, context: &context, sink: sink)
      if builder.isFull { try sink(.events(builder.take())) }
    }
    try append(parsed.rows, row..<parsed.rows.count, keys: &keys, sink: sink)
    if let patience, !builder.isEmpty, ContinuousClock.now - lastBatch >= patience {
      try sink(.events(builder.take()))
      lastBatch = .now
    }
    if parsed.otherText.count > 0 {
      if otherLines.count == 0 {
        otherLines.first = parsed.block.firstLine + parsed.otherText.first
      }
      otherLines.count += parsed.otherText.count
    }
    if parsed.block.isTorn {
      try context.diagnostics.note(
        .note, "the last line has no line end: the log may break off here",
        line: parsed.block.firstLine)
    }
  }

  private mutating func append(
    _ rows: EventRows, _ range: Range<Int>, keys: inout EventRows.KeyPlaces,
    sink: (consuming TraceRecord) throws -> Void
  ) throws {
    var next = range.lowerBound
    while next < range.upperBound {
      let end = min(range.upperBound, next + builder.room)
      builder.append(rows, next..<end, keys: &keys)
      next = end
      if builder.isFull { try sink(.events(builder.take())) }
    }
  }

  private mutating func take(
    _ other: ParsedLines.Other, of block: LineBlock, context: inout ReadContext,
    sink: (consuming TraceRecord) throws -> Void
  ) throws {
    let line = block.firstLine + other.line
    switch other.content {
    case .event(let event):
      if let reason = event.append(to: &builder) {
        try malformed(reason, line: line, isTorn: block.isTorn, context: &context)
      }
    case .stack(var definition):
      definition.firstEvent = builder.nextEvent
      try sink(.stack(definition))
    case .header(var header):
      if let version = header.version, version != "1" {
        throw TraceError(
          .unsupportedVersion, "allocator log of version \(version); this program reads version 1",
          at: SourceLocation(file: context.file, line: line))
      }
      context.scope = header.scope ?? context.scope
      header.source = context.source
      header.firstEvent = builder.nextEvent
      // What the header says holds for the events behind it.
      if !builder.isEmpty { try sink(.events(builder.take())) }
      try sink(.logHeader(header))
    case .malformed(let reason):
      try malformed(reason, line: line, isTorn: block.isTorn, context: &context)
    case .ignored, .otherText: break
    }
  }

  private mutating func malformed(
    _ reason: String, line: Int, isTorn: Bool, context: inout ReadContext
  ) throws {
    if isTorn { context.isIncomplete = true }
    if firstMalformed == nil { firstMalformed = (reason, line) }
    try context.diagnostics.warn("line skipped, it is no event: \(reason)", line: line)
  }

  mutating func finish(
    context: inout ReadContext, sink: (consuming TraceRecord) throws -> Void
  ) throws {
    if otherLines.count > 0 {
      try context.diagnostics.note(
        .note, "other text between the events", line: otherLines.first, count: otherLines.count)
    }
    if !builder.isEmpty { try sink(.events(builder.take())) }
    guard builder.nextEvent > firstEvent else {
      let reason = firstMalformed.map { ": this line is none, \($0.reason)" } ?? ""
      throw TraceError(
        .nothingFound, "an allocator log without an event\(reason)",
        at: SourceLocation(file: context.file, line: firstMalformed?.line),
        remedy: "was the recorder or the allocator hook active in this run?")
    }
  }
}
