import TraceModel
import WasmBinary

/// The scans of all bodies, as one call graph.
struct BodyScans {
  let graph: CallGraph
  /// Of the own functions.
  let facts: [BodyFacts]
  /// Of every function.
  let signatures: [FunctionSignatures.Signature]

  /// Functions are read again when something new is known of functions that they call, so often at
  /// most; what is not settled by then is unknown.
  private static let rounds = 4

  /// More bodies lower the global and set it back than do anything else with it.
  var looksLikeStackPointer: Bool {
    var usual = 0
    for facts in facts where facts.setsStackPointer {
      let isUsual = !facts.hasUnknownFrame && !facts.hasUnknownEffect && facts.netEffect == 0
      usual += isUsual ? 1 : -1
    }
    return usual >= 0
  }

  init(
    _ module: WasmModule, stackPointer: StackPointerGlobal?, referenceCells: UInt8
  ) throws(TraceError) {
    var isAligned = stackPointer?.top.map { $0 % 16 == 0 } ?? false
    while true {
      var work = BodyWork(
        scan: BodyScan(
          module, stackPointer: stackPointer?.index, stackIsAligned: isAligned,
          referenceCells: referenceCells))
      try work.readAll()
      for _ in 0..<BodyScans.rounds where !work.changed.isEmpty { try work.readAgain() }
      work.giveUpChanging()
      if isAligned, work.facts.contains(where: \.breaksAlignment),
        work.facts.contains(where: \.reliesOnAlignment)
      {
        isAligned = false
        continue
      }
      var facts = work.facts
      let scan = work.scan
      signatures = scan.functionTypes.map { scan.signatures[$0] }
      graph = BodyScans.graph(work, module, &facts)
      self.facts = facts
      return
    }
  }

  /// Adds a node for each set of functions that an indirect call may reach.
  private static func graph(
    _ work: BodyWork, _ module: WasmModule, _ facts: inout [BodyFacts]
  ) -> CallGraph {
    let scan = work.scan
    let tables = TableContents(module, scan.signatures, scan.functionTypes, scan.indirect)
    let functionCount = scan.functionTypes.count
    var (starts, edges) = work.edges()
    let nowhere = Int32(clamping: functionCount + tables.sets.count)
    for own in facts.indices {
      let function = scan.importCount + own
      let range = Int(starts[function])..<Int(starts[function + 1])
      var selfCalls: [Int] = []
      for index in range {
        let target = Int(edges[index].target)
        if target >= functionCount {
          let set = tables.setOfGroup[target - functionCount]
          edges[index].target = Int32(clamping: functionCount + Int(set))
        } else if target == function {
          selfCalls.append(index)
        }
      }
      guard !selfCalls.isEmpty, KnownRecursion.callsItselfOnce(own, in: module) else { continue }
      for index in selfCalls { edges[index].target = nowhere }
      facts[own].activations = 2
    }
    for members in tables.sets + [[]] {
      for function in members {
        edges.append(CallGraph.Edge(target: function))
        // Whoever calls it through a table does not know that it moves the stack pointer.
        let own = Int(function) - scan.importCount
        if own >= 0, facts[own].netEffect != 0 { facts[own].hasUnknownEffect = true }
      }
      starts.append(Int32(clamping: edges.count))
    }
    return CallGraph(
      functionCount: functionCount, importCount: scan.importCount,
      callingBack: module.imports.callingBack, starts: starts, edges: edges)
  }
}

extension [Import] {
  /// For each imported function whether it may call functions of the module: those of WASI do not.
  fileprivate var callingBack: [Bool] {
    compactMap { entry in
      guard case .function = entry.kind else { return nil }
      return !entry.module.hasPrefix("wasi_")
    }
  }
}
