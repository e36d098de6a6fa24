import Glibc

/// The lines of a log, and the heap events in them.
struct LogReader: ~Copyable {
  private static let blockBytes = 1 << 20

  private let path: String
  private let descriptor: Int32
  private var bytes: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  init(path: String) throws(GeneratorError) {
    self.path = path
    descriptor = unsafe open(path, O_RDONLY)
    if descriptor < 0 { throw .system("cannot open", path) }
  }

  deinit { close(descriptor) }

  /// The next line without its end; nil after the last.
  mutating func line() throws(GeneratorError) -> ArraySlice<UInt8>? {
    var searched = start
    while true {
      if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return bytes[start..<end]
      }
      searched = bytes.count - start
      if isAtEnd {
        defer { start = bytes.count }
        return start < bytes.count ? bytes[start...] : nil
      }
      try fill()
    }
  }

  private mutating func fill() throws(GeneratorError) {
    bytes.removeFirst(start)
    start = 0
    let kept = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: Self.blockBytes))
    let result = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe read(descriptor, buffer.baseAddress.map { unsafe $0 + kept }, Self.blockBytes)
    }
    if result < 0 && errno != EINTR { throw .system("cannot read", path) }
    bytes.removeLast(Self.blockBytes - max(0, result))
    isAtEnd = result == 0
  }
}

extension HeapEvent {
  private static let operations = Operation.allCases.map { (Array($0.rawValue.utf8), $0) }

  /// Nil for a line that is none: `TIME tid=N OPERATION KEY=VALUE…`, keys in any order.
  init?(_ line: ArraySlice<UInt8>) {
    let words = line.split(separator: UInt8(ascii: " "))
    guard words.count > 3, let time = UInt64(words[0]),
      let thread = UInt64(words[1], after: "tid="),
      let operation = Self.operations.first(where: { words[2].elementsEqual($0.0) })?.1
    else { return nil }
    var address: UInt64?
    self.init(time: time, thread: thread, operation: operation, address: 0)
    for word in words[3...] {
      if let value = UInt64(word, after: "addr=") {
        address = value
      } else if let value = UInt64(word, after: "old=") {
        old = value
      } else if let value = UInt64(word, after: "size=") {
        size = value
      } else if let value = UInt64(word, after: "stack=") {
        stack = value
      }
    }
    guard let address, operation == .free || size != nil else { return nil }
    self.address = address
  }
}

extension UInt64 {
  /// A decimal number, a hexadecimal one with `0x`, or `(nil)`.
  fileprivate init?(_ word: ArraySlice<UInt8>) {
    if word.elementsEqual("(nil)".utf8) {
      self = 0
      return
    }
    let isHexadecimal = word.starts(with: "0x".utf8)
    let digits = isHexadecimal ? word.dropFirst(2) : word
    guard !digits.isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in digits {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f") where isHexadecimal:
        digit = byte - UInt8(ascii: "a") + 10
      default: return nil
      }
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: isHexadecimal ? 16 : 10)
      let (sum, isBeyond) = product.addingReportingOverflow(UInt64(digit))
      if isTooLarge || isBeyond { return nil }
      value = sum
    }
    self = value
  }

  fileprivate init?(_ word: ArraySlice<UInt8>, after key: String) {
    guard word.starts(with: key.utf8) else { return nil }
    self.init(word.dropFirst(key.utf8.count))
  }
}
