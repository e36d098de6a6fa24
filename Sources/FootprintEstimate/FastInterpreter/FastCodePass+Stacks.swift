import TraceModel

/// Taking and giving operands.
///
/// Source: `wasm_loader_push_frame_ref`, `wasm_loader_push_frame_offset`, `wasm_loader_pop_…` in
/// core/iwasm/interpreter/wasm_loader.c.
extension FastCodePass {
  /// The loader counts cells and labels in 16 bits.
  private static let mostCells = 65_535
  private static let fewCells = 64

  mutating func clearStacks() {
    // The loader's stacks begin small and cleared.
    if entries.count > FastCodePass.fewCells {
      entries.removeLast(entries.count - FastCodePass.fewCells)
    }
    for index in entries.indices { entries[index] = StackEntry() }
    typeCells = 0
    offsetCells = 0
    cleanCells = 0
    isInStep = true
    base = 0
    isDead = false
  }

  /// Cells of the offset stack.
  @inline(__always)
  func offsetWidth(_ type: OperandType) -> Int {
    type == .any ? rules.anyCells : type.cells
  }

  // MARK: Giving

  /// Makes room for one more operand.
  @inline(__always)
  mutating func reserve() throws(TraceError) {
    let needed = max(typeCells, offsetCells) + 4
    if needed > entries.count { try grow(to: needed) }
  }

  @inline(never)
  private mutating func grow(to needed: Int) throws(TraceError) {
    guard needed <= FastCodePass.mostCells + 8 else {
      throw refused("more than \(FastCodePass.mostCells) cells of operands")
    }
    let count = max(FastCodePass.fewCells, 2 * entries.count, needed) - entries.count
    entries.append(contentsOf: repeatElement(StackEntry(), count: count))
  }

  @inline(__always)
  mutating func pushType(_ type: OperandType) throws(TraceError) {
    let width = type.cells
    guard width > 0 else { throw refused("a value of its kind") }
    try reserve()
    // Only where an operand begins and ends is looked at.
    entries[typeCells].type = type
    typeCells += width
    if width > 1 { entries[typeCells - 1].type = type }
  }

  /// A slot of its own, which the code names.
  mutating func pushSlot(_ type: OperandType) throws(TraceError) {
    try reserve()
    code += 2
    // Where slots were freed once too often, the next one is a local's.
    place(slot, at: offsetCells)
    offsetCells += offsetWidth(type)
    try occupy(slot + offsetWidth(type))
  }

  @inline(__always)
  mutating func occupy(_ next: Int) throws(TraceError) {
    slot = next
    if next > highestSlot {
      highestSlot = next
      guard next < Int(Int16.max) else {
        throw refused("a frame of \(Int16.max) cells or more")
      }
    }
  }

  /// An operand that lies elsewhere: a local, a constant, nothing.
  mutating func pushOffset(_ offset: Int, _ type: OperandType) throws(TraceError) {
    try reserve()
    place(offset, at: offsetCells)
    offsetCells += offsetWidth(type)
  }

  @inline(__always)
  mutating func place(_ offset: Int, at entry: Int) {
    entries[entry].offset = Int16(truncatingIfNeeded: offset)
    if offset >= 0, offset < firstSlot { noteReference(to: offset, at: entry) }
  }

  @inline(__always)
  private mutating func noteReference(to offset: Int, at entry: Int) {
    locals.refer(to: offset, at: entry)
    if entry < cleanCells { cleanCells = entry }
  }

  /// An operand in a slot of its own.
  @inline(__always)
  mutating func push(_ type: OperandType) throws(TraceError) {
    if typeCells == offsetCells, type != .any, slot >= firstSlot {
      code += 2
      try pushBoth(slot, type)
      try occupy(slot + type.cells)
    } else {
      try pushType(type)
      try pushSlot(type)
    }
  }

  /// An operand that lies elsewhere.
  @inline(__always)
  mutating func push(_ type: OperandType, at offset: Int) throws(TraceError) {
    if typeCells == offsetCells, type != .any {
      try pushBoth(offset, type)
      if offset >= 0 { noteReference(to: offset, at: typeCells - type.cells) }
    } else {
      try pushType(type)
      try pushOffset(offset, type)
    }
  }

