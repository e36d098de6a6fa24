import TraceModel
import WasmBinary

/// What the compilation of every function of a module needs.
struct FastCodeModule {
  let bytes: [UInt8]
  let file: String
  let signatures: BlockSignatures
  /// The type of each function, imported ones first.
  let functionTypes: [UInt32]
  let globalTypes: [OperandType]
  let tableTypes: [OperandType]
  /// The type of an address in the memories.
  let addressType: OperandType
  let codeBytes: Int
  /// By the opcode's only byte, with that type.
  let plain: [PlainInstruction]

  init(_ module: WasmModule) {
    bytes = module.bytes
    file = module.file
    signatures = BlockSignatures(module)
    functionTypes = module.allFunctionTypes
    globalTypes =
      (module.importedGlobals + module.globals.map(\.type)).map { OperandType($0.value) }
    tableTypes = (module.importedTables + module.tables).map { OperandType($0.element) }
    let is64Bit = (module.importedMemories + module.memories).contains { $0.is64Bit }
    addressType = is64Bit ? .i64 : .i32
    codeBytes = module.bodies.reduce(0) { $0 + $1.code.count }
    plain = PlainInstruction.byCode(addressType: addressType)
  }

  func cursor(over range: Range<Int>) -> InstructionCursor {
    InstructionCursor(ByteCursor(bytes: bytes, file: file, range: range))
  }

  @inline(__always)
  func signature(ofFunction index: UInt64) -> BlockSignature? {
    index < UInt64(functionTypes.count) ? signatures[type: functionTypes[Int(index)]] : nil
  }
}
