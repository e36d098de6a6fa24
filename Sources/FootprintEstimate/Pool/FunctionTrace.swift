import TraceModel
import WasmBinary

/// Goes through one function as WAMR's loader does and notes when its buffers grow.
///
/// Operands are followed by their widths only: a module whose types do not fit is refused by WAMR.
/// Source: `wasm_loader_prepare_bytecode` in core/iwasm/interpreter/wasm_loader.c of WAMR 1.3.3,
/// 2.2.0, 2.4.4 and main.
struct FunctionTrace {
  let module: WasmModule
  let isFast: Bool
  let addsMissingElse: Bool
  private let signatures: BlockSignatures
  private let functionTypes: [UInt32]
  private let globals: [UInt8]
  private(set) var steps: [LoaderStep] = []
  private(set) var constants: LoaderConstants
  /// Instructions and operands that may still be looked at, in all functions.
  private(set) var workLeft = 5_000_000
  /// The room that the buffers have: operands in bytes, slots and blocks in entries.
  private(set) var operandRoom = 32
  private(set) var slotRoom = 32
  private(set) var blockRoom = 8

  private var values: [UInt8] = []
  private var cells = 0
  private var blocks: [OpenBlock] = []
  /// Where the innermost block's operands begin.
  private var floor = 0
  private var locals = LocalWidths()

  private struct OpenBlock {
    var kind: Opcode
    var signature: BlockSignature
    var firstValue: Int
    var hasElse = false
  }

  init(_ module: WasmModule, rules: PoolRules, isFast: Bool) {
    self.module = module
    self.isFast = isFast
    addsMissingElse = rules.addsMissingElse
    signatures = BlockSignatures(module)
    functionTypes = module.allFunctionTypes
    let types = module.importedGlobals.map(\.value) + module.globals.map(\.type.value)
    globals = types.map { LocalWidths.cells(of: OperandType($0)) }
    constants = LoaderConstants(areSorted: rules.sortsConstants)
  }

  /// False where the function could not be followed to its end.
  mutating func run(_ index: Int) -> Bool {
    steps.removeAll(keepingCapacity: true)
    constants.reset()
    values.removeAll(keepingCapacity: true)
    blocks.removeAll(keepingCapacity: true)
    (cells, operandRoom, slotRoom, blockRoom) = (0, 32, 32, 8)
    guard module.bodies.indices.contains(index), module.functions.indices.contains(index) else {
      return false
    }
    let body = module.bodies[index]
    var signature = signatures[type: module.functions[index]] ?? BlockSignature()
    locals.reset(signatures.values[signature.parameterRange], body.locals)
    // A function's block takes nothing: its parameters are locals.
    signature.start += signature.parameters
    signature.parameters = 0
    open(.nop, signature)
    var cursor = module.instructions(of: body)
    while workLeft > 0 {
      guard let next = try? cursor.next() else { break }
      workLeft -= 1
      follow(next)
      if blocks.isEmpty || values.count > 1 << 20 { break }
    }
    return blocks.isEmpty
  }

  private mutating func follow(_ instruction: Instruction) {
    // Accesses to memory and numeric instructions, which are most of all, without further ado.
    let code = instruction.opcode.rawValue
    if 0x28...0x3E ~= code || 0x45...0xC4 ~= code { return plain(instruction.opcode) }
    switch instruction.opcode {
    case .localGet: push(locals[instruction.first])
    case .i32Const, .f32Const, .i64Const, .f64Const, .v128Const: addConstant(instruction)
    case .block, .loop, .if, .tryLegacy, .tryTable: openBlock(instruction)
    case .else, .catch, .catchAll: meetElse()
    case .end, .delegate: meetEnd()
    case .branch:
      branch(to: instruction.first)
      die()
    case .branchIf:
      pop()
      branch(to: instruction.first)
    case .branchTable: branchTable(instruction)
    case .return, .unreachable, .throw, .rethrow, .throwRef: die()
    case .call:
      let index = instruction.first
      if index < UInt64(functionTypes.count) { call(functionTypes[Int(index)]) }
    case .callIndirect:
      pop()
      call(UInt32(truncatingIfNeeded: instruction.first))
    case .returnCall: die()
    case .returnCallIndirect: die()
    case .localSet, .globalSet: pop()
    case .localTee: break
    case .globalGet:
      let index = instruction.first
      push(index < UInt64(globals.count) ? globals[Int(index)] : 1)
    case .select, .selectTyped:
      pop()
      pop()
    case .tableGet, .memoryGrow, .refIsNull: break
    case .memorySize, .refNull, .refFunc: push(1)
    case .drop: pop()
    case .tableGrow:
      pop()
      pop()
      push(1)
    default: plain(instruction.opcode)
    }
  }

  private mutating func plain(_ opcode: Opcode) {
    let code = opcode.rawValue
    let effect = code < 256 ? OperandEffect.oneByte[Int(code)] : OperandEffect.prefixed(opcode)
    for _ in 0..<effect.operands { pop() }
    if effect.cells > 0 { push(effect.cells) }
  }

