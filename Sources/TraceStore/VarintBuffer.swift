/// Numbers in LEB128, one behind the other, of which it is known how many come at the most.
///
/// Rationale: room for the longest code of each needs no look at the capacity a byte, and what is
/// not written is memory that nobody touches.
@safe struct VarintBuffer: ~Copyable {
  private static let longest = 10

  private let bytes: UnsafeMutableRawPointer
  private var count = 0
  private(set) var valueCount = 0

  init(capacity: Int) {
    unsafe bytes = .allocate(byteCount: (capacity + 1) * VarintBuffer.longest, alignment: 8)
  }

  deinit { unsafe bytes.deallocate() }

  /// Writes a number.
  ///
  /// There is room for as many calls as the capacity says.
  @inline(__always) @unsafe
  mutating func append(_ value: UInt64) {
    valueCount &+= 1
    if value < 0x80 {
      unsafe bytes.storeBytes(
        of: UInt8(truncatingIfNeeded: value), toByteOffset: count, as: UInt8.self)
      count &+= 1
    } else if value < 0x4000 {
      let code = UInt16(truncatingIfNeeded: value & 0x7F | 0x80 | value << 1 & 0x7F00)
      unsafe bytes.storeBytes(of: code.littleEndian, toByteOffset: count, as: UInt16.self)
      count &+= 2
    } else {
      unsafe appendLong(value)
    }
  }

  /// Writes a number as ``append(_:)`` does.
  ///
  /// Rationale: of numbers below 16384, as most sizes are, it is as random as the program that was
  /// traced whether they take one byte or two: here that is no branch.
  @inline(__always) @unsafe
  mutating func appendSize(_ value: UInt64) {
    guard value < 0x4000 else {
      unsafe append(value)
      return
    }
    let isLong: UInt64 = value < 0x80 ? 0 : 1
    let code = UInt16(truncatingIfNeeded: value & 0x7F | isLong << 7 | value << 1 & 0x7F00)
    unsafe bytes.storeBytes(of: code.littleEndian, toByteOffset: count, as: UInt16.self)
    count &+= Int(truncatingIfNeeded: isLong &+ 1)
    valueCount &+= 1
  }

  @inline(__always) @unsafe
  private mutating func appendLong(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      unsafe bytes.storeBytes(
        of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
      count &+= 1
      rest >>= 7
    }
    unsafe bytes.storeBytes(
      of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  /// The bytes as a column's.
  func column(_ id: ColumnID) -> Column {
    let content = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
    return Column(number: id.rawValue, .varint, valueCount: valueCount, content: content)
  }
}
