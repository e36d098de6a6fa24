import WasmBinary

/// Blocks and branches: where states are kept and joined.
extension BodyScan {
  private static let openTryLimit = 8
  /// `UINT16_MAX` blocks: what WAMR's loader allows.
  private static let labelLimit = 65_535

  private func shape(of instruction: Instruction) -> BlockShape {
    switch instruction.blockType {
    case .empty: BlockShape()
    case .value(let type): BlockShape(kind: .value, cells: signatures.cells(of: type))
    case .function(let type): BlockShape(kind: .signature, signature: signatures[type])
    }
  }

  private mutating func keep(_ state: SymbolicState) -> Int32 {
    if let slot = freeStates.popLast() {
      states[Int(slot)] = state
      return slot
    }
    states.append(state)
    return Int32(clamping: states.count - 1)
  }

  private mutating func release(_ slot: Int32) {
    if slot >= 0 { freeStates.append(slot) }
  }

  mutating func enter(_ kind: Label.Kind, _ instruction: Instruction) {
    let shape = shape(of: instruction)
    if kind == .if { take(1) }
    take(many: shape.parameters)
    guard labels.count < BodyScan.labelLimit else {
      isFollowed = false
      return
    }
    var label = Label(
      kind: kind, wasLive: isLive, type: shape, operandBase: operands.count, cellBase: cells)
    if kind == .loop {
      label.loop = loopCount
      loopCount += 1
    }
    if isLive, kind != .block { keepEntry(&label) }
    if kind == .try { openTry(label) }
    labels.append(label)
    base = label.operandBase
    facts.blocks = max(facts.blocks, Int32(clamping: labels.count))
    if shape.parameters > 0 { pushParameters(of: shape.signature) }
  }

  private mutating func keepEntry(_ label: inout Label) {
    if label.kind == .loop {
      version &+= 1
      state.forgetNumbers()
      if trust != .checked { state.forgetLocals() }
      if trust == .nothing { state.loseStackPointer() }
      if !changes.isEmpty {
        for local in changes[label.loop] ?? [] {
          if let local { state.forget(local) } else { state.loseStackPointer() }
        }
      }
    }
    label.saved = keep(state)
  }

  private mutating func openTry(_ label: Label) {
    guard isLive else { return }
    guard openTries.count < BodyScan.openTryLimit else {
      isFollowed = false
      return
    }
    openTries.append(labels.count)
  }

  mutating func beginElse() {
    guard var label = labels.last, label.kind == .if else { return }
    countMissing(label.type)
    reset(to: label)
    if isLive { join(&label) }
    label.kind = .else
    label.isPolymorphic = false
    isLive = label.wasLive
    if label.saved >= 0 {
      state = states[Int(label.saved)]
      version &+= 1
      release(label.saved)
      label.saved = -1
    }
    labels[labels.count - 1] = label
    if label.type.parameters > 0 { pushParameters(of: label.type.signature) }
  }

  mutating func beginHandler(takesValue: Bool) {
    guard var label = labels.last, label.kind == .try || label.kind == .catch else { return }
    reset(to: label)
    if isLive { join(&label) }
    if label.kind == .try { openTries.removeAll { $0 == labels.count - 1 } }
    label.kind = .catch
    label.isPolymorphic = false
    isLive = label.wasLive
    if label.saved >= 0 {
      // Whoever threw left the stack pointer wherever it was.
      state = states[Int(label.saved)]
      state.forgetNumbers()
      state.loseStackPointer()
      version &+= 1
    }
    labels[labels.count - 1] = label
    // A tag's values are taken for one address, as C++ throws it.
    if takesValue { push(1, .unknown) }
  }

  mutating func leave() {
    guard var label = labels.popLast() else { return }
    countMissingAtEnd(label)
    if label.kind == .function { takeReturn(of: resultOnTop) }
    reset(to: label)
    if label.kind == .function {
      pushResults(of: label.type)
      return
    }
    if label.kind == .if, label.wasLive, label.saved >= 0 {
      // No else: the condition may not have held.
      let afterwards = state
      if isLive {
        state = states[Int(label.saved)]
        state.join(afterwards)
      } else {
        state = states[Int(label.saved)]
      }
      isLive = true
      version &+= 1
    }
    if label.kind == .try { openTries.removeAll { $0 == labels.count } }
    if label.joined >= 0 {
      if isLive { join(&label) }
      state = states[Int(label.joined)]
      version &+= 1
      isLive = true
    }
    release(label.joined)
    release(label.saved)
    base = labels.last?.operandBase ?? 0
    pushResults(of: label.type)
  }

  private mutating func countMissingAtEnd(_ label: Label) {
    labels.append(label)
    countMissing(label.type)
    labels.removeLast()
  }

  /// Code that follows cannot be reached.
  mutating func stop() {
    isLive = false
    guard !labels.isEmpty else { return }
    labels[labels.count - 1].isPolymorphic = true
    reset(to: labels[labels.count - 1])
  }

  private mutating func join(_ label: inout Label) {
    if label.joined < 0 {
      label.joined = keep(state)
    } else if label.joinedVersion != version {
      states[Int(label.joined)].join(state)
    }
    label.joinedVersion = version
  }

  mutating func branch(_ depth: UInt32) {
    guard Int(depth) < labels.count else { return }
    let position = labels.count - 1 - Int(depth)
    let kind = labels[position].kind
    if kind != .loop { countMissing(labels[position].type) }
    guard isLive else { return }
    switch kind {
    case .function: takeReturn(of: resultOnTop)
    case .loop:
      if labels[position].joinedVersion == version { return }
      labels[position].joinedVersion = version
      checkRound(labels[position])
    default:
      var label = labels[position]
      join(&label)
      labels[position] = label
    }
  }

  /// Branches back to a loop must not change what its head was taken to hold.
  private mutating func checkRound(_ label: Label) {
    guard label.saved >= 0 else { return }
    var found = newChanges
    state.differences(from: states[Int(label.saved)]) { local in
      found.insert(LoopChange(loop: label.loop, local: local))
    }
    newChanges = found
  }

  mutating func branchTable(_ instruction: Instruction) {
    take(1)
    var cursor = ByteCursor(bytes: module.bytes, file: module.file, range: instruction.list)
    var last: UInt32?
    while !cursor.isAtEnd, let depth = try? cursor.u32() {
      if depth != last { branch(depth) }
      last = depth
    }
    branch(UInt32(truncatingIfNeeded: instruction.second))
    stop()
  }

  /// The function may be left here.
  mutating func takeReturn(of result: SymbolicValue) {
    guard isLive else { return }
    let parameter = result.kind == .parameter ? result.low : -1
    if result.kind == .passed { facts.returnsPassed = true }
    if !hasReturned { returnedParameter = parameter }
    if parameter != returnedParameter { returnedParameter = -1 }
    let pointer = state.stackPointer
    if pointer.kind != .stack || pointer.low != pointer.high
      || hasReturned && facts.netEffect != pointer.low
    {
      facts.hasUnknownEffect = true
    } else {
      facts.netEffect = pointer.low
    }
    hasReturned = true
  }
}
