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
    // Of most inputs no line is looked at for columns.
    guard spelling != .csv || EventColumns.mayBegin(head) else { return .none }
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
    var reading = AllocatorLogReading(
      firstEvent: context.firstEvent, patience: context.patience)
    let parsing = LineParsing(lines.cutter, spelling: spelling, pool: context.pool)
    do {
      while var parsed = try parsing.next() {
        parsed.number { lines.number(&$0, lines: $1) }
        try reading.take(parsed, context: &context, sink: sink)
      }
    } catch let error as TraceError {
      throw lines.located(error)
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
