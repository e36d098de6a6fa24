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
