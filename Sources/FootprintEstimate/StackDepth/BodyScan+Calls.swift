import WasmBinary

/// Calls: edges of the graph.
extension BodyScan {
  /// The most elements of a table that an index known to lie between two numbers is looked up for.
  private static let elementLimit: Int64 = 8

  mutating func call(_ function: UInt32, isTail: Bool) {
    guard Int(function) < functionTypes.count else { return }
    let signature = signatures[functionTypes[Int(function)]]
    let result = signature.results == 1 ? passed(through: function, signature) : .unknown
    take(many: Int(signature.parameters))
    addEdge(to: function, isTail: isTail)
    returned(from: function)
    if isTail {
      takeReturn(of: result)
      stop()
      return
    }
    if signature.results == 1 {
      push(signatures.result(0, of: signature), result)
    } else {
      pushResults(of: signature)
    }
  }

  /// The argument that the function gives back.
  private mutating func passed(
    through function: UInt32, _ signature: FunctionSignatures.Signature
  ) -> SymbolicValue {
    let count = Int(signature.parameters)
    guard isLive, count > 0, operands.count - base >= count else { return .unknown }
    let first = operands.count - count
    let returned = Int(summaries.returnedParameters[Int(function)])
    if returned >= 0 {
      return returned < count ? operands[first + returned].value : .unknown
    }
    for index in first..<min(operands.count, first + 64) {
      let kind = operands[index].value.kind
      guard kind == .stack || kind == .parameter else { continue }
      passings.append(CallSummaries.Passing(caller: self.function, function: Int32(function)))
      return .passed
    }
    return .unknown
  }

  /// The function may have left the stack pointer elsewhere.
  private mutating func returned(from function: UInt32) {
    guard isLive, !summaries.netEffects.isEmpty,
      let effect = summaries.netEffects[Int32(clamping: function)]
    else { return }
    state.stackPointer = combine(.add, state.stackPointer, .constant(effect))
    version &+= 1
  }

  mutating func callIndirect(_ type: UInt32, _ table: UInt32?, isTail: Bool) {
    let signature = signatures[type]
    let index = pop()
    take(many: Int(signature.parameters))
    addEdge(type: type, table: table, index: index, isTail: isTail)
    if isTail {
      takeReturn(of: .unknown)
      stop()
    } else {
      pushResults(of: signature)
    }
  }

  mutating func addEdge(to function: UInt32, isTail: Bool) {
    guard Int(function) < functionTypes.count else { return }
    addEdge(node: Int32(clamping: function), isTail: isTail)
  }

  mutating func addEdge(
    type: UInt32, table: UInt32?, index: SymbolicValue, isTail: Bool
  ) {
    guard isLive else { return }
    var elements: Range<UInt32>?
    if index.kind == .number, index.low >= 0, table != nil,
      Int64(index.high) - Int64(index.low) < BodyScan.elementLimit
    {
      elements = UInt32(index.low)..<UInt32(index.high) + 1
    }
    let group = IndirectCalls.Group(
      table: table, shape: signatures[type].shape, elements: elements)
    addEdge(
      node: Int32(clamping: functionTypes.count + Int(indirect.number(of: group))), isTail: isTail)
  }

  private mutating func addEdge(node: Int32, isTail: Bool) {
    guard isLive else { return }
    if state.stackPointer.kind != .stack { facts.hasUnknownCalls = true }
    edges.append(
      CallGraph.Edge(
        target: node, shadowBytes: BodyScan.depth(state.stackPointer), isTail: isTail))
  }
}