  private func types(_ range: Range<Int>) -> ArraySlice<OperandType> { signatures.values[range] }

  // MARK: Blocks

  private mutating func openBlock(_ instruction: Instruction) {
    if instruction.opcode == .if { pop() }
    let signature = signatures[instruction.blockType] ?? BlockSignature()
    let parameters = types(signature.parameterRange)
    for _ in parameters { pop() }
    open(instruction.opcode, signature)
    for type in parameters { push(LocalWidths.cells(of: type)) }
    guard isFast else { return }
    if !parameters.isEmpty, instruction.opcode != .block {
      let extra = instruction.opcode == .if ? 1 : 0
      steps.append(LoaderStep(.borrow, 3 * (parameters.count + extra)))
    }
    if instruction.opcode == .if {
      steps.append(LoaderStep(.waitForElse, blocks.count - 1))
      steps.append(LoaderStep(.waitForEnd, blocks.count - 1))
    }
  }

  private mutating func open(_ kind: Opcode, _ signature: BlockSignature) {
    if blocks.count >= blockRoom {
      blockRoom += 8
      steps.append(LoaderStep(.growBlocks))
    }
    floor = values.count
    blocks.append(OpenBlock(kind: kind, signature: signature, firstValue: floor))
    guard isFast else { return }
    // An `if` keeps its parameters' slots for its `else`.
    steps.append(LoaderStep(.open, kind == .if ? 2 * Int(signature.parameterCells) : 0))
  }

  private mutating func meetElse() {
    guard let last = blocks.indices.last else { return }
    blocks[last].hasElse = true
    truncate(to: blocks[last].firstValue)
    for type in types(blocks[last].signature.parameterRange) {
      push(LocalWidths.cells(of: type))
    }
    guard isFast else { return }
    steps.append(LoaderStep(.waitForEnd, last))
    steps.append(LoaderStep(.meetElse))
  }

  private mutating func meetEnd() {
    guard let block = blocks.last else { return }
    if block.kind == .if, !block.hasElse, addsMissingElse { meetElse() }
    truncate(to: block.firstValue)
    blocks.removeLast()
    floor = blocks.last?.firstValue ?? 0
    for type in types(block.signature.resultRange) { push(LocalWidths.cells(of: type)) }
    if isFast { steps.append(LoaderStep(.meetEnd)) }
  }

  private mutating func branch(to depth: UInt64) {
    guard isFast, depth < UInt64(blocks.count) else { return }
    let target = blocks.count - 1 - Int(depth)
    if blocks[target].kind != .loop { steps.append(LoaderStep(.waitForEnd, target)) }
  }

  private mutating func branchTable(_ instruction: Instruction) {
    pop()
    var labels = ByteCursor(bytes: module.bytes, file: "", range: instruction.list)
    var furthest: UInt64 = instruction.second
    workLeft -= Int(clamping: instruction.first)
    while !labels.isAtEnd, let label = try? labels.u32() {
      furthest = max(furthest, UInt64(label))
      branch(to: UInt64(label))
    }
    branch(to: instruction.second)
    if !isFast, furthest > 255 {
      steps.append(LoaderStep(.keepLabels, Int(clamping: instruction.first) + 1))
    }
    die()
  }

  // MARK: Operands

  private mutating func call(_ type: UInt32) {
    guard let signature = signatures[type: type] else { return }
    workLeft -= Int(signature.parameters) + Int(signature.results)
    for _ in signature.parameterRange { pop() }
    for type in types(signature.resultRange) { push(LocalWidths.cells(of: type)) }
  }

  @inline(__always)
  private mutating func push(_ width: UInt8) {
    values.append(width)
    let count = cells + Int(width)
    if isFast {
      while count > slotRoom {
        slotRoom += 8
        steps.append(LoaderStep(.growSlots))
      }
    }
    if count > operandRoom {
      operandRoom += 16
      steps.append(LoaderStep(.growOperands))
    }
    cells = count
  }

  @inline(__always)
  private mutating func pop() {
    guard values.count > floor, let width = values.popLast() else { return }
    cells -= Int(width)
  }

  private mutating func truncate(to count: Int) {
    while values.count > count, let width = values.popLast() { cells -= Int(width) }
  }

  /// What follows in the block is never reached.
  private mutating func die() {
    truncate(to: floor)
  }

  private mutating func addConstant(_ instruction: Instruction) {
    let (width, cells): (LoaderConstants.Width, UInt8)
    switch instruction.opcode {
    case .i64Const, .f64Const: (width, cells) = (.double, 2)
    case .v128Const: (width, cells) = (.vector, 4)
    default: (width, cells) = (.single, 1)
    }
    if isFast {
      var bits = LoaderConstants.Bits(low: instruction.first)
      if width == .single { bits.low &= 0xFFFF_FFFF }
      if width == .vector { bits.high = instruction.second }
      if !constants.areSorted { bits.type = UInt8(truncatingIfNeeded: instruction.opcode.rawValue) }
      if let grown = constants.add(bits, width) { steps.append(LoaderStep(.growConstants, grown)) }
    }
    push(cells)
  }
}
