import TraceModel

/// Appends integers and texts as the format writes them.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  /// LEB128.
  @inline(__always)
  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// LEB128 of the zigzag code, for values around zero.
  @inline(__always)
  mutating func signed(_ value: Int64) {
    varint(ZigZag.encode(value))
  }

  mutating func text(_ text: String) {
    varint(UInt64(text.utf8.count))
    bytes += text.utf8
  }

  mutating func text(_ utf8: UnsafeRawBufferPointer) {
    varint(UInt64(utf8.count))
    unsafe bytes.append(contentsOf: utf8)
  }

  /// 0 for nil, else the value + 1.
  mutating func optional(_ value: UInt64?) {
    varint(value.map { $0 &+ 1 } ?? 0)
  }

  mutating func optionalText(_ text: String?) {
    varint(text == nil ? 0 : 1)
    if let text { self.text(text) }
  }

  mutating func raw(_ more: [UInt8]) { bytes += more }

  mutating func fixed32(_ value: UInt32) {
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift)))
    }
  }

  mutating func fixed64(_ value: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
    }
  }
}

/// The zigzag code: small magnitudes of either sign become small numbers.
enum ZigZag {
  @inline(__always)
  static func encode(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value << 1) ^ (value >> 63))
  }

  @inline(__always)
  static func decode(_ code: UInt64) -> Int64 {
    Int64(bitPattern: code >> 1) ^ -Int64(bitPattern: code & 1)
  }
}

/// Reads what ``ByteWriter`` wrote; running out of bytes is an error, never a trap.
struct ByteReader {
  let bytes: [UInt8]
  private(set) var position: Int

  init(_ bytes: [UInt8], at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var isAtEnd: Bool { position == bytes.count }

  @inline(__always)
  mutating func varint() throws(TraceError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      guard shift < 63 || byte <= 1 else { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw ByteReader.damaged
  }

  @inline(__always)
  mutating func signed() throws(TraceError) -> Int64 {
    ZigZag.decode(try varint())
  }

  /// A number that must not exceed a limit.
  mutating func count(limit: Int) throws(TraceError) -> Int {
    let value = try varint()
    guard value <= UInt64(limit) else { throw ByteReader.damaged }
    return Int(value)
  }

  mutating func text() throws(TraceError) -> String {
    String(decoding: bytes[try textRange()], as: UTF8.self)
  }

  /// Passes a text; hands back where its bytes are.
  mutating func textRange() throws(TraceError) -> Range<Int> {
    let length = try count(limit: bytes.count)
    guard length <= bytes.count - position else { throw ByteReader.damaged }
    defer { position += length }
    return position..<(position + length)
  }

  mutating func optional() throws(TraceError) -> UInt64? {
    let code = try varint()
    return code == 0 ? nil : code - 1
  }

  mutating func optionalText() throws(TraceError) -> String? {
    try varint() == 0 ? nil : try text()
  }

  mutating func expect(_ expected: [UInt8]) throws(TraceError) {
    guard bytes.count - position >= expected.count,
      bytes[position..<(position + expected.count)].elementsEqual(expected)
    else { throw ByteReader.damaged }
    position += expected.count
  }

  mutating func fixed32() throws(TraceError) -> UInt32 {
    UInt32(truncatingIfNeeded: try fixed(bytes: 4))
  }

  mutating func fixed64() throws(TraceError) -> UInt64 { try fixed(bytes: 8) }

  private mutating func fixed(bytes count: Int) throws(TraceError) -> UInt64 {
    guard bytes.count - position >= count else { throw ByteReader.damaged }
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += count
    return value
  }

  static let damaged = TraceError(.corrupted, "a value that the format does not allow")
}
