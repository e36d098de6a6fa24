import Glibc

/// A file written in large pieces.
///
/// An event's line is far shorter than the reserve that the end of the line before it leaves, so that
/// single bytes need no check.
@safe struct OutputFile: ~Copyable {
  private static let capacity = 1 << 20
  private static let reserve = 512

  private let path: String
  private let descriptor: Int32
  private let bytes: UnsafeMutablePointer<UInt8>
  private var count = 0

  /// `-` is standard output.
  init(path: String) throws(GeneratorError) {
    self.path = path
    unsafe bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.capacity)
    if path == "-" {
      descriptor = STDOUT_FILENO
    } else {
      descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    }
    if descriptor < 0 { throw .system("cannot create", path) }
  }

  deinit { unsafe bytes.deallocate() }

  /// Writes what is left; nothing can be appended afterwards.
  consuming func close() throws(GeneratorError) {
    try flush()
    if Glibc.close(descriptor) != 0 { throw .system("cannot write", path) }
  }

  private mutating func flush() throws(GeneratorError) {
    var written = 0
    while written < count {
      let result = unsafe write(descriptor, bytes + written, count - written)
      if result < 0 && errno != EINTR { throw .system("cannot write", path) }
      written += max(0, result)
    }
    count = 0
  }

  /// To be called after each line.
  mutating func endLine() throws(GeneratorError) {
    append(UInt8(ascii: "\n"))
    if count > Self.capacity - Self.reserve { try flush() }
  }

  /// A line that is there already, of any length.
  mutating func line(_ line: ArraySlice<UInt8>) throws(GeneratorError) {
    for byte in line {
      if count > Self.capacity - Self.reserve { try flush() }
      append(byte)
    }
    try endLine()
  }

  mutating func append(_ byte: UInt8) {
    unsafe bytes[count] = byte
    count += 1
  }

  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { characters in
      for index in 0..<characters.count { unsafe append(characters[index]) }
    }
  }

  mutating func append(_ text: String) {
    for byte in text.utf8 { append(byte) }
  }

  mutating func append(decimal number: UInt64) {
    var digits = 1
    var bound: UInt64 = 10
    while number >= bound, digits < 20 {
      digits += 1
      bound = digits < 20 ? bound * 10 : .max
    }
    var rest = number
    for index in stride(from: count + digits - 1, through: count, by: -1) {
      unsafe bytes[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    count += digits
  }

  mutating func append(hexadecimal number: UInt64) {
    append("0x" as StaticString)
    let digits = max(1, (67 - number.leadingZeroBitCount) / 4)
    for index in stride(from: 4 * (digits - 1), through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: number >> UInt64(index)) & 15
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}
