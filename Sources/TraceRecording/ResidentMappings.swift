import Glibc

/// The mappings of a process that have pages in memory, as `/proc/PID/smaps` has them.
package struct ResidentMappings: Hashable, Sendable {
  package struct Mapping: Hashable, Sendable {
    package var start: UInt64
    package var bytes: UInt64
    package var rss: UInt64
  }

  /// What a process may have of this file; more is not looked at.
  private static let textLimit = 8 << 20
  package private(set) var all: [Mapping] = []

  /// Asks the kernel; none where the process is gone or does not let itself be looked at.
  package init(pid: UInt64) {
    self.init(smaps: ResidentMappings.content("/proc/\(pid)/smaps"))
  }

  /// Reads the text of an `smaps` file: a line `START-END …` for each mapping, `Rss: N kB` among those
  /// behind it.
  package init(smaps text: [UInt8]) {
    var current: Mapping?
    for line in text.split(separator: UInt8(ascii: "\n")) {
      if let range = ResidentMappings.range(line) {
        current = range
      } else if line.starts(with: "Rss:".utf8), var mapping = current {
        mapping.rss = ResidentMappings.kibibytes(line)
        if mapping.rss > 0 { all.append(mapping) }
        current = nil
      }
    }
  }

  /// `7f00-7f10 rw-p …`; nil for a line that begins with a name.
  private static func range(_ line: ArraySlice<UInt8>) -> Mapping? {
    guard let dash = line.firstIndex(of: UInt8(ascii: "-")),
      let blank = line[dash...].firstIndex(of: UInt8(ascii: " ")),
      let start = hexadecimal(line[line.startIndex..<dash]),
      let end = hexadecimal(line[(dash + 1)..<blank]), end > start
    else { return nil }
    return Mapping(start: start, bytes: end - start, rss: 0)
  }

  private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
    UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  private static func kibibytes(_ line: ArraySlice<UInt8>) -> UInt64 {
    let digits = line.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let number = UInt64(String(decoding: digits, as: UTF8.self)), number < 1 << 44 else {
      return 0
    }
    return number << 10
  }

  private static func content(_ path: String) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var text: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while text.count < textLimit {
      let count = unsafe piece.withUnsafeMutableBytes { buffer in
        unsafe read(descriptor, buffer.baseAddress, buffer.count)
      }
      guard count > 0 else { break }
      text += piece.prefix(count)
    }
    return text
  }
}
