import TraceModel
import WasmBinary

/// Blocks: `block`, `loop`, `if`, `else`, `end`.
///
/// Source: `reserve_block_ret`, `copy_params_to_dynamic_space` and `check_block_stack` in
/// core/iwasm/interpreter/wasm_loader.c.
extension FastCodePass {
  mutating func open(_ kind: OpenBlock.Kind, _ signature: BlockSignature) {
    if !blocks.isEmpty { blocks[blocks.count - 1].isDead = isDead }
    base = typeCells
    isDead = false
    blocks.append(
      OpenBlock(
        kind: kind, signature: signature, base: base,
        slots: UInt16(truncatingIfNeeded: slot), savedStart: saved.count))
  }

  /// Code that never goes on: the block's operands are gone.
  mutating func leave() {
    resetStacks()
    isDead = true
  }

  private mutating func resetStacks() {
    checkStep()
    typeCells = base
    offsetCells = base
  }

  mutating func begin(_ kind: OpenBlock.Kind, _ type: BlockType) throws(TraceError) {
    guard blocks.count < ModuleLimits.nesting else {
      throw refused("more than \(ModuleLimits.nesting) blocks in each other")
    }
    let hasCondition = !isBottomless
    try preserveAll()
    if kind == .if { try pop(.i32) }
    guard let signature = module.signatures[type], !signature.isUnknown else {
      throw refused("a block of a type that it does not know")
    }
    if signature.parameters > 0 {
      let available = try takeParameters(signature)
      open(kind, signature)
      try passParameters(signature, available: available)
    } else {
      open(kind, signature)
    }
    if kind != .if {
      code -= labelBytes
      if signature.parameters > 0, kind == .loop || rules.blockCopiesParameters {
        try copyParameters(signature, kind)
      }
      return
    }
    if signature.parameters > 0 {
      if hasCondition || !rules.fillsDeadParameters { code -= 2 }
      code -= labelBytes
      try copyParameters(signature, kind)
      code += labelBytes
      popOffset(.i32)
      try saveParameters(Int(signature.parameterCells))
    }
    blocks[blocks.count - 1].startSlots = UInt16(truncatingIfNeeded: slot)
    code += 2 * pointerBytes
  }

  /// How many parameters were on the stack.
  private mutating func takeParameters(_ signature: BlockSignature) throws(TraceError) -> Int {
    try charge(2 * Int(signature.parameters))
    var taken = 0
    for index in signature.parameterRange.reversed() {
      let type = module.signatures.values[index]
      if rules.fillsDeadParameters {
        if isBottomless { break }
        let before = typeCells
        try popType(type)
        offsetCells -= before - typeCells
        guard offsetCells >= 0 else { throw refused("a block without its parameters") }
      } else {
        try popType(type)
      }
      taken += 1
    }
    return taken
  }

  private mutating func passParameters(
    _ signature: BlockSignature, available: Int
  ) throws(TraceError) {
    for (number, index) in signature.parameterRange.enumerated() {
      let type = module.signatures.values[index]
      try reserve()
      if rules.fillsDeadParameters {
        let width = type.cells
        if number >= available {
          for entry in offsetCells..<(offsetCells + width) { place(0, at: entry) }
        }
        offsetCells += width
      }
      try pushType(type)
    }
  }

  /// An instruction that brings parameters into slots, and the condition of an `if` behind them.
  private mutating func copyParameters(
    _ signature: BlockSignature, _ kind: OpenBlock.Kind
  ) throws(TraceError) {
    try charge(2 * Int(signature.parameters))
    for index in signature.parameterRange.reversed() {
      popOffset(module.signatures.values[index])
      code -= 2
    }
    let count = Int(signature.parameters) + (kind == .if ? 1 : 0)
    code += labelBytes + 8 + count * (byteBytes + 2)
    for index in signature.parameterRange { try pushSlot(module.signatures.values[index]) }
    if kind == .if { try pushSlot(.i32) }
  }

  private mutating func saveParameters(_ cells: Int) throws(TraceError) {
    guard offsetCells >= cells else { throw refused("an if without its parameters") }
    try charge(cells)
    guard saved.count + cells <= FastCodePass.mostSavedCells else {
      throw refused("blocks with so many parameters in each other")
    }
    saved.append(contentsOf: entries[(offsetCells - cells)..<offsetCells].lazy.map(\.offset))
  }

