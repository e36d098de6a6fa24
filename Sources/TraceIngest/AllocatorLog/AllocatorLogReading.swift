import TraceModel

/// Turns parsed blocks of lines, in order, into records: the part of reading that is sequential.
struct AllocatorLogReading {
  private let firstEvent: UInt64
  /// The ordinal that the next event gets.
  private var nextEvent: UInt64
  private var otherLines: (count: Int, first: Int) = (0, 0)
  private var firstMalformed: (reason: String, line: Int)?
  /// How long events of an input that others still write wait before they are written; nil for ever.
  private let patience: Duration?
  private var lastWritten = ContinuousClock.now
  private var lastWrittenEvent: UInt64

  init(firstEvent: UInt64, patience: Duration?) {
    self.firstEvent = firstEvent
    self.patience = patience
    nextEvent = firstEvent
    lastWrittenEvent = firstEvent
  }

  mutating func take(
    _ parsed: ParsedLines, context: inout ReadContext, sink: (consuming TraceRecord) throws -> Void
  ) throws {
    var taken = Taken(offset: nextEvent)
    for (place, batch) in parsed.batches.enumerated() {
      try takeOthers(before: place, of: parsed, from: &taken, context: &context, sink: sink)
      var batch = batch
      batch.firstEvent = nextEvent
      nextEvent += UInt64(batch.count)
      var known = taken.stacks
      let end = nextEvent - taken.offset
      while known < parsed.stacks.count, parsed.stacks.rows[known].firstEvent < end { known += 1 }
      try handOnStacks(of: parsed, to: known, from: &taken, sink: sink)
      try sink(.events(batch))
    }
    try takeOthers(
      before: parsed.batches.count, of: parsed, from: &taken, context: &context, sink: sink)
    try handOnStacks(of: parsed, to: parsed.stacks.count, from: &taken, sink: sink)
    for parsed in parsed.blocks { try note(parsed, context: &context) }
    if let patience, nextEvent > lastWrittenEvent, ContinuousClock.now - lastWritten >= patience {
      try sink(.flush)
      lastWritten = .now
      lastWrittenEvent = nextEvent
    }
  }

  /// What is to be said of a block.
  private mutating func note(_ parsed: ParsedLines.Block, context: inout ReadContext) throws {
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

  /// How many of the parsed lines' call stacks and other lines are taken.
  private struct Taken {
    /// What the ordinals of events are beyond those that the parsed lines count.
    let offset: UInt64
    var stacks = 0
    var others = 0
  }

  /// Hands on definitions: they come before any event that may name them.
  private func handOnStacks(
    of parsed: ParsedLines, to end: Int, from taken: inout Taken,
    sink: (consuming TraceRecord) throws -> Void
  ) throws {
    guard taken.stacks < end else { return }
    try sink(.stacks(parsed.stacks.part(taken.stacks..<end, offset: taken.offset)))
    taken.stacks = end
  }

  /// Takes the other lines that stand before a batch.
  private mutating func takeOthers(
    before batch: Int, of parsed: ParsedLines, from taken: inout Taken,
    context: inout ReadContext, sink: (consuming TraceRecord) throws -> Void
  ) throws {
    while taken.others < parsed.others.count, parsed.others[taken.others].batch <= batch {
      let other = parsed.others[taken.others]
      taken.others += 1
      let block = parsed.blocks[other.block].block
      let line = block.firstLine + other.line
      switch other.content {
      case .header(let header):
        try handOnStacks(of: parsed, to: other.stack, from: &taken, sink: sink)
        try take(header, line: line, context: &context, sink: sink)
      case .malformed(let reason):
        try malformed(reason, line: line, isTorn: block.isTorn, context: &context)
      }
    }
  }

  private func take(
    _ header: LogHeader, line: Int, context: inout ReadContext,
    sink: (consuming TraceRecord) throws -> Void
  ) throws {
    var header = header
    if let version = header.version, version != "1" {
      throw TraceError(
        .unsupportedVersion, "allocator log of version \(version); this program reads version 1",
        at: SourceLocation(file: context.file, line: line))
    }
    context.scope = header.scope ?? context.scope
    header.source = context.source
    header.firstEvent = nextEvent
    try sink(.logHeader(header))
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
    guard nextEvent > firstEvent else {
      let reason = firstMalformed.map { ": this line is none, \($0.reason)" } ?? ""
      throw TraceError(
        .nothingFound, "an allocator log without an event\(reason)",
        at: SourceLocation(file: context.file, line: firstMalformed?.line),
        remedy: "was the recorder or the allocator hook active in this run?")
    }
  }
}
