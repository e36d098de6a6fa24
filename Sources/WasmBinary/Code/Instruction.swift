/// One instruction of a function body or a constant expression; public, so that other targets inline
/// what reads it.
public struct Instruction: Hashable, Sendable {
  /// What it does.
  public var opcode: Opcode
  /// Where it begins in the file.
  public var offset: Int
  /// The first immediate: an index, a label, a constant's bits (i32 and i64 sign-extended), a memory
  /// access's offset, a block type (see ``blockType``), the number of a `br_table`'s labels without
  /// the default one.
  public var first: UInt64 = 0
  /// The second immediate: a table, the alignment's exponent of a memory access, the default label.
  public var second: UInt64 = 0
  /// The memory of a memory access, the lane of one that has a lane.
  public var third: UInt32 = 0
  /// The labels of a `br_table` before the default one, as LEB128; the types of a `select`.
  public var list: Range<Int> = 0..<0

  /// An instruction whose immediates are not read yet.
  @inlinable @inline(__always)
  public init(opcode: Opcode, offset: Int) {
    self.opcode = opcode
    self.offset = offset
  }

  /// What a `block`, `loop` or `if` takes and gives.
  package var blockType: BlockType {
    switch Int64(bitPattern: first) {
    case -64: .empty
    case let code where code >= 0: .function(UInt32(truncatingIfNeeded: code))
    case let code: .value(ValueType(rawValue: UInt8(truncatingIfNeeded: code & 0x7F)))
    }
  }
}

package enum BlockType: Hashable, Sendable {
  case empty
  case value(ValueType)
  /// Parameters and results of a type of the module.
  case function(UInt32)
}
