import TraceModel
import WasmBinary

/// Instructions of two opcodes: saturating conversions, bulk memory, tables, atomics, vectors.
extension FastCodePass {
  mutating func miscellaneous(_ instruction: Instruction) throws(TraceError) {
    let address = module.addressType
    switch instruction.opcode.rawValue & 0xFFFF {
    case 0, 1: try convert(.f32, .i32)
    case 2, 3: try convert(.f64, .i32)
    case 4, 5: try convert(.f32, .i64)
    case 6, 7: try convert(.f64, .i64)
    case 8: try takeThree(.i32, .i32, address, immediateBytes: 4)
    case 9, 13: code += 4
    case 10: try takeThree(address, address, address, immediateBytes: 0)
    case 11: try takeThree(address, .i32, address, immediateBytes: 0)
    case 12, 14: try takeThree(.i32, .i32, .i32, immediateBytes: 8)
    case 15:
      let element = try table(instruction.first)
      code += 4
      try pop(.i32)
      try pop(element)
      try push(.i32)
    case 16:
      code += 4
      try push(.i32)
    case 17: try takeThree(.i32, try table(instruction.first), .i32, immediateBytes: 4)
    default: throw refused("instruction \(instruction.opcode)")
    }
  }

  private mutating func convert(_ from: OperandType, _ to: OperandType) throws(TraceError) {
    try pop(from)
    try push(to)
  }

  private mutating func takeThree(
    _ first: OperandType, _ second: OperandType, _ third: OperandType, immediateBytes: Int
  ) throws(TraceError) {
    code += immediateBytes
    try pop(first)
    try pop(second)
    try pop(third)
  }

  private func table(_ index: UInt64) throws(TraceError) -> OperandType {
    guard index < UInt64(module.tableTypes.count) else {
      throw refused("table \(index), which does not exist")
    }
    return module.tableTypes[Int(index)]
  }

  mutating func tableAccess(_ index: UInt64, isSet: Bool) throws(TraceError) {
    let element = try table(index)
    code += 4
    if isSet { try pop(element) }
    try pop(.i32)
    if !isSet { try push(element) }
  }

  mutating func atomic(_ sub: Int) throws(TraceError) {
    let address = module.addressType
    guard sub != 3 else { return }
    code += 4
    // Seven widths of each operation: i32, i64, i32 of 8 and 16 bits, i64 of 8, 16 and 32 bits.
    let type: OperandType = [0, 2, 3].contains((sub - 0x10) % 7) ? .i32 : .i64
    switch sub {
    case 0:
      let pair = PlainInstruction(first: .i32, second: address, result: .i32)
      try compile(pair, isPair: address == .i32)
    case 1, 2:
      try takeThree(.i64, sub == 1 ? .i32 : .i64, address, immediateBytes: 0)
      try push(.i32)
    case 0x10...0x16: try convert(address, type)
    case 0x17...0x1D:
      try pop(type)
      try pop(address)
    case 0x1E...0x47:
      let pair = PlainInstruction(first: type, second: address, result: type)
      try compile(pair, isPair: type == .i32 && address == .i32)
    case 0x48...0x4E:
      try takeThree(type, type, address, immediateBytes: 0)
      try push(type)
    default: throw refused("atomic instruction \(sub)")
    }
  }

  mutating func vector(_ sub: Int) throws(TraceError) {
    guard rules.hasVectors, sub < 256 else { throw refused("vector instruction \(sub)") }
    let shape = VectorInstruction.byCode[sub]
    guard shape.isKnown else { throw refused("vector instruction \(sub)") }
    code += Int(shape.immediateBytes) + (shape.hasLane ? byteBytes : 0)
    if shape.scalar != .none { try pop(shape.scalar) }
    for _ in 0..<shape.vectors { try pop(.v128) }
    if shape.takesAddress { try pop(module.addressType) }
    if shape.result != .none { try push(shape.result) }
  }
}