  private static let mostSavedCells = 4_000_000

  mutating func beginElse() throws(TraceError) {
    guard blocks.count > 1, blocks[blocks.count - 1].kind == .if else {
      throw refused("an else without an if")
    }
    let block = blocks[blocks.count - 1]
    try checkResults(block.signature)
    try moveResults(block, isElse: true)
    code += pointerBytes
    resetStacks()
    isDead = false
    let signature = block.signature
    if signature.parameters > 0 {
      try charge(Int(signature.parameters) + Int(signature.parameterCells))
      for index in signature.parameterRange {
        try reserve()
        try pushType(module.signatures.values[index])
      }
      for index in 0..<Int(signature.parameterCells) {
        try reserve()
        place(Int(saved[block.savedStart + index]), at: offsetCells)
        offsetCells += 1
      }
    }
    if rules.elseSlots == .restart
      || (rules.elseSlots == .restartWithParameters && signature.parameters > 0)
    {
      slot = Int(Int16(bitPattern: block.startSlots))
    }
    blocks[blocks.count - 1].kind = .else
  }

  mutating func end() throws(TraceError) {
    guard let block = blocks.last else { throw refused("an end without a block") }
    try checkResults(block.signature)
    if block.kind == .if, rules.addsMissingElse {
      // The label of this `end` is that of the `else`; then the `end` comes again.
      try beginElse()
      code += labelBytes
      try checkResults(block.signature)
    }
    code -= labelBytes
    checkStep()
    blocks.removeLast()
    saved.removeLast(saved.count - block.savedStart)
    try moveResults(block, isElse: false)
    guard let outer = blocks.last else {
      code += labelBytes + 2 * Int(block.signature.results)
      return
    }
    base = outer.base
    isDead = outer.isDead && !rules.endRevives
  }

  /// The operands at the end of a block are its results; dead code makes them up.
  private mutating func checkResults(_ signature: BlockSignature) throws(TraceError) {
    if isDead {
      try charge(2 * Int(signature.results))
      for index in signature.resultRange.reversed() {
        try pop(module.signatures.values[index])
      }
      guard typeCells == base else { throw refused("operands left at the end of a block") }
      for index in signature.resultRange {
        let type = module.signatures.values[index]
        try pushOffset(0, type)
        try pushType(type)
      }
    } else if typeCells - base != Int(signature.resultCells) {
      throw refused("other operands at the end of a block than its results")
    }
  }

  /// Copies results that are not yet where the block's results belong.
  private mutating func moveResults(_ block: OpenBlock, isElse: Bool) throws(TraceError) {
    let cells = Int(block.signature.resultCells)
    guard block.signature.results > 0 else { return }
    guard offsetCells >= cells else { throw refused("a block without its results") }
    if block.signature.results == 1 {
      try moveResult(block, isElse: isElse, width: cells)
      return
    }
    try charge(2 * Int(block.signature.results))
    let bottom = offsetCells - cells
    // The loader counts in 16 bits with a sign here.
    let target = Int(Int16(bitPattern: block.slots))
    var entry = 0
    var moved = 0
    for index in block.signature.resultRange {
      let width = module.signatures.values[index].cells
      // A vector's four entries are never all as the loader wants them.
      if width == 4 || Int(entries[bottom + entry].offset) != target + entry { moved += 1 }
      entry += width
    }
    guard moved > 0 else { return }
    code += labelBytes + 8 + moved * (byteBytes + 4)
    entry = 0
    for index in block.signature.resultRange {
      let width = module.signatures.values[index].cells
      place(target + entry, at: bottom + entry)
      entry += width
    }
    if !isElse { try occupy(target + cells) }
  }

  private mutating func moveResult(
    _ block: OpenBlock, isElse: Bool, width: Int
  ) throws(TraceError) {
    let entry = offsetCells - width
    guard Int(block.slots) != Int(entries[entry].offset) else { return }
    code += labelBytes + 4
    let target = Int(Int16(bitPattern: block.slots))
    place(target, at: entry)
    if !isElse { try occupy(target + width) }
  }
}
