import Glibc
package import TraceModel

/// Whole lines of an input, a block of them at a time.
package struct LineBlock {
  /// Lines with their ends; only the last line of the input may lack its end.
  package var bytes: [UInt8]
  /// The number of the first line, from 1.
  package var firstLine: Int
}

/// Cuts an input into blocks of whole lines in bounded memory.
package struct LineBlocks: ~Copyable {
  /// The input's last line has no end: a torn log, or a program that was killed.
  package private(set) var endsInsideLine = false
  /// Lines handed out or skipped.
  package private(set) var lineCount = 0
  /// The first line that was longer than the limit, and how many there were.
  package private(set) var overlongLines: (first: Int, count: Int)?

  private let input: InputFile
  private var carry: [UInt8] = []
  private var isAtEnd = false

  package init(_ input: InputFile) {
    self.input = input
  }

  package mutating func next() throws(TraceError) -> LineBlock? {
    while !isAtEnd {
      var bytes = carry
      carry = []
      isAtEnd = try !input.read(into: &bytes)
      if isAtEnd {
        guard !bytes.isEmpty else { return nil }
        endsInsideLine = true
        return block(bytes, lines: 1)
      }
      guard let lastEnd = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
        carry = bytes
        if carry.count > InputLimits.lineBytes { try skipLine() }
        continue
      }
      carry = Array(bytes[(lastEnd + 1)...])
      bytes.removeSubrange((lastEnd + 1)...)
      return block(bytes, lines: LineBlocks.countEnds(bytes))
    }
    return nil
  }

  private static func countEnds(_ bytes: [UInt8]) -> Int {
    // Sums of bytes that cannot overflow, so that many are counted at once.
    unsafe bytes.withUnsafeBufferPointer { buffer in
      var count = 0
      var start = 0
      while start < buffer.count {
        let end = min(start + 255, buffer.count)
        var few: UInt8 = 0
        for index in start..<end {
          let isEnd = unsafe buffer[index] == UInt8(ascii: "\n")
          few &+= isEnd ? 1 : 0
        }
        count += Int(few)
        start = end
      }
      return count
    }
  }

  private static func firstEnd(_ bytes: [UInt8]) -> Int? {
    unsafe bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress,
        let end = unsafe memchr(start, Int32(UInt8(ascii: "\n")), buffer.count)
      else { return nil }
      return unsafe start.distance(to: UnsafeRawPointer(end))
    }
  }

  private mutating func block(_ bytes: [UInt8], lines: Int) -> LineBlock {
    defer { lineCount += lines }
    return LineBlock(bytes: bytes, firstLine: lineCount + 1)
  }

  /// Reads past a line that is too long to be anything, in bounded memory.
  private mutating func skipLine() throws(TraceError) {
    var skipped = UInt64(carry.count)
    carry = []
    lineCount += 1
    overlongLines = (overlongLines?.first ?? lineCount, (overlongLines?.count ?? 0) + 1)
    while true {
      var bytes: [UInt8] = []
      guard try input.read(into: &bytes) else {
        isAtEnd = true
        return
      }
      if let end = LineBlocks.firstEnd(bytes) {
        carry = Array(bytes[(end + 1)...])
        return
      }
      skipped += UInt64(bytes.count)
      guard skipped <= InputLimits.endlessLineBytes else {
        throw TraceError(
          .limitExceeded, "a line longer than \(InputLimits.endlessLineBytes >> 20) MiB",
          at: SourceLocation(file: input.name, line: lineCount),
          remedy: "this is no text capture; give the program's output or an allocator log")
      }
    }
  }
}
