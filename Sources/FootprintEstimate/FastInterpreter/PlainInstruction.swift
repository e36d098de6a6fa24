/// An instruction that takes one or two operands, gives at most one, and does nothing else.
struct PlainInstruction {
  /// What it takes from the top.
  var first = OperandType.none
  var second = OperandType.none
  var result = OperandType.none
  /// It accesses memory; the compiled code holds the offset, in 4 bytes.
  var isAccess = false
  /// Cells of a result that a `local.set` behind the instruction takes over without a copy of its
  /// own; 0 for sign extensions, whose results the loader copies.
  ///
  /// Source: `LAST_OP_OUTPUT_I32` and `LAST_OP_OUTPUT_I64` in core/iwasm/interpreter/wasm_loader.c.
  var forwardedCells: UInt8 = 0

  @inline(__always)
  var isKnown: Bool { first != .none }

  /// Loads and stores, comparisons, arithmetic, conversions, by the only byte of their opcodes.
  static func byCode(addressType address: OperandType) -> [PlainInstruction] {
    var table = [PlainInstruction](repeating: PlainInstruction(), count: 256)
    for (codes, result) in loads {
      for code in codes {
        table[code] = PlainInstruction(first: address, result: result, isAccess: true)
      }
    }
    for (codes, value) in stores {
      for code in codes {
        table[code] = PlainInstruction(first: value, second: address, isAccess: true)
      }
    }
    for (codes, operand, result) in unary {
      for code in codes { table[code] = PlainInstruction(first: operand, result: result) }
    }
    for (codes, operand, result) in binary {
      for code in codes {
        table[code] = PlainInstruction(first: operand, second: operand, result: result)
      }
    }
    for code in table.indices where !(0xC0...0xC4).contains(code) {
      table[code].forwardedCells = UInt8(table[code].result.cells)
    }
    return table
  }

  private static let loads: [(ClosedRange<Int>, OperandType)] = [
    (0x28...0x28, .i32), (0x29...0x29, .i64), (0x2A...0x2A, .f32), (0x2B...0x2B, .f64),
    (0x2C...0x2F, .i32), (0x30...0x35, .i64),
  ]

  private static let stores: [(ClosedRange<Int>, OperandType)] = [
    (0x36...0x36, .i32), (0x37...0x37, .i64), (0x38...0x38, .f32), (0x39...0x39, .f64),
    (0x3A...0x3B, .i32), (0x3C...0x3E, .i64),
  ]

  private static let unary: [(ClosedRange<Int>, OperandType, OperandType)] = [
    (0x45...0x45, .i32, .i32), (0x50...0x50, .i64, .i32), (0x67...0x69, .i32, .i32),
    (0x79...0x7B, .i64, .i64), (0x8B...0x91, .f32, .f32), (0x99...0x9F, .f64, .f64),
    (0xA7...0xA7, .i64, .i32), (0xA8...0xA9, .f32, .i32), (0xAA...0xAB, .f64, .i32),
    (0xAC...0xAD, .i32, .i64), (0xAE...0xAF, .f32, .i64), (0xB0...0xB1, .f64, .i64),
    (0xB2...0xB3, .i32, .f32), (0xB4...0xB5, .i64, .f32), (0xB6...0xB6, .f64, .f32),
    (0xB7...0xB8, .i32, .f64), (0xB9...0xBA, .i64, .f64), (0xBB...0xBB, .f32, .f64),
    (0xBC...0xBC, .f32, .i32), (0xBD...0xBD, .f64, .i64), (0xBE...0xBE, .i32, .f32),
    (0xBF...0xBF, .i64, .f64), (0xC0...0xC1, .i32, .i32), (0xC2...0xC4, .i64, .i64),
  ]

  private static let binary: [(ClosedRange<Int>, OperandType, OperandType)] = [
    (0x46...0x4F, .i32, .i32), (0x51...0x5A, .i64, .i32), (0x5B...0x60, .f32, .i32),
    (0x61...0x66, .f64, .i32), (0x6A...0x78, .i32, .i32), (0x7C...0x8A, .i64, .i64),
    (0x92...0x98, .f32, .f32), (0xA0...0xA6, .f64, .f64),
  ]
}
