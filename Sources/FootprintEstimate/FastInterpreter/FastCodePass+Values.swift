import TraceModel
import WasmBinary

/// Locals, globals, constants, `drop` and `select`.
extension FastCodePass {
  /// Leaves no code: who takes the operand names the local.
  @inline(__always)
  mutating func localGet(_ index: UInt64) throws(TraceError) {
    guard let local = locals[index] else { throw missingLocal(index) }
    code -= labelBytes
    try push(local.type, at: local.cell)
  }

  @inline(__always)
  mutating func localSet(_ index: UInt64, forwarded: Int) throws(TraceError) {
    guard let local = locals[index] else { throw missingLocal(index) }
    checkStep()
    if rules.localSetPopsFirst { try popType(local.type) }
    let isPreserved = try preserve(local.cell)
    if local.cell < 256 {
      if forwarded > 0, !isPreserved {
        // The last instruction writes to the local.
        code -= labelBytes
        offsetCells = max(0, offsetCells - forwarded)
        slot -= forwarded
      } else {
        code += byteBytes
        popOffset(local.type)
      }
    } else {
      code += 4
      popOffset(local.type)
    }
    if !rules.localSetPopsFirst { try popType(local.type) }
    checkStep()
  }

  mutating func localTee(_ index: UInt64) throws(TraceError) {
    guard let local = locals[index] else { throw missingLocal(index) }
    if isDead {
      popOffset(local.type)
      try pushSlot(local.type)
    }
    try popType(local.type)
    try pushType(local.type)
    checkStep()
    _ = try preserve(local.cell)
    code += (local.cell < 256 ? byteBytes : 4) + 2
  }

  mutating func globalGet(_ index: UInt64) throws(TraceError) {
    guard index < UInt64(module.globalTypes.count) else { throw missingGlobal(index) }
    let type = module.globalTypes[Int(index)]
    code += 4
    try push(type)
  }

  mutating func globalSet(_ index: UInt64) throws(TraceError) {
    guard index < UInt64(module.globalTypes.count) else { throw missingGlobal(index) }
    let type = module.globalTypes[Int(index)]
    code += 4
    if rules.globalSetPopsTypeFirst, isDead { try popTypeFirst(type) } else { try pop(type) }
  }

  /// Leaves no code while there is room among the function's constants.
  @inline(__always)
  mutating func constant(_ bits: UInt64, _ type: OperandType) throws(TraceError) {
    if constants.add(bits, type: type) {
      code -= labelBytes
      try push(type, at: -1)
    } else {
      code += 4 * type.cells
      try push(type)
    }
  }

  mutating func drop() throws(TraceError) {
    code -= labelBytes
    guard typeCells > base else {
      guard isDead else { throw refused("a drop of nothing") }
      return
    }
    let width = entries[typeCells - 1].type.cells
    guard typeCells - base >= width else { throw refused("a drop of half a value") }
    typeCells -= width
    offsetCells = max(0, offsetCells - width)
    let offset = Int(entries[offsetCells].offset)
    if offset > firstSlot, offset < highestSlot || rules.dropFreesSavedSlots { slot -= width }
  }

  mutating func select() throws(TraceError) {
    try pop(.i32)
    guard typeCells > base else {
      guard isDead else { throw refused("a select of nothing") }
      try push(.any)
      return
    }
    let type = entries[typeCells - 1].type
    try pop(type)
    try pop(type)
    try push(type)
  }

  mutating func selectTyped(_ instruction: Instruction) throws(TraceError) {
    guard instruction.first == 1 else { throw refused("a select of several values") }
    let type = OperandType(byte: module.bytes[instruction.list.lowerBound])
    try pop(.i32)
    try pop(type)
    try pop(type)
    try push(type)
  }

  mutating func isNull() throws(TraceError) {
    if typeCells > base {
      let type = entries[typeCells - 1].type
      guard
        [.funcref, .externref, .any].contains(type)
      else { throw refused("ref.is_null of type \(type)") }
      if rules.isNullPopsTwice, type == .externref { popOffset(.funcref) }
      try pop(type)
    } else if !isDead {
      throw refused("ref.is_null of nothing")
    }
    try push(.i32)
  }

  private func missingLocal(_ index: UInt64) -> TraceError {
    refused("local \(index), which does not exist")
  }

  private func missingGlobal(_ index: UInt64) -> TraceError {
    refused("global \(index), which does not exist")
  }
}
