package import TraceModel

/// Reads captures of what WAMR prints: memory-consumption dumps of every version, and the lines
/// on memory beside them.
package struct ConsumptionDumpReader: TraceReader {
  package init() {}

  package var format: TraceFormat {
    TraceFormat(
      name: "wamr-dump",
      summary: "output of a WAMR run with memory profiling (dumps)"
    )
  }

  package func confidence(inHead head: [UInt8]) -> Confidence {
    var start = 0
    while start < head.count {
      let end = head[start...].firstIndex(of: UInt8(ascii: "\n")) ?? head.count
      if ConsumptionDumpReader.isWAMRLine(head, start..<end) { return .certain }
      start = end + 1
    }
    return head.contains(0) ? .none : .possible
  }

  package func read(
    _ lines: inout LineBlocks,
    context: inout ReadContext,
    sink: (consuming TraceRecord) throws -> Void
  ) throws {
    var session = CaptureSession(source: context.source)
    var output = DumpOutput()
    while let block = try lines.next() {
      var start = 0
      var number = block.firstLine
      while start < block.bytes.count {
        let newline = block.bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
        let end = newline ?? block.bytes.count
        var textEnd = end
        while textEnd > start, block.bytes[textEnd - 1] == UInt8(ascii: "\r") { textEnd -= 1 }
        session.line(block.bytes, start..<textEnd, number: number, isCut: newline == nil)
        number += 1
        start = end + 1
      }
      try output.collect(from: &session, context: &context)
      for record in output.queue.take(before: session.firstOpenLine ?? number) {
        try sink(record)
      }
    }
    session.finish()
    try output.collect(from: &session, context: &context)
    try output.keepDoubtful(&context)
    for record in output.queue.take(before: nil) { try sink(record) }
    try ConsumptionDumpReader.report(session, &context)
    guard output.hasData else {
      throw TraceError.noDump(in: context.file, session.evidence)
    }
    context.labels += output.labels.filter { !context.labels.contains($0) }
  }

  private static func report(
    _ session: CaptureSession,
    _ context: inout ReadContext
  ) throws(TraceError) {
    if let line = session.evidence.lookAlikeLine {
      try context.diagnostics.note(
        .note,
        "lines that look like a dump's but stand in none are left out",
        line: line
      )
    }
    if let line = session.cutLine {
      try context.diagnostics.note(
        .note,
        "the last line has no end: its number may be cut",
        line: line
      )
    }
    if let line = session.wrappedLine {
      try context.diagnostics.note(
        .note,
        "a heap's occupied bytes fell below zero and are kept as a negative number",
        line: line
      )
    }
  }

  /// A line that only WAMR prints.
  private static func isWAMRLine(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    var range = range
    if let last = bytes[range].last, last == UInt8(ascii: "\r") {
      range = range.lowerBound..<(range.upperBound - 1)
    }
    for token in CaptureToken.tokens(of: bytes, in: range) {
      switch token {
      case .prefix: return true
      case .dump(let text, let place): if place == range || text.isHeader { return true }
      case .other: break
      }
    }
    let text = bytes[range]
    return marks.contains { text.starts(with: $0) }
  }

  private static let marks = [
    "[MEM] ", "===== memory usage =====", "Memory instantiate:", "heap: 0x", "total free: ",
    "WASM module load failed: ", "AOT module load failed: ", "WASM module instantiate failed: ",
    "AOT module instantiate failed: ",
  ].map { Array($0.utf8) }
}
