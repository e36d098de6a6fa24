package import TraceModel

/// Whole lines of an input, a block of them at a time.
package struct LineBlock: Sendable {
  /// Lines with their ends; only the last line of the input may lack its end.
  package var bytes: [UInt8]
  /// The number of the first line, from 1; 0 until ``LineBlocks/number(_:lines:)`` gives it.
  package var firstLine = 0
  /// Lines before the first that were too long to be anything.
  var skippedLines = 0
  /// The last line has no end: a torn log, or a program that was killed.
  var isTorn = false
}

/// Cuts an input into numbered blocks of whole lines in bounded memory.
package struct LineBlocks: ~Copyable {
  /// The input's last line has no end.
  package private(set) var endsInsideLine = false
  /// Lines handed out or skipped.
  package private(set) var lineCount = 0
  /// The first line that was longer than the limit, and how many there were.
  package private(set) var overlongLines: (first: Int, count: Int)?

  /// Cuts, and does not count: what a job may do ahead of the one that numbers.
  let cutter: LineCutter

  package init(_ input: InputFile) {
    cutter = LineCutter(input)
  }

  /// The next block; nil at the end of the input.
  package mutating func next() throws(TraceError) -> LineBlock? {
    do {
      while var block = try cutter.next() {
        number(&block, lines: LineBlocks.lines(in: block))
        if !block.bytes.isEmpty { return block }
      }
      return nil
    } catch {
      throw located(error)
    }
  }

  /// Numbers a block of the cutter; blocks come in order.
  mutating func number(_ block: inout LineBlock, lines: Int) {
    if block.skippedLines > 0 {
      overlongLines = (
        overlongLines?.first ?? lineCount + 1, (overlongLines?.count ?? 0) + block.skippedLines
      )
    }
    lineCount += block.skippedLines
    block.firstLine = lineCount + 1
    lineCount += lines
    if block.isTorn { endsInsideLine = true }
  }

  /// An error of the cutter that stands at the line behind all those that were numbered.
  func located(_ error: TraceError) -> TraceError {
    var error = error
    if error.code == .limitExceeded, error.location?.line == nil {
      error.location?.line = lineCount + 1
    }
    return error
  }

  private static func lines(in block: LineBlock) -> Int {
    countEnds(block.bytes) + (block.isTorn ? 1 : 0)
  }

  /// Counts line feeds, eight bytes at a time.
  private static func countEnds(_ bytes: [UInt8]) -> Int {
    let ends: UInt64 = 0x0A0A_0A0A_0A0A_0A0A
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    return unsafe bytes.withUnsafeBytes { buffer in
      var count = 0
      var start = 0
      while buffer.count - start >= 8 {
        // Eight counts side by side; each reaches at most 255 before they are added up.
        var counts: UInt64 = 0
        let last = min(buffer.count - 8, start + 254 * 8)
        while start <= last {
          let difference =
            unsafe buffer.loadUnaligned(fromByteOffset: start, as: UInt64.self) ^ ends
          // The top bit of a byte that was a line feed, and of no other.
          let matches = ~(((difference & low) &+ low) | difference | low)
          counts &+= matches >> 7
          start += 8
        }
        for shift in stride(from: 0, to: 64, by: 8) { count += Int(counts >> UInt64(shift) & 0xFF) }
      }
      for index in start..<buffer.count {
        let byte = unsafe buffer[index]
        if byte == UInt8(ascii: "\n") { count += 1 }
      }
      return count
    }
  }
}
