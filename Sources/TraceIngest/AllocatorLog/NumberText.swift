/// Numbers as allocator logs spell them, read from bytes.
enum NumberText {
  /// Decimal digits only; nil for anything else and beyond 64 bits.
  static func decimal(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    guard !range.isEmpty else { return nil }
    var value: UInt64 = 0
    for index in range {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      let (scaled, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = scaled.addingReportingOverflow(UInt64(digit))
      guard !tooLarge, !overflow else { return nil }
      value = sum
    }
    return value
  }

  /// `0x…`, `(nil)`, or decimal digits.
  static func unsigned(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    if range.count > 2, bytes[range.lowerBound] == UInt8(ascii: "0"),
      bytes[range.lowerBound + 1] | 0x20 == UInt8(ascii: "x")
    {
      return hexadecimal(bytes, (range.lowerBound + 2)..<range.upperBound)
    }
    if equals(bytes, range, "(nil)") { return 0 }
    return decimal(bytes, range)
  }

  /// Optional minus and decimal digits, or `0x…`; as the bit pattern of an `Int64`.
  static func signed(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    guard !range.isEmpty, bytes[range.lowerBound] == UInt8(ascii: "-") else {
      guard let value = unsigned(bytes, range), value <= UInt64(Int64.max) else { return nil }
      return value
    }
    guard let magnitude = decimal(bytes, (range.lowerBound + 1)..<range.upperBound),
      magnitude <= UInt64(Int64.max)
    else { return nil }
    return UInt64(bitPattern: -Int64(magnitude))
  }

  static func hexadecimal(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    guard !range.isEmpty else { return nil }
    var value: UInt64 = 0
    for index in range {
      guard let digit = hexDigit(bytes[index]), value >> 60 == 0 else { return nil }
      value = value << 4 | digit
    }
    return value
  }

  @inline(__always)
  static func hexDigit(_ byte: UInt8) -> UInt64? {
    let digit = byte &- UInt8(ascii: "0")
    if digit <= 9 { return UInt64(digit) }
    let letter = (byte | 0x20) &- UInt8(ascii: "a")
    return letter <= 5 ? UInt64(letter) + 10 : nil
  }

  /// Whether the bytes of a range are exactly this text.
  static func equals(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ text: StaticString
  ) -> Bool {
    range.count == text.utf8CodeUnitCount && hasPrefix(bytes, range, text)
  }

  /// Whether the bytes of a range begin with this text.
  static func hasPrefix(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ text: StaticString
  ) -> Bool {
    guard range.count >= text.utf8CodeUnitCount else { return false }
    let start = unsafe text.utf8Start
    for index in 0..<text.utf8CodeUnitCount
    where unsafe bytes[range.lowerBound + index] != start[index] {
      return false
    }
    return true
  }

  static func text(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> String {
    unsafe bytes.extracting(range).withUnsafeBufferPointer {
      unsafe String(decoding: $0, as: UTF8.self)
    }
  }
}
