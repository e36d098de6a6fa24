/// Text in the making, as bytes: numbers are written without a String for each.
struct TextBuffer {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ text: StaticString) {
    unsafe bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(_ text: String) { bytes += text.utf8 }

  mutating func append(byte: Unicode.Scalar) { bytes.append(UInt8(ascii: byte)) }

  @inline(__always)
  mutating func decimal(_ value: UInt64) {
    guard value >= 10 else {
      bytes.append(UInt8(ascii: "0") + UInt8(value))
      return
    }
    let start = bytes.count
    var rest = value
    while rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    bytes[start...].reverse()
  }

  mutating func signed(_ value: Int64) {
    if value < 0 { append(byte: "-") }
    decimal(value.magnitude)
  }

  /// `0x` and lower-case digits.
  @inline(__always)
  mutating func hexadecimal(_ value: UInt64) {
    append("0x")
    let digits = max(1, (64 - value.leadingZeroBitCount + 3) / 4)
    for place in stride(from: digits - 1, through: 0, by: -1) {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(4 * place)) & 0xF
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// Hands out what is there and begins again.
  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }
}
