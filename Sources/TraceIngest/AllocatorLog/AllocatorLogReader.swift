import TraceModel

/// Reads the memtrace allocator log in one of its three spellings.
struct AllocatorLogReader: TraceReader {
  enum Spelling {
    case text
    case csv
    case jsonLines
  }

  let spelling: Spelling

  var format: TraceFormat {
    switch spelling {
    case .text:
      TraceFormat(name: "memtrace-log", summary: "allocator trace log, one event a line")
    case .csv:
      TraceFormat(name: "memtrace-csv", summary: "allocator trace log as CSV")
    case .jsonLines:
      TraceFormat(name: "memtrace-jsonl", summary: "allocator trace log as JSON lines")
    }
  }

  func confidence(inHead head: [UInt8]) -> Confidence {
    var columns: EventColumns?
    var confidence = Confidence.none
    AllocatorLogReader.forEachLine(head.span, limit: head.count) { bytes, range in
      guard confidence == .none else { return }
      switch spelling {
      case .text:
        switch EventLine(bytes, range) {
        case .event, .header: confidence = .certain
        default: break
        }
      case .csv:
        if columns == nil { columns = EventColumns(header: NumberText.text(bytes, range)) }
        if columns != nil { confidence = .certain }
      case .jsonLines:
        if case .event = JSONEventLine.parse(bytes, range) { confidence = .certain }
      }
    }
    return confidence
  }

  func read(
    _ lines: inout LineBlocks, context: inout ReadContext,
    sink: (consuming TraceRecord) throws -> Void
  ) throws {
    var reading = AllocatorLogReading(spelling: spelling, firstEvent: context.firstEvent)
    var previous: LineBlock?
    while let block = try lines.next() {
      if let previous { try reading.read(previous, context: &context, sink: sink) }
      previous = block
    }
    if let previous {
      reading.isLastLineTorn = lines.endsInsideLine
      try reading.read(previous, context: &context, sink: sink)
    }
    try reading.finish(context: &context, sink: sink)
  }

  /// Calls `body` with each line of `bytes`, without its end; a line that the limit cuts is left out.
  static func forEachLine(
    _ bytes: borrowing Span<UInt8>, limit: Int, _ body: (borrowing Span<UInt8>, Range<Int>) -> Void
  ) {
    var start = 0
    while start < limit {
      var end = start
      while end < limit, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      guard end < limit || limit < InputLimits.headBytes else { return }
      let hasReturn = end > start && bytes[end - 1] == UInt8(ascii: "\r")
      body(bytes, start..<(hasReturn ? end - 1 : end))
      start = end + 1
    }
  }
}

/// The state of reading one allocator log.
private struct AllocatorLogReading {
  let spelling: AllocatorLogReader.Spelling
  var isLastLineTorn = false
  private var builder: EventBatchBuilder
  private var columns: EventColumns?
  private var firstEvent: UInt64
  private var otherLines: (count: Int, first: Int) = (0, 0)
  private var firstMalformed: (reason: String, line: Int)?

  init(spelling: AllocatorLogReader.Spelling, firstEvent: UInt64) {
    self.spelling = spelling
    self.firstEvent = firstEvent
    builder = EventBatchBuilder(firstEvent: firstEvent)
  }

  mutating func read(
    _ block: LineBlock, context: inout ReadContext, sink: (consuming TraceRecord) throws -> Void
  ) throws {
    let bytes = block.bytes.span
    var line = block.firstLine
    var start = 0
    let count = bytes.count
    while start < count {
      var end = start
      if spelling == .text,
        let lineEnd = CommonEventLine.append(bytes, at: start, to: &builder)
      {
        end = lineEnd
      } else {
        while end < count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        let hasReturn = end > start && bytes[end - 1] == UInt8(ascii: "\r")
        let range = start..<(hasReturn ? end - 1 : end)
        try readAny(bytes, range, line: line, context: &context, sink: sink)
      }
      if builder.isFull { try sink(.events(builder.take())) }
      if end == count, isLastLineTorn {
        try context.diagnostics.note(
          .note, "the last line has no line end: the log may break off here", line: line)
      }
      start = end + 1
      line += 1
    }
  }

  private mutating func readAny(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, line: Int, context: inout ReadContext,
    sink: (consuming TraceRecord) throws -> Void
  ) throws {
    switch parse(bytes, range) {
    case .event(let event):
      if let reason = event.append(to: &builder) {
        try malformed(reason, line: line, context: &context)
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
      try sink(.logHeader(header))
    case .malformed(let reason): try malformed(reason, line: line, context: &context)
    case .ignored: break
    case .otherText:
      if otherLines.count == 0 { otherLines.first = line }
      otherLines.count += 1
    }
  }

  private mutating func parse(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> EventLine {
    switch spelling {
    case .text: return EventLine(bytes, range)
    case .jsonLines: return JSONEventLine.parse(bytes, range)
    case .csv:
      let text = NumberText.text(bytes, range)
      if let columns { return columns.event(text) }
      columns = EventColumns(header: text)
      return columns == nil && !text.isEmpty ? .otherText : .ignored
    }
  }

  private mutating func malformed(
    _ reason: String, line: Int, context: inout ReadContext
  ) throws {
    if isLastLineTorn { context.isIncomplete = true }
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
