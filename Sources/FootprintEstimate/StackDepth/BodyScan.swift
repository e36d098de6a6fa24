import TraceModel
import WasmBinary

/// Reads bodies once and follows what they do to the operand stack and to the C shadow stack's
/// pointer: an abstract interpretation with ranges of numbers and of distances from the stack pointer
/// at the function's entry.
///
/// Branches are joined where they meet. At the head of a loop the scan assumes that nothing it knows
/// changes in the loop, checks that at every branch back, and reads the body again without what was
/// wrong. Operands are counted as WAMR's loader does (`wasm_loader_prepare_bytecode` in
/// core/iwasm/interpreter/wasm_loader.c of main).
struct BodyScan {
  // The module.
  let module: WasmModule
  let signatures: FunctionSignatures
  let functionTypes: [UInt32]
  let importCount: Int
  let globalCells: [UInt8]
  let pageCells: UInt8
  let referenceCells: UInt8
  let stackPointer: UInt32?
  let stackIsAligned: Bool
  /// What is known of the functions that bodies call.
  var summaries: CallSummaries

  // What all bodies give.
  var edges: [CallGraph.Edge] = []
  var indirect = IndirectCalls()
  /// Calls whose result may be an address in the caller's frame.
  var passings: [CallSummaries.Passing] = []
  /// What parameters and results may still cost: long lists of them, used often, are given up.
  var budget: Int

  // The body at hand.
  var facts = BodyFacts()
  var signature = FunctionSignatures.Signature()
  var groupEnds: [(end: Int, cells: UInt8)] = []
  var operands: [Operand] = []
  var labels: [Label] = []
  var states: [SymbolicState] = []
  var freeStates: [Int32] = []
  var openTries: [Int] = []
  var state = SymbolicState()
  var version: UInt32 = 0
  var isLive = true
  var isFollowed = true
  var hasReturned = false
  /// The parameter that every return so far gave back; -1 where one gave something else.
  var returnedParameter: Int32 = -1
  /// The parameters that were assigned to, of the first 64.
  var assignedParameters: UInt64 = 0
  var followedParameters: UInt32 = 0
  var function: Int32 = 0
  /// Operands below belong to the enclosing block.
  var base = 0
  var cells: Int32 = 0
  var loopCount: Int32 = 0
  var trust = LoopTrust.checked
  var changes: [Int32: [UInt32?]] = [:]
  var newChanges: Set<LoopChange> = []

  init(
    _ module: WasmModule, stackPointer: UInt32?, stackIsAligned: Bool,
    referenceCells: UInt8
  ) {
    self.module = module
    self.stackPointer = stackPointer
    self.stackIsAligned = stackIsAligned
    self.referenceCells = referenceCells
    let signatures = FunctionSignatures(module, referenceCells: referenceCells)
    self.signatures = signatures
    let imported = module.importedFunctionTypes
    functionTypes = imported + module.functions
    importCount = imported.count
    summaries = CallSummaries(module, functionCount: functionTypes.count)
    globalCells =
      (module.importedGlobals + module.globals.map(\.type)).map { signatures.cells(of: $0.value) }
    let memory = module.importedMemories.first ?? module.memories.first
    pageCells = memory?.is64Bit == true ? 2 : 1
    budget = 1 << 20
    for body in module.bodies { budget += 16 * body.code.count }
  }

  /// Reads one body; its calls are appended to ``edges``.
  mutating func scan(_ own: Int) throws(TraceError) -> BodyFacts {
    let body = module.bodies[own]
    function = Int32(clamping: importCount + own)
    signature = signatures[functionTypes[importCount + own]]
    changes.removeAll(keepingCapacity: true)
    trust = .checked
    let firstEdge = edges.count
    // Every pass knows more changes; after four, loops are not trusted any more.
    for pass in 0... {
      prepare(body)
      try follow(body)
      if newChanges.isEmpty { break }
      for change in newChanges { changes[change.loop, default: []].append(change.local) }
      trust = pass < 4 ? .checked : pass == 4 ? .stackPointer : .nothing
      edges.removeLast(edges.count - firstEdge)
    }
    if hasReturned, returnedParameter >= 0,
      assignedParameters & 1 << UInt64(returnedParameter) == 0
    {
      facts.returnedParameter = Int8(truncatingIfNeeded: returnedParameter)
    }
    if !isFollowed {
      facts.returnedParameter = -1
      facts.operandCells = -1
      if facts.setsStackPointer { facts.hasUnknownFrame = true }
    }
    if edges.count != firstEdge || facts.setsStackPointer {
      facts.redZoneBytes = facts.shadowBytes
    }
    return facts
  }

  private mutating func prepare(_ body: FunctionBody) {
    facts = BodyFacts()
    operands.removeAll(keepingCapacity: true)
    labels.removeAll(keepingCapacity: true)
    states.removeAll(keepingCapacity: true)
    freeStates.removeAll(keepingCapacity: true)
    openTries.removeAll(keepingCapacity: true)
    newChanges.removeAll(keepingCapacity: true)
    state = SymbolicState()
    (isLive, isFollowed, hasReturned) = (true, true, false)
    (base, cells, loopCount, version) = (0, 0, 0, 0)
    (returnedParameter, assignedParameters) = (-1, 0)
    followedParameters = UInt32(min(64, signature.parameters))
    groupEnds.removeAll(keepingCapacity: true)
    var end = Int(signature.parameters)
    for group in body.locals {
      let count = signatures.cells(of: group.type)
      end += Int(group.count)
      facts.localCells += Int32(clamping: Int(group.count) * Int(count))
      groupEnds.append((end, count))
    }
    labels.append(
      Label(
        kind: .function, wasLive: true, type: .results(of: signature), operandBase: 0, cellBase: 0))
    facts.blocks = 1
  }
}
