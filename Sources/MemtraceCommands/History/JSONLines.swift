import Glibc
import TraceIngest
import TraceModel

/// Lines of an input, one at a time; blank ones are left out.
struct JSONLines: ~Copyable {
  /// A longer line is an error: nothing that is one line is as long.
  static let lineBytes = 1 << 24

  private let input: InputFile
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  private var number = 0

  init(_ input: InputFile) {
    self.input = input
  }

  mutating func next() throws(TraceError) -> (bytes: [UInt8], number: Int)? {
    while let line = try nextLine() {
      number += 1
      if line.contains(where: { ![9, 13, 32].contains($0) }) { return (line, number) }
    }
    return nil
  }

  private mutating func nextLine() throws(TraceError) -> [UInt8]? {
    var searched = start
    while true {
      if let end = end(from: searched) {
        defer { start = end + 1 }
        return Array(buffer[start..<end])
      }
      searched = buffer.count
      guard !isAtEnd else {
        defer { start = buffer.count }
        return start < buffer.count ? Array(buffer[start...]) : nil
      }
      guard buffer.count - start <= JSONLines.lineBytes else {
        throw TraceError(
          .limitExceeded, "a line longer than \(JSONLines.lineBytes >> 20) MiB",
          at: SourceLocation(file: input.name, line: number + 1),
          remedy: "each run is a line of its own; nothing was added")
      }
      try Interruption.check()
      buffer.removeSubrange(..<start)
      searched -= start
      start = 0
      isAtEnd = try !input.read(into: &buffer)
    }
  }

  private func end(from place: Int) -> Int? {
    unsafe buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, place < bytes.count,
        let end = unsafe memchr(
          base.advanced(by: place), Int32(UInt8(ascii: "\n")), bytes.count - place)
      else { return nil }
      return unsafe base.distance(to: UnsafeRawPointer(end))
    }
  }
}
