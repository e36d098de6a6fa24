import TraceModel
import WasmBinary

/// The loader's first pass over a function, which counts the bytes of the compiled code.
///
/// Source: `WASMLoaderContext` and `wasm_loader_prepare_bytecode` in
/// core/iwasm/interpreter/wasm_loader.c. As there, two stacks run side by side: the types of the
/// operands, and the frame offsets where they will be, one entry for each 4-byte cell. Offsets below
/// `firstSlot` are locals', negative ones constants', the rest slots that the code writes.
struct FastCodePass {
  let module: FastCodeModule
  let rules: FastCodeRules
  let labelBytes: Int
  let byteBytes: Int
  let pointerBytes: Int
  let hasTailCalls: Bool

  /// The bytes so far.
  var code = 0
  /// Both stacks, with the entries that are not in use.
  var entries: [StackEntry] = []
  /// Entries in use of either stack.
  var typeCells = 0
  var offsetCells = 0
  /// Both were the same so far; the loader itself loses count here and there.
  var isInStep = true
  /// The next slot for a result, the first one behind the locals, the highest that was ever next.
  var slot = 0
  var firstSlot = 0
  var highestSlot = 0

  /// The open blocks; of the innermost one `base` and `isDead` are at hand.
  var blocks: [OpenBlock] = []
  var base = 0
  var isDead = false
  /// Offsets of the parameters of open `if`s.
  var saved: [Int16] = []

  var locals = LocalSlots()
  /// No entry below refers to a local.
  var cleanCells = 0
  var constants: ConstantPool
  /// Of the last instruction, for `local.set`.
  var forwardedCells = 0

  /// The instruction at hand.
  var position = 0
  var work: WorkAllowance

  init(_ module: FastCodeModule, rules: FastCodeRules, build: FastCodeBuild) {
    self.module = module
    self.rules = rules
    labelBytes = build.labelBytes(rules)
    byteBytes = build.byteBytes
    pointerBytes = build.pointerBytes
    hasTailCalls = build.hasTailCalls
    constants = ConstantPool(rules.constants)
    work = WorkAllowance(codeBytes: module.codeBytes)
  }

  mutating func compile(
    _ body: FunctionBody, type: UInt32
  ) throws(TraceError) -> FastFunctionCode {
    position = body.range.lowerBound
    guard let signature = module.signatures[type: type], !signature.isUnknown else {
      throw refused("a function type that it does not know")
    }
    try begin(signature, body)
    var reader = CodeReader(module, body.code)
    let plain = module.plain
    while !reader.isAtEnd {
      position = reader.position
      let byte = reader.byte()
      code += labelBytes
      let shape = plain[Int(byte)]
      if shape.isKnown {
        if shape.isAccess {
          code += 4
          try reader.skipAccess()
        }
        try compile(shape, isPair: shape.second != .none && !shape.isAccess)
        forwardedCells = Int(shape.forwardedCells)
      } else {
        try compile(byte, &reader)
        if blocks.isEmpty { break }
      }
      if isDead { checkStep() }
    }
    guard blocks.isEmpty else { throw refused("blocks without an end") }
    guard reader.isAtEnd else { throw refused("code behind the function's end") }
    return FastFunctionCode(codeBytes: code, constantCells: constants.finish())
  }

  private mutating func begin(
    _ signature: BlockSignature, _ body: FunctionBody
  ) throws(TraceError) {
    code = 0
    clearStacks()
    blocks.removeAll(keepingCapacity: true)
    saved.removeAll(keepingCapacity: true)
    constants.reset()
    forwardedCells = 0
    let parameters = module.signatures.values[signature.parameterRange]
    guard locals.set(parameters, body.locals), locals.cells < Int(Int16.max) else {
      throw refused("locals of such types or of \(Int16.max) cells or more")
    }
    try charge(locals.cells / 8)
    slot = locals.cells
    firstSlot = slot
    highestSlot = slot
    open(.function, signature)
  }

