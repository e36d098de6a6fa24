public import TraceModel

/// Reads a part of a module's bytes; running out of them is an error that names the offset.
///
/// Integers are as the WebAssembly specification writes them: LEB128 with no more bytes than the
/// width needs, whose unused bits say nothing but the sign.
public struct ByteCursor: Sendable {
  /// The whole file.
  public let bytes: [UInt8]
  /// The file's name in messages.
  public let file: String
  /// The absolute offset of the next byte.
  public var position: Int
  /// The absolute offset after the last byte of the part.
  public let end: Int

  package init(bytes: [UInt8], file: String, range: Range<Int>? = nil) {
    self.bytes = bytes
    self.file = file
    let range = (range ?? 0..<bytes.count).clamped(to: 0..<bytes.count)
    position = range.lowerBound
    end = range.upperBound
  }

  /// No byte of the part is left.
  @inlinable public var isAtEnd: Bool { position >= end }
  package var remaining: Int { end - position }

  /// The same bytes, another part.
  package func cursor(over range: Range<Int>) -> ByteCursor {
    ByteCursor(bytes: bytes, file: file, range: range)
  }

  /// The next byte.
  @inlinable @inline(__always)
  public mutating func u8() throws(TraceError) -> UInt8 {
    guard position < end else { throw runOut(1) }
    defer { position &+= 1 }
    return bytes[position]
  }

  /// An unsigned LEB128 integer of at most 32 bits.
  @inlinable @inline(__always)
  public mutating func u32() throws(TraceError) -> UInt32 {
    if position < end, bytes[position] < 0x80 {
      defer { position += 1 }
      return UInt32(bytes[position])
    }
    return UInt32(truncatingIfNeeded: try unsigned(bits: 32))
  }

  /// An unsigned LEB128 integer of at most 64 bits.
  @inlinable @inline(__always)
  public mutating func u64() throws(TraceError) -> UInt64 {
    if position < end, bytes[position] < 0x80 {
      defer { position += 1 }
      return UInt64(bytes[position])
    }
    return try unsigned(bits: 64)
  }

  /// A signed LEB128 integer of at most 32 bits.
  @inlinable @inline(__always)
  public mutating func s32() throws(TraceError) -> Int32 {
    Int32(truncatingIfNeeded: try signed(bits: 32))
  }

  /// A signed LEB128 integer of at most 33 bits, as block types are.
  @inlinable @inline(__always)
  public mutating func s33() throws(TraceError) -> Int64 { try signed(bits: 33) }

  package mutating func s64() throws(TraceError) -> Int64 { try signed(bits: 64) }

  package mutating func fixed16() throws(TraceError) -> UInt16 {
    UInt16(truncatingIfNeeded: try fixed(2))
  }

  package mutating func fixed32() throws(TraceError) -> UInt32 {
    UInt32(truncatingIfNeeded: try fixed(4))
  }

  package mutating func fixed64() throws(TraceError) -> UInt64 { try fixed(8) }

  package mutating func skip(_ count: Int) throws(TraceError) {
    guard count >= 0, count <= remaining else { throw runOut(count) }
    position += count
  }

  /// The range of the next bytes, which are passed over.
  package mutating func slice(_ count: Int) throws(TraceError) -> Range<Int> {
    let start = position
    try skip(count)
    return start..<position
  }

  package mutating func slice(_ count: UInt32) throws(TraceError) -> Range<Int> {
    try slice(Int(count))
  }

  /// The range of a name: its length, then UTF-8.
  package mutating func nameRange() throws(TraceError) -> Range<Int> {
    let start = position
    let count = Int(try u32())
    guard count <= ModuleLimits.nameBytes else {
      throw failure("a name of \(count) bytes; at most \(ModuleLimits.nameBytes)", at: start)
    }
    return try slice(count)
  }

  package mutating func name() throws(TraceError) -> String {
    let range = try nameRange()
    return String(decoding: bytes[range], as: UTF8.self)
  }

  /// How many entries follow, each of at least `entryBytes`: more than the bytes allow is an error.
  package mutating func count(
    of what: String, entryBytes: Int = 1, limit: Int = ModuleLimits.entries
  ) throws(TraceError) -> Int {
    let start = position
    let count = Int(try u32())
    guard count <= limit else { throw failure("\(count) \(what); at most \(limit)", at: start) }
    guard count <= remaining / max(1, entryBytes) else {
      throw failure("\(count) \(what) in \(remaining) bytes", at: start)
    }
    return count
  }

  package func failure(
    _ message: String, at offset: Int? = nil, code: TraceError.Code = .malformed
  ) -> TraceError {
    TraceError(
      code, message,
      at: SourceLocation(file: file, byteOffset: UInt64(clamping: offset ?? position)))
  }

  @inline(never) @usableFromInline
  func runOut(_ count: Int) -> TraceError {
    failure("ends where \(count) more bytes are needed", code: .truncated)
  }

  @inline(never) @usableFromInline
  mutating func unsigned(bits: Int) throws(TraceError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    var shift = 0
    while true {
      let byte = try u8()
      let isLast = shift + 7 >= bits
      if isLast, byte >> UInt8(bits - shift) != 0 {
        throw failure("an integer that does not fit in \(bits) bits", at: start)
      }
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  @inlinable @inline(__always)
  mutating func signed(bits: Int) throws(TraceError) -> Int64 {
    if position < end, bytes[position] < 0x80 {
      defer { position += 1 }
      return (Int64(bytes[position]) << 57) >> 57
    }
    return try longSigned(bits: bits)
  }

  @inline(never) @usableFromInline
  mutating func longSigned(bits: Int) throws(TraceError) -> Int64 {
    let start = position
    var value: Int64 = 0
    var shift = 0
    while true {
      let byte = try u8()
      let rest = bits - shift
      if rest < 7 {
        // The bits above the width repeat its sign, and no byte follows.
        let high = Int8(bitPattern: byte << 1) >> Int8(rest)
        guard byte < 0x80, high == 0 || high == -1 else {
          throw failure("an integer that does not fit in \(bits) bits", at: start)
        }
      }
      value |= Int64(byte & 0x7F) << Int64(shift)
      shift += 7
      if byte < 0x80 {
        return shift < 64 ? (value << Int64(64 - shift)) >> Int64(64 - shift) : value
      }
      if shift >= bits { throw failure("an integer of more than \(bits) bits", at: start) }
    }
  }

  private mutating func fixed(_ count: Int) throws(TraceError) -> UInt64 {
    guard count <= remaining else { throw runOut(count) }
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += count
    return value
  }
}
