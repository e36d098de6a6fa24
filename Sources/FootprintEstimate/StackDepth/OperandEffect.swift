/// What an instruction does to the operand stack, as far as its opcode alone says.
struct OperandEffect {
  /// How the scan of a body treats the instruction.
  enum Treatment: UInt8 {
    /// Takes `operands` values and gives one of `cells`, none where that is 0.
    case plain
    case arithmetic
    case constant32
    case constant64
    case localGet
    case localSet
    case localTee
    case globalGet
    case globalSet
    case drop
    case select
    case selectTyped
    case block
    case loop
    case `if`
    case `else`
    case end
    case branch
    case branchIf
    case branchTable
    case `return`
    case call
    case callIndirect
    case returnCall
    case returnCallIndirect
    case callReference
    case returnCallReference
    case stop
    case `try`
    case `catch`
    case catchAll
    case delegate
    case functionReference
    case nullReference
    case tableGet
    case tableSet
    case tableFill
    case tableGrow
    case tableInit
    case tableCopy
    case branchOnNull
    case branchOnNonNull
    case memorySize
    case memoryGrow
    /// Of a proposal that WAMR's interpreters do not run: the body is not followed further.
    case unfollowed
  }

  var treatment = Treatment.plain
  var operands: UInt8 = 0
  var cells: UInt8 = 0
  /// The result is a number from 0 to this; 0 where nothing is known of it.
  var high: Int32 = 0
  var operation = SymbolicValue.Operation.add

  /// By an opcode of one byte.
  static let oneByte: [OperandEffect] = {
    var table = [OperandEffect](repeating: OperandEffect(treatment: .unfollowed), count: 256)
    func plain(
      _ range: ClosedRange<Int>, _ operands: UInt8, _ cells: UInt8, upTo high: Int32 = 0
    ) {
      for code in range {
        table[code] = OperandEffect(operands: operands, cells: cells, high: high)
      }
    }
    func special(_ code: Int, _ treatment: Treatment, _ operands: UInt8) {
      table[code] = OperandEffect(treatment: treatment, operands: operands)
    }
    control(special)
    plain(0x01...0x01, 0, 0)
    // Loads and stores: i32, i64, f32, f64, then i32 and i64 of 8, 16 and 32 bits.
    plain(0x28...0x28, 1, 1)
    plain(0x29...0x29, 1, 2)
    plain(0x2A...0x2A, 1, 1)
    plain(0x2B...0x2B, 1, 2)
    plain(0x2C...0x2F, 1, 1)
    plain(0x2D...0x2D, 1, 1, upTo: 0xFF)
    plain(0x2F...0x2F, 1, 1, upTo: 0xFFFF)
    plain(0x30...0x35, 1, 2)
    plain(0x31...0x31, 1, 2, upTo: 0xFF)
    plain(0x33...0x33, 1, 2, upTo: 0xFFFF)
    plain(0x36...0x3E, 2, 0)
    plain(0x43...0x43, 0, 1)
    plain(0x44...0x44, 0, 2)
    numeric(plain)
    arithmetic { code, operation, cells in
      table[code] = OperandEffect(
        treatment: .arithmetic, operands: 2, cells: cells, operation: operation)
    }
    return table
  }()

  private static func control(_ special: (Int, Treatment, UInt8) -> Void) {
    special(0x00, .stop, 0)
    special(0x02, .block, 0)
    special(0x03, .loop, 0)
    special(0x04, .if, 0)
    special(0x05, .else, 0)
    special(0x06, .try, 0)
    special(0x07, .catch, 0)
    special(0x08, .stop, 0)
    special(0x09, .stop, 0)
    special(0x0A, .stop, 0)
    special(0x0B, .end, 0)
    special(0x0C, .branch, 0)
    special(0x0D, .branchIf, 0)
    special(0x0E, .branchTable, 0)
    special(0x0F, .return, 0)
    special(0x10, .call, 0)
    special(0x11, .callIndirect, 0)
    special(0x12, .returnCall, 0)
    special(0x13, .returnCallIndirect, 0)
    special(0x14, .callReference, 0)
    special(0x15, .returnCallReference, 0)
    special(0x18, .delegate, 0)
    special(0x19, .catchAll, 0)
    special(0x1A, .drop, 0)
    special(0x1B, .select, 0)
    special(0x1C, .selectTyped, 0)
    special(0x20, .localGet, 0)
    special(0x21, .localSet, 0)
    special(0x22, .localTee, 0)
    special(0x23, .globalGet, 0)
    special(0x24, .globalSet, 0)
    special(0x25, .tableGet, 1)
    special(0x26, .tableSet, 2)
    special(0x3F, .memorySize, 0)
    special(0x40, .memoryGrow, 1)
    special(0x41, .constant32, 0)
    special(0x42, .constant64, 0)
    special(0xD0, .nullReference, 0)
    special(0xD2, .functionReference, 0)
    special(0xD5, .branchOnNull, 0)
    special(0xD6, .branchOnNonNull, 0)
  }

  private static func numeric(_ plain: (ClosedRange<Int>, UInt8, UInt8, Int32) -> Void) {
    // Comparisons.
    plain(0x45...0x45, 1, 1, 1)
    plain(0x46...0x4F, 2, 1, 1)
    plain(0x50...0x50, 1, 1, 1)
    plain(0x51...0x66, 2, 1, 1)
    // i32, i64, f32, f64: first those with one operand.
    plain(0x67...0x69, 1, 1, 32)
    plain(0x6A...0x78, 2, 1, 0)
    plain(0x79...0x7B, 1, 2, 64)
    plain(0x7C...0x8A, 2, 2, 0)
    plain(0x8B...0x91, 1, 1, 0)
    plain(0x92...0x98, 2, 1, 0)
    plain(0x99...0x9F, 1, 2, 0)
    plain(0xA0...0xA6, 2, 2, 0)
    // Conversions to i32, i64, f32, f64; reinterpretations; sign extensions.
    plain(0xA7...0xAB, 1, 1, 0)
    plain(0xAC...0xB1, 1, 2, 0)
    plain(0xB2...0xB6, 1, 1, 0)
    plain(0xB7...0xBB, 1, 2, 0)
    plain(0xBC...0xBC, 1, 1, 0)
    plain(0xBD...0xBD, 1, 2, 0)
    plain(0xBE...0xBE, 1, 1, 0)
    plain(0xBF...0xBF, 1, 2, 0)
    plain(0xC0...0xC1, 1, 1, 0)
    plain(0xC2...0xC4, 1, 2, 0)
    // ref.is_null
    plain(0xD1...0xD1, 1, 1, 1)
  }

  private static func arithmetic(_ set: (Int, SymbolicValue.Operation, UInt8) -> Void) {
    for (base, cells) in [(0x6A, UInt8(1)), (0x7C, 2)] {
      set(base, .add, cells)
      set(base + 1, .subtract, cells)
      set(base + 2, .multiply, cells)
      set(base + 7, .and, cells)
      set(base + 10, .shiftLeft, cells)
      set(base + 11, .shiftRight, cells)
      set(base + 12, .shiftRight, cells)
    }
  }
}
