import TraceModel
import WasmBinary

/// Branches, calls and `return`.
///
/// Source: `wasm_loader_check_br` and `wasm_loader_emit_br_info` in
/// core/iwasm/interpreter/wasm_loader.c.
extension FastCodePass {
  enum Branch {
    case always
    case conditional
    case table
  }

  mutating func branch(to depth: UInt64, _ kind: Branch) throws(TraceError) {
    guard depth < UInt64(blocks.count) else {
      throw refused("a branch out of \(depth) blocks, of which there are \(blocks.count)")
    }
    let target = blocks[blocks.count - 1 - Int(depth)]
    let isLoop = target.kind == .loop
    let signature = target.signature
    let values = isLoop ? signature.parameterRange : signature.resultRange
    let cells = Int(isLoop ? signature.parameterCells : signature.resultCells)
    if !isDead {
      guard typeCells - base >= cells else { throw refused("a branch without its operands") }
      emitBranch(target, count: values.count, cells: cells, kind)
      return
    }
    // Dead code: the operands are taken, named one by one, and made up again.
    try charge(2 * values.count)
    let oldCells = typeCells
    let oldOffsets = offsetCells
    for index in values.reversed() { try pop(module.signatures.values[index]) }
    let isRestored = kind == .table && rules.branchTableRestoresStacks
    if isRestored { try charge(oldCells - typeCells) }
    let keptTypes = isRestored ? entries[typeCells..<oldCells].map(\.type) : []
    let keptOffsets =
      isRestored && offsetCells < oldOffsets
      ? entries[offsetCells..<oldOffsets].map(\.offset) : []
    for index in values {
      let type = module.signatures.values[index]
      try pushOffset(0, type)
      try pushType(type)
    }
    emitBranch(target, count: values.count, cells: cells, kind)
    guard isRestored else { return }
    typeCells = oldCells
    offsetCells = oldCells
    for (index, type) in keptTypes.enumerated() {
      entries[oldCells - keptTypes.count + index].type = type
    }
    for (index, offset) in keptOffsets.enumerated() {
      let entry = oldCells - keptOffsets.count + index
      if entry >= 0 { place(Int(offset), at: entry) }
    }
  }

  /// The number of operands, their cells, each one's width and both its places, the target.
  private mutating func emitBranch(
    _ target: OpenBlock, count: Int, cells: Int, _ kind: Branch
  ) {
    code += 4 + pointerBytes
    guard count > 0 else { return }
    code += 4 + count * (byteBytes + 4)
    guard kind == .always, rules.branchMovesSlots else { return }
    slot = Int(Int16(truncatingIfNeeded: Int(target.slots) + cells))
  }

  mutating func branchTable(_ instruction: Instruction) throws(TraceError) {
    code += 4
    try pop(.i32)
    var labels = ByteCursor(bytes: module.bytes, file: module.file, range: instruction.list)
    while !labels.isAtEnd { try branch(to: UInt64(try labels.u32()), .table) }
    try branch(to: instruction.second, .table)
    leave()
  }

  mutating func returnValues() throws(TraceError) {
    let signature = blocks[0].signature
    try take(signature.resultRange)
    leave()
  }

  /// The operands of a call or a `return`, the last one first.
  private mutating func take(_ values: Range<Int>) throws(TraceError) {
    try charge(values.count)
    let typesFirst = isDead && rules.callPopsTypesFirst
    for index in values.reversed() {
      let type = module.signatures.values[index]
      if typesFirst { try popTypeFirst(type) } else { try pop(type) }
    }
  }

  mutating func call(_ index: UInt64, isTail: Bool) throws(TraceError) {
    guard let signature = module.signature(ofFunction: index) else {
      throw refused("a call of function \(index), which does not exist")
    }
    code += 4
    try pass(signature, isTail: isTail)
  }

  mutating func callIndirect(_ instruction: Instruction, isTail: Bool) throws(TraceError) {
    guard
      let signature = module.signatures[type: UInt32(truncatingIfNeeded: instruction.first)]
    else { throw refused("a call of type \(instruction.first), which does not exist") }
    code += 8 + (hasTailCalls ? byteBytes : 0)
    try pop(.i32)
    try pass(signature, isTail: isTail)
  }

  private mutating func pass(
    _ signature: BlockSignature, isTail: Bool
  ) throws(TraceError) {
    guard !signature.isUnknown else { throw refused("a call of a type that it does not know") }
    try take(signature.parameterRange)
    if isTail {
      leave()
      return
    }
    try charge(Int(signature.results))
    for index in signature.resultRange { try push(module.signatures.values[index]) }
  }
}