  /// On both stacks, which are equally high.
  @inline(__always)
  private mutating func pushBoth(_ offset: Int, _ type: OperandType) throws(TraceError) {
    let width = type.cells
    guard width > 0 else { throw refused("a value of its kind") }
    let top = typeCells
    if top + 4 > entries.count { try grow(to: top + 4) }
    entries[top] = StackEntry(offset: Int16(truncatingIfNeeded: offset), type: type)
    if width > 1 { entries[top + width - 1].type = type }
    typeCells = top + width
    offsetCells = top + width
  }

  // MARK: Taking

  /// Nothing of the block is left, and dead code may go on.
  @inline(__always)
  var isBottomless: Bool { typeCells <= base && isDead }

  @inline(__always)
  mutating func pop(_ type: OperandType) throws(TraceError) {
    if isDead {
      popOffset(type)
      try popType(type)
      return
    }
    let width = type.cells
    guard typeCells - base >= width, typeCells > 0, entries[typeCells - 1].type == type else {
      throw mismatch(type)
    }
    takeOffset(width)
    typeCells -= width
  }

  /// The operand's offset alone; the code names it.
  mutating func popOffset(_ type: OperandType) {
    if isBottomless { return }
    var width = offsetWidth(type)
    if rules.anyIsOneCell, typeCells > base, entries[typeCells - 1].type == .any { width = 1 }
    takeOffset(width)
  }

  @inline(__always)
  private mutating func takeOffset(_ width: Int) {
    guard offsetCells >= width else { return }
    offsetCells -= width
    let offset = Int(entries[offsetCells].offset)
    if offset > firstSlot, offset < highestSlot { slot -= width }
    code += 2
  }

  mutating func popType(_ type: OperandType) throws(TraceError) {
    if isBottomless { return }
    guard typeCells > base else { throw mismatch(type) }
    if entries[typeCells - 1].type == .any {
      typeCells -= 1
      return
    }
    let width = type.cells
    guard typeCells - base >= width, width > 0, entries[typeCells - 1].type == type else {
      throw mismatch(type)
    }
    typeCells -= width
  }

  mutating func popTypeFirst(_ type: OperandType) throws(TraceError) {
    try popType(type)
    popOffset(type)
  }

  mutating func popPairOffsetsFirst(_ type: OperandType) throws(TraceError) {
    popOffset(type)
    popOffset(type)
    try popType(type)
    try popType(type)
  }

  private func mismatch(_ type: OperandType) -> TraceError {
    let found = typeCells > base ? "type \(entries[typeCells - 1].type)" : "nothing"
    return refused("an operand of type \(type) where the stack has \(found)")
  }

  // MARK: Locals on the stack

  /// Notes where the two stacks are not in step: then entries mean nothing that is known.
  @inline(__always)
  mutating func checkStep() {
    if typeCells != offsetCells { isInStep = false }
  }

  /// Copies a local that the stack refers to before the local changes; true where it did.
  mutating func preserve(_ cell: Int) throws(TraceError) -> Bool {
    var entry = 0
    if isInStep {
      guard let lowest = locals.lowestReference(to: cell), lowest < typeCells else { return false }
      locals.setLowest(cell, typeCells < offsetCells ? typeCells : nil)
      entry = firstEntry(before: lowest)
    }
    try charge(typeCells - entry)
    var isFound = false
    while entry < typeCells {
      if Int(entries[entry].offset) == cell {
        if !isFound {
          isFound = true
          code += labelBytes + 4
        }
        place(Int(rules.preservedSlot), at: entry)
      }
      entry += max(1, offsetWidth(entries[entry].type))
    }
    return isFound
  }

  /// Copies every local that the stack refers to: code in a block may change them.
  mutating func preserveAll() throws(TraceError) {
    checkStep()
    guard cleanCells < typeCells || !isInStep else { return }
    var entry = isInStep ? firstEntry(before: cleanCells) : 0
    try charge(typeCells - entry)
    cleanCells = typeCells
    while entry < typeCells {
      let offset = Int(entries[entry].offset)
      if offset >= 0, offset < firstSlot {
        if rules.preservedSlot == 0 {
          // The copy's slot looks like a local again, so each entry is copied.
          code += labelBytes + 4
          place(0, at: entry)
        } else {
          _ = try preserve(offset)
        }
      }
      entry += max(1, offsetWidth(entries[entry].type))
    }
  }

  /// An entry at or below the given one where an operand begins: operands are looked through one by
  /// one, since the further entries of wide ones may hold anything.
  private func firstEntry(before entry: Int) -> Int { entry >= base ? base : 0 }
}
