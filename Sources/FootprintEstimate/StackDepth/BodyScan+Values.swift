import WasmBinary

/// Operands, locals and globals.
extension BodyScan {
  /// `UINT16_MAX` cells: what WAMR's loader allows.
  private static let maximumCells: Int32 = 65_535

  @inline(__always)
  mutating func push(_ count: UInt8, _ value: SymbolicValue) {
    operands.append(Operand(value: value, cells: count))
    cells += Int32(count)
    if cells > facts.operandCells { noteHeight(cells) }
  }

  @inline(__always)
  private mutating func noteHeight(_ height: Int32) {
    facts.operandCells = height
    if height > BodyScan.maximumCells { isFollowed = false }
  }

  @inline(__always)
  mutating func pop() -> SymbolicValue {
    guard operands.count > base else { return .unknown }
    let operand = operands.removeLast()
    cells -= Int32(operand.cells)
    return operand.value
  }

  @inline(__always)
  mutating func take(_ count: UInt8) {
    var rest = count
    while rest > 0, operands.count > base {
      cells -= Int32(operands.removeLast().cells)
      rest -= 1
    }
  }

  /// Takes and gives the values of a list.
  mutating func take(many count: Int) {
    let count = min(count, operands.count - base)
    guard count > 0 else { return }
    for index in operands.count - count..<operands.count { cells -= Int32(operands[index].cells) }
    operands.removeLast(count)
    spend(count)
  }

  mutating func pushResults(of signature: FunctionSignatures.Signature) {
    guard spend(Int(signature.results)) else { return }
    for index in 0..<Int(signature.results) {
      push(signatures.result(index, of: signature), .unknown)
    }
  }

  mutating func pushParameters(of signature: FunctionSignatures.Signature) {
    guard spend(Int(signature.parameters)) else { return }
    for index in 0..<Int(signature.parameters) {
      push(signatures.parameter(index, of: signature), .unknown)
    }
  }

  mutating func pushResults(of shape: BlockShape) {
    switch shape.kind {
    case .empty: break
    case .value: push(shape.cells, .unknown)
    case .signature: pushResults(of: shape.signature)
    }
  }

  @discardableResult
  private mutating func spend(_ count: Int) -> Bool {
    budget -= count
    if budget < 0 { isFollowed = false }
    return budget >= 0
  }

  /// Removes the operands of the block at hand.
  mutating func reset(to label: Label) {
    if operands.count > label.operandBase {
      operands.removeLast(operands.count - label.operandBase)
    }
    cells = label.cellBase
  }

  /// In code that cannot be reached the loader gives a branch the values that it lacks.
  mutating func countMissing(_ shape: BlockShape) {
    guard let label = labels.last, label.isPolymorphic,
      operands.count - label.operandBase < shape.results
    else { return }
    let height = label.cellBase + shape.resultCells
    if height > facts.operandCells { noteHeight(height) }
  }

  @inline(__always)
  func localCells(_ local: UInt32) -> UInt8 {
    if Int(local) < Int(signature.parameters) {
      return signatures.parameter(Int(local), of: signature)
    }
    return declaredCells(Int(local))
  }

  private func declaredCells(_ local: Int) -> UInt8 {
    guard groupEnds.count > 8 else {
      for group in groupEnds where local < group.end { return group.cells }
      return 1
    }
    var low = 0
    var high = groupEnds.count
    while low < high {
      let middle = (low + high) / 2
      if local < groupEnds[middle].end { high = middle } else { low = middle + 1 }
    }
    return low < groupEnds.count ? groupEnds[low].cells : 1
  }

  @inline(__always)
  func value(of local: UInt32) -> SymbolicValue {
    let value = state.value(of: local)
    guard value.kind == .unknown, local < followedParameters,
      assignedParameters & 1 << UInt64(local) == 0
    else { return value }
    return .parameter(Int32(truncatingIfNeeded: local))
  }

  @inline(__always)
  mutating func set(_ local: UInt32, _ value: SymbolicValue) {
    guard isLive else { return }
    if local < followedParameters { assignedParameters |= 1 << UInt64(local) }
    if state.set(local, value.isRange ? value : .unknown) { version &+= 1 }
    if !openTries.isEmpty {
      for label in openTries { states[Int(labels[label].saved)].forget(local) }
    }
  }

  /// What the function gives if it returns here.
  var resultOnTop: SymbolicValue {
    guard signature.results == 1, operands.count > base else { return .unknown }
    return operands[operands.count - 1].value
  }

  mutating func getGlobal(_ index: UInt32) {
    let count = Int(index) < globalCells.count ? globalCells[Int(index)] : 1
    push(count, index == stackPointer ? state.stackPointer : .unknown)
  }

  mutating func setGlobal(_ index: UInt32) {
    let value = pop()
    guard isLive, index == stackPointer else { return }
    facts.setsStackPointer = true
    version &+= 1
    guard value.kind == .stack else {
      facts.hasUnknownFrame = true
      state.loseStackPointer()
      return
    }
    if !value.isAligned { facts.breaksAlignment = true }
    state.stackPointer = value
    facts.shadowBytes = max(facts.shadowBytes, BodyScan.depth(value))
  }

  /// Bytes below the stack pointer at the function's entry.
  static func depth(_ value: SymbolicValue) -> Int32 { Int32(clamping: max(0, -Int64(value.low))) }

  @inline(__always)
  mutating func combine(
    _ operation: SymbolicValue.Operation, _ left: SymbolicValue, _ right: SymbolicValue
  ) -> SymbolicValue {
    // Only a mask makes something known of the unknown.
    if !left.isRange, operation != .and || right.kind != .number { return .unknown }
    if !right.isRange, operation != .and || left.kind != .number { return .unknown }
    let result = SymbolicValue.combine(operation, left, right, stackIsAligned: stackIsAligned)
    if result.kind == .stack {
      facts.redZoneBytes = max(facts.redZoneBytes, BodyScan.depth(result))
      if operation == .and { facts.reliesOnAlignment = true }
    }
    return result
  }

  mutating func select(cells given: UInt8?) {
    take(1)
    let top = operands.count > base ? operands[operands.count - 1].cells : 1
    let right = pop()
    let left = pop()
    push(given ?? top, left.hull(right))
  }

  func selectedCells(_ instruction: Instruction) -> UInt8 {
    guard let first = module.bytes[instruction.list].first else { return 1 }
    return signatures.cells(of: ValueType(rawValue: first))
  }
}
