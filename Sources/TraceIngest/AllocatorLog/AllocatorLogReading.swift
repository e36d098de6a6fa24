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
    var taken = Taken()
    for other in parsed.others {
      try append(parsed, rows: other.row, stacks: other.stack, from: &taken, sink: sink)
      try take(other, of: parsed.block, context: &context, sink: sink)
      if builder.isFull { try handOn(sink) }
    }
    try append(
      parsed, rows: parsed.rows.count, stacks: parsed.stacks.count, from: &taken, sink: sink)
    if let patience, !builder.isEmpty, ContinuousClock.now - lastBatch >= patience {
      try handOn(sink)
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

  /// How far a block's lines are taken.
  private struct Taken {
    var row = 0
    var stack = 0
    var keys = EventRows.KeyPlaces()
  }

  /// Takes a block's common events and stacks up to these.
  private mutating func append(
    _ parsed: ParsedLines, rows: Int, stacks: Int, from taken: inout Taken,
    sink: (consuming TraceRecord) throws -> Void
  ) throws {
    // What the ordinals of events are beyond those of rows.
    let offset = builder.nextEvent &- UInt64(taken.row)
    while taken.row < rows {
      let end = min(rows, taken.row + builder.room)
      builder.append(parsed.rows, taken.row..<end, keys: &taken.keys)
      taken.row = end
      guard builder.isFull else { continue }
      var known = taken.stack
      while known < stacks, parsed.stacks.rows[known].firstEvent < UInt64(end) { known += 1 }
      try handOn(parsed.stacks, to: known, from: &taken, offset: offset, sink: sink)
      try handOn(sink)
    }
    try handOn(parsed.stacks, to: stacks, from: &taken, offset: offset, sink: sink)
  }

  /// Hands on definitions: they come before any event that may name them.
  private func handOn(
    _ definitions: StackBatch, to end: Int, from taken: inout Taken, offset: UInt64,
    sink: (consuming TraceRecord) throws -> Void
  ) throws {
    guard taken.stack < end else { return }
    try sink(.stacks(definitions.part(taken.stack..<end, offset: offset)))
    taken.stack = end
  }

  /// Hands on the events collected so far.
  private mutating func handOn(_ sink: (consuming TraceRecord) throws -> Void) throws {
    if !builder.isEmpty { try sink(.events(builder.take())) }
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
      try handOn(sink)
      try sink(.logHeader(header))
    case .malformed(let reason):
      try malformed(reason, line: line, isTorn: block.isTorn, context: &context)
    case .stack, .ignored, .otherText: break
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
    try handOn(sink)
    guard builder.nextEvent > firstEvent else {
      let reason = firstMalformed.map { ": this line is none, \($0.reason)" } ?? ""
      throw TraceError(
        .nothingFound, "an allocator log without an event\(reason)",
        at: SourceLocation(file: context.file, line: firstMalformed?.line),
        remedy: "was the recorder or the allocator hook active in this run?")
    }
  }
}
