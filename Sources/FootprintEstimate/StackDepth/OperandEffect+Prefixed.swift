import WasmBinary

extension OperandEffect {
  /// By an opcode of prefix and second code.
  static func prefixed(_ opcode: Opcode) -> OperandEffect {
    let code = Int(opcode.rawValue & 0xFFFF)
    switch opcode.rawValue >> 16 {
    case 0xFC: return miscellaneous(code)
    case 0xFD: return vector(code)
    case 0xFE: return atomic(code)
    default: return OperandEffect(treatment: .unfollowed)
    }
  }

  private static func plain(_ operands: UInt8, _ cells: UInt8) -> OperandEffect {
    OperandEffect(operands: operands, cells: cells)
  }

  private static func miscellaneous(_ code: Int) -> OperandEffect {
    switch code {
    case 0...3: plain(1, 1)
    case 4...7: plain(1, 2)
    case 8, 10, 11: plain(3, 0)
    case 9, 13: plain(0, 0)
    case 12: OperandEffect(treatment: .tableInit, operands: 3)
    case 14: OperandEffect(treatment: .tableCopy, operands: 3)
    case 15: OperandEffect(treatment: .tableGrow, operands: 2)
    case 16: plain(0, 1)
    case 17: OperandEffect(treatment: .tableFill, operands: 3)
    default: OperandEffect(treatment: .unfollowed)
    }
  }

  private static func atomic(_ code: Int) -> OperandEffect {
    // i32, i64, i32 of 8 and 16 bits, i64 of 8, 16 and 32 bits.
    let cells: [UInt8] = [1, 2, 1, 1, 2, 2, 2]
    switch code {
    case 0: return plain(2, 1)
    case 1, 2: return plain(3, 1)
    case 3: return plain(0, 0)
    case 0x10...0x16: return plain(1, cells[code - 0x10])
    case 0x17...0x1D: return plain(2, 0)
    case 0x1E...0x47: return plain(2, cells[(code - 0x1E) % 7])
    case 0x48...0x4E: return plain(3, cells[code - 0x48])
    default: return OperandEffect(treatment: .unfollowed)
    }
  }

  private static func vector(_ code: Int) -> OperandEffect {
    switch code {
    case 0...10, 92, 93: plain(1, 4)
    case 11, 88...91: plain(2, 0)
    case 12: plain(0, 4)
    case 15...20: plain(1, 4)
    // Lanes: extractions, the rest are replacements.
    case 21, 22, 24, 25, 27, 31: plain(1, 1)
    case 29, 33: plain(1, 2)
    case 77, 94...98, 103...106, 116, 117, 122, 124...129, 135...138, 148: plain(1, 4)
    case 160, 161, 167...170, 192, 193, 199...202, 224...227, 236...239, 248...255: plain(1, 4)
    case 83, 99, 100, 131, 132, 163, 164, 195, 196: plain(1, 1)
    case 82, 0x105...0x10C, 0x113: plain(3, 4)
    case 0x101...0x104: plain(1, 4)
    case 0...0x113: plain(2, 4)
    default: OperandEffect(treatment: .unfollowed)
    }
  }
}
