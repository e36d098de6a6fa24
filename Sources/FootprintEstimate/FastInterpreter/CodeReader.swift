import TraceModel
import WasmBinary

/// Reads a body byte by byte: the short immediates that most code consists of at once, the others
/// as ``InstructionCursor`` and ``ByteCursor`` do.
///
/// Rationale: an estimate reads every instruction of a module, and most are of one or two bytes.
struct CodeReader {
  private let bytes: [UInt8]
  private let file: String
  private(set) var position: Int
  private let end: Int

  init(_ module: FastCodeModule, _ range: Range<Int>) {
    bytes = module.bytes
    file = module.file
    let range = range.clamped(to: 0..<bytes.count)
    position = range.lowerBound
    end = range.upperBound
  }

  @inline(__always)
  var isAtEnd: Bool { position >= end }

  /// The next byte; there must be one.
  @inline(__always)
  mutating func byte() -> UInt8 {
    defer { position += 1 }
    return bytes[position]
  }

  /// The whole instruction that begins there.
  @inline(never)
  mutating func instruction(at start: Int) throws(TraceError) -> Instruction {
    var cursor = InstructionCursor(ByteCursor(bytes: bytes, file: file, range: start..<end))
    guard let instruction = try cursor.next() else {
      throw cursor.bytes.failure("ends where an instruction is needed", code: .truncated)
    }
    position = cursor.bytes.position
    return instruction
  }

  @inline(__always)
  mutating func index() throws(TraceError) -> UInt64 {
    if position < end, bytes[position] < 0x80 { return UInt64(byte()) }
    return try longIndex()
  }

  /// Linkers pad indexes to five bytes.
  @inline(never)
  private mutating func longIndex() throws(TraceError) -> UInt64 {
    var value: UInt64 = 0
    var next = position
    for shift in 0..<5 where next < end {
      let byte = UInt64(bytes[next])
      value |= (byte & 0x7F) << UInt64(7 * shift)
      next += 1
      if byte < 0x80, value <= UInt64(UInt32.max) {
        position = next
        return value
      }
    }
    return UInt64(try long { cursor throws(TraceError) in try cursor.u32() })
  }

  @inline(__always)
  mutating func i32() throws(TraceError) -> UInt64 {
    if let value = shortSigned() { return value }
    return try long { cursor throws(TraceError) in
      UInt64(bitPattern: Int64(try cursor.s32()))
    }
  }

  @inline(__always)
  mutating func i64() throws(TraceError) -> UInt64 {
    if let value = shortSigned() { return value }
    return try long { cursor throws(TraceError) in UInt64(bitPattern: try cursor.s64()) }
  }

  /// A constant's bits, 4 or 8 bytes of them.
  mutating func fixed(_ count: Int) throws(TraceError) -> UInt64 {
    try long { cursor throws(TraceError) in
      count == 4 ? UInt64(try cursor.fixed32()) : try cursor.fixed64()
    }
  }

  @inline(__always)
  mutating func blockType() throws(TraceError) -> BlockType {
    if position < end, bytes[position] == 0x40 {
      position += 1
      return .empty
    }
    return try instruction(at: position - 1).blockType
  }

  /// Alignment and offset, and a memory's index.
  @inline(__always)
  mutating func skipAccess() throws(TraceError) {
    if position + 2 < end, bytes[position] < 0x40 {
      if bytes[position + 1] < 0x80 {
        position += 2
        return
      }
      if bytes[position + 2] < 0x80 {
        position += 3
        return
      }
    }
    _ = try instruction(at: position - 1)
  }

  /// A signed integer of one or two bytes.
  @inline(__always)
  private mutating func shortSigned() -> UInt64? {
    guard position + 1 < end else { return nil }
    let low = Int64(bytes[position])
    if low < 0x80 {
      position += 1
      return UInt64(bitPattern: (low << 57) >> 57)
    }
    let high = Int64(bytes[position + 1])
    guard high < 0x80 else { return nil }
    position += 2
    return UInt64(bitPattern: ((low & 0x7F | high << 7) << 50) >> 50)
  }

  @inline(never)
  private mutating func long<Value>(
    _ read: (inout ByteCursor) throws(TraceError) -> Value
  ) throws(TraceError) -> Value {
    var cursor = ByteCursor(bytes: bytes, file: file, range: position..<end)
    let value = try read(&cursor)
    position = cursor.position
    return value
  }
}
