import TraceModel

/// Initial values and offsets.
enum ConstantExpression {
  /// Reads an expression to its `end`; sums, differences and products of integers are computed.
  static func read(_ cursor: inout ByteCursor) throws(TraceError) -> ConstantValue {
    var instructions = InstructionCursor(cursor)
    var stack: [ConstantValue] = []
    var count = 0
    while let instruction = try instructions.next() {
      count += 1
      guard count <= ModuleLimits.constantInstructions else {
        throw cursor.failure(
          "a constant expression of more than \(ModuleLimits.constantInstructions) instructions")
      }
      switch instruction.opcode {
      case .end:
        cursor = instructions.bytes
        return stack.count == 1 ? stack[0] : .other
      case .i32Const: stack.append(.number(UInt64(UInt32(truncatingIfNeeded: instruction.first))))
      case .i64Const, .f32Const, .f64Const: stack.append(.number(instruction.first))
      case .globalGet: stack.append(.global(UInt32(truncatingIfNeeded: instruction.first)))
      case .refFunc: stack.append(.function(UInt32(truncatingIfNeeded: instruction.first)))
      case .refNull: stack.append(.null)
      case .i32Add, .i32Sub, .i32Mul, .i64Add, .i64Sub, .i64Mul:
        stack.append(combine(instruction.opcode, stack.popLast(), stack.popLast()))
      case .v128Const, .anyConvertExtern, .externConvertAny, .refI31: stack = [.other]
      case .structNew, .structNewDefault, .arrayNew, .arrayNewDefault, .arrayNewFixed:
        stack = [.other]
      default:
        throw cursor.failure(
          "an instruction that no constant expression has (\(instruction.opcode))",
          at: instruction.offset)
      }
    }
    throw cursor.failure("a constant expression without its end", code: .truncated)
  }

  private static func combine(
    _ opcode: Opcode, _ right: ConstantValue?, _ left: ConstantValue?
  ) -> ConstantValue {
    guard case .number(let left) = left, case .number(let right) = right else { return .other }
    switch opcode {
    case .i32Add: return .number(UInt64(UInt32(truncatingIfNeeded: left &+ right)))
    case .i32Sub: return .number(UInt64(UInt32(truncatingIfNeeded: left &- right)))
    case .i32Mul: return .number(UInt64(UInt32(truncatingIfNeeded: left &* right)))
    case .i64Add: return .number(left &+ right)
    case .i64Sub: return .number(left &- right)
    default: return .number(left &* right)
    }
  }
}