  @inline(__always)
  private mutating func compile(
    _ byte: UInt8, _ reader: inout CodeReader
  ) throws(TraceError) {
    let forwarded = forwardedCells
    forwardedCells = 0
    switch byte {
    case 0x20: try localGet(reader.index())
    case 0x21: try localSet(reader.index(), forwarded: forwarded)
    case 0x22: try localTee(reader.index())
    case 0x23: try globalGet(reader.index())
    case 0x24: try globalSet(reader.index())
    case 0x41: try constant(reader.i32(), .i32)
    case 0x42: try constant(reader.i64(), .i64)
    case 0x43: try constant(reader.fixed(4), .f32)
    case 0x44: try constant(reader.fixed(8), .f64)
    case 0x02: try begin(.block, reader.blockType())
    case 0x03: try begin(.loop, reader.blockType())
    case 0x04: try begin(.if, reader.blockType())
    case 0x05: try beginElse()
    case 0x0B: try end()
    case 0x0C:
      try branch(to: reader.index(), .always)
      leave()
    case 0x0D:
      let depth = try reader.index()
      try pop(.i32)
      try branch(to: depth, .conditional)
    case 0x0F: try returnValues()
    case 0x10: try call(reader.index(), isTail: false)
    case 0x1A: try drop()
    case 0x1B: try select()
    case 0x00: leave()
    case 0x01: code -= labelBytes
    default: try compileRare(reader.instruction(at: position))
    }
  }

  @inline(never)
  private mutating func compileRare(_ instruction: Instruction) throws(TraceError) {
    switch instruction.opcode {
    case .branchTable: try branchTable(instruction)
    case .returnCall: try call(instruction.first, isTail: true)
    case .callIndirect, .returnCallIndirect:
      try callIndirect(instruction, isTail: instruction.opcode == .returnCallIndirect)
    case .selectTyped: try selectTyped(instruction)
    case .memorySize: try push(module.addressType)
    case .memoryGrow:
      try pop(module.addressType)
      try push(module.addressType)
    case .tableGet, .tableSet:
      try tableAccess(instruction.first, isSet: instruction.opcode == .tableSet)
    case .refNull: try push(OperandType(byte: UInt8(truncatingIfNeeded: instruction.first & 0x7F)))
    case .refIsNull: try isNull()
    case .refFunc:
      code += 4
      try push(.funcref)
    default: try compilePrefixed(instruction)
    }
  }

  private mutating func compilePrefixed(_ instruction: Instruction) throws(TraceError) {
    let second = Int(instruction.opcode.rawValue & 0xFFFF)
    code += byteBytes
    switch instruction.opcode.rawValue >> 16 {
    case 0xFC: try miscellaneous(instruction)
    case 0xFD: try vector(second)
    case 0xFE:
      try atomic(second)
      if rules.atomicCodeIsOpcode {
        forwardedCells = Int(module.plain[second & 0xFF].forwardedCells)
      }
    default: throw refused("instruction \(instruction.opcode)")
    }
  }

  @inline(__always)
  mutating func compile(_ plain: PlainInstruction, isPair: Bool) throws(TraceError) {
    if isPair, isDead, rules.pairPopsOffsetsFirst {
      try popPairOffsetsFirst(plain.first)
    } else {
      try pop(plain.first)
      if plain.second != .none { try pop(plain.second) }
    }
    if plain.result != .none { try push(plain.result) }
  }

  func refused(_ what: String) -> TraceError {
    TraceError(
      .malformed, "the fast interpreter does not load \(what)",
      at: SourceLocation(file: module.file, byteOffset: UInt64(clamping: position)))
  }

  @inline(__always)
  mutating func charge(_ steps: Int) throws(TraceError) {
    guard work.take(steps) else {
      throw TraceError(
        .limitExceeded, "code whose stack takes too long to follow",
        at: SourceLocation(file: module.file, byteOffset: UInt64(clamping: position)))
    }
  }
}
