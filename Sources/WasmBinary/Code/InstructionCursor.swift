public import TraceModel

/// Reads instructions one by one, without judging whether their types fit; public, so that
/// other targets inline it.
public struct InstructionCursor: Sendable {
  /// Stands behind the last instruction that was read.
  public var bytes: ByteCursor

  /// Reads from the cursor's next byte on.
  @inlinable public init(_ bytes: ByteCursor) {
    self.bytes = bytes
  }

  /// The next instruction; nil at the end of the bytes.
  @inlinable @inline(__always)
  public mutating func next() throws(TraceError) -> Instruction? {
    guard !bytes.isAtEnd else { return nil }
    let offset = bytes.position
    let byte = try bytes.u8()
    var instruction = Instruction(opcode: Opcode(rawValue: UInt32(byte)), offset: offset)
    switch ImmediateShape(oneByte: byte) {
    case .none: break
    case .index: instruction.first = UInt64(try bytes.u32())
    case .i32: instruction.first = UInt64(bitPattern: Int64(try bytes.s32()))
    case .memoryAccess: try readMemoryAccess(&instruction)
    case .blockType: instruction.first = UInt64(bitPattern: try bytes.s33())
    case let shape: try readRare(&instruction, shape)
    }
    return instruction
  }

  @inlinable @inline(__always)
  mutating func readMemoryAccess(_ instruction: inout Instruction) throws(TraceError) {
    let flags = try bytes.u32()
    guard flags < 0x80 else { throw wrongAlignment(flags, at: instruction.offset) }
    // Bit 6: a memory index follows (multi-memory).
    if flags & 0x40 != 0 { instruction.third = try bytes.u32() }
    instruction.second = UInt64(flags & 0x3F)
    instruction.first = try bytes.u64()
  }

  @inline(never) @usableFromInline
  func wrongAlignment(_ flags: UInt32, at offset: Int) -> TraceError {
    bytes.failure("an alignment of 2^\(flags)", at: offset)
  }

  @inline(never) @usableFromInline
  mutating func readRare(
    _ instruction: inout Instruction, _ shape: ImmediateShape
  ) throws(TraceError) {
    switch shape {
    case .none: break
    case .index: instruction.first = UInt64(try bytes.u32())
    case .twoIndexes:
      instruction.first = UInt64(try bytes.u32())
      instruction.second = UInt64(try bytes.u32())
    case .byte: instruction.first = UInt64(try bytes.u8())
    case .i32: instruction.first = UInt64(bitPattern: Int64(try bytes.s32()))
    case .i64: instruction.first = UInt64(bitPattern: try bytes.s64())
    case .f32: instruction.first = UInt64(try bytes.fixed32())
    case .f64: instruction.first = try bytes.fixed64()
    case .v128:
      instruction.list = bytes.position..<bytes.position
      instruction.first = try bytes.fixed64()
      instruction.second = try bytes.fixed64()
      instruction.list = instruction.list.lowerBound..<bytes.position
    case .blockType: instruction.first = UInt64(bitPattern: try bytes.s33())
    case .heapType: instruction.first = UInt64(bitPattern: try bytes.s33())
    case .memoryAccess: try readMemoryAccess(&instruction)
    case .memoryAccessAndLane:
      try readMemoryAccess(&instruction)
      instruction.third = UInt32(try bytes.u8())
    case .branchTable: try readBranchTable(&instruction)
    case .types:
      let count = try bytes.count(of: "types of a select")
      let start = bytes.position
      for _ in 0..<count { _ = try WasmModule.readValueType(&bytes) }
      instruction.first = UInt64(count)
      instruction.list = start..<bytes.position
    case .tryTable:
      instruction.first = UInt64(bitPattern: try bytes.s33())
      let count = try bytes.count(of: "catch clauses", entryBytes: 2)
      for _ in 0..<count {
        if try bytes.u8() < 2 { _ = try bytes.u32() }
        _ = try bytes.u32()
      }
    case .castBranch:
      _ = try bytes.u8()
      instruction.first = UInt64(try bytes.u32())
      _ = try bytes.s33()
      _ = try bytes.s33()
    case .prefix:
      let prefix = instruction.opcode.rawValue
      let code = try bytes.u32()
      guard code < 0x1_0000,
        let shape = ImmediateShape.prefixed(UInt8(truncatingIfNeeded: prefix), code)
      else {
        throw bytes.failure(
          "unknown instruction \(WasmModule.hex(UInt8(truncatingIfNeeded: prefix))) \(code)",
          at: instruction.offset)
      }
      instruction.opcode = Opcode(rawValue: prefix << 16 | code)
      try readRare(&instruction, shape)
    case .unknown:
      throw bytes.failure("unknown instruction \(instruction.opcode)", at: instruction.offset)
    }
  }

  private mutating func readBranchTable(_ instruction: inout Instruction) throws(TraceError) {
    let count = try bytes.count(of: "labels of a br_table", limit: ModuleLimits.branchTargets)
    let start = bytes.position
    for _ in 0..<count { _ = try bytes.u32() }
    instruction.first = UInt64(count)
    instruction.list = start..<bytes.position
    instruction.second = UInt64(try bytes.u32())
  }
}
