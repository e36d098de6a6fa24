package import TraceModel
package import WasmBinary

/// Static bounds of what a module's calls need of stacks: the C shadow stack in linear memory, an
/// interpreter's operand stack, the native stack of compiled code.
package struct StackDepth: Sendable {
  package let stackPointer: StackPointerGlobal?
  package let graph: CallGraph
  /// The C shadow stack as WAMR counts it: the lowest value that the stack pointer is set to.
  package let shadow: StackUse
  private let module: WasmModule
  /// Of the own functions.
  private let facts: [BodyFacts]
  private let signatures: [FunctionSignatures.Signature]

  /// Reads every body; an instruction that cannot be read is an error with its offset.
  ///
  /// `referenceCells`: cells of a reference on the operand stack, 1 but in builds with garbage
  /// collection, where it is a pointer.
  package init(_ module: WasmModule, referenceCells: UInt8 = 1) throws(TraceError) {
    let global = StackPointerGlobal(module)
    var scan = try BodyScans(module, stackPointer: global, referenceCells: referenceCells)
    // A global that merely stands where linkers put the stack pointer, but is not used as one.
    var used = global
    if let global, !global.isCertain, !scan.looksLikeStackPointer {
      scan = try BodyScans(module, stackPointer: nil, referenceCells: referenceCells)
      used = nil
    }
    stackPointer = used
    self.module = module
    graph = scan.graph
    facts = scan.facts
    signatures = scan.signatures
    let imports = graph.importCount
    var own = [Int64](repeating: 0, count: graph.nodeCount)
    var isUnknown = [Bool](repeating: false, count: graph.nodeCount)
    // A second activation lies below the first.
    var extra: [Int: Int64] = [:]
    for (index, facts) in facts.enumerated() {
      if facts.activations > 1, facts.shadowBytes > 0 {
        extra[imports + index] = Int64(facts.shadowBytes) * Int64(facts.activations - 1)
      }
      own[imports + index] = Int64(facts.shadowBytes) * Int64(facts.activations)
      isUnknown[imports + index] = facts.isUnknown
    }
    let below = extra
    shadow = StackUse(graph, own: own, isUnknown: isUnknown) { node, edge in
      Int64(edge.shadowBytes) + (below.isEmpty ? 0 : below[node] ?? 0)
    }
  }

  /// Where runs begin: the named exports; else the start function and `_start`, or, without that one,
  /// `_initialize` and every other export that the embedder can call.
  package func entries(_ names: [String] = []) throws(TraceError) -> [Int] {
    guard names.isEmpty else {
      var result: [Int] = []
      for name in names {
        guard let export = module.export(name, .function) else {
          throw TraceError(
            .nothingFound, "no function is exported as \(name)",
            at: SourceLocation(file: module.file))
        }
        result.append(Int(export.index))
      }
      return result
    }
    let start = module.start.map { [Int($0)] } ?? []
    let exported = module.exports.filter { $0.kind == .function }
    if exported.contains(where: { $0.name == "_start" }) {
      // What WAMR calls by itself when it instantiates (core/iwasm/interpreter/wasm_runtime.c).
      let called: Set<String> = ["_start", "__wasm_call_ctors", "__post_instantiate"]
      return start + exported.filter { called.contains($0.name) }.map { Int($0.index) }
    }
    return start
      + exported.filter { !StackDepth.stackFunctions.contains($0.name) }.map { Int($0.index) }
  }

  /// Exports of Emscripten that move the stack pointer on behalf of the host.
  private static let stackFunctions: Set<String> = [
    "stackSave", "stackAlloc", "stackRestore", "setStackLimits", "_emscripten_stack_alloc",
    "_emscripten_stack_restore", "emscripten_stack_init", "emscripten_stack_set_limits",
    "emscripten_stack_get_current", "emscripten_stack_get_base", "emscripten_stack_get_end",
    "emscripten_stack_get_free",
  ]

  /// A stack with a frame of its own for each active function: an interpreter's, or native code's.
  ///
  /// `frame` gives a function's bytes by its index, imported ones included; nil where they are not
  /// known. A tail call gives its frame back. `indirectBytes`: what an indirect call takes by itself.
  package func frames(
    indirectBytes: Int64 = 0, _ frame: (Int) -> Int64?
  ) -> StackUse {
    var frames = [Int64](repeating: 0, count: graph.nodeCount)
    var own = frames
    var isUnknown = [Bool](repeating: false, count: graph.nodeCount)
    for function in 0..<graph.functionCount {
      let bytes = frame(function)
      frames[function] = min(max(0, bytes ?? 0), StackDepth.largestFrame)
      if function >= graph.importCount {
        frames[function] *= Int64(facts[function - graph.importCount].activations)
      }
      own[function] = frames[function]
      isUnknown[function] = bytes == nil
    }
    for group in graph.functionCount..<graph.nodeCount {
      frames[group] = min(max(0, indirectBytes), StackDepth.largestFrame)
      own[group] = frames[group]
    }
    let weights = frames
    return StackUse(graph, own: own, isUnknown: isUnknown) { node, edge in
      edge.isTail ? 0 : weights[node]
    }
  }

  /// Far above any stack, so that no sum overflows.
  private static let largestFrame: Int64 = 1 << 40

  /// One row for each function, imported ones first.
  package func functions() -> [FunctionStack] {
    (0..<graph.functionCount).map { function($0) }
  }

  package func function(_ index: Int) -> FunctionStack {
    var row = FunctionStack(
      index: index, shadowBytes: 0, knownShadowBytes: 0, redZoneBytes: 0,
      parameterCells: Int64(signatures[index].parameterCells),
      resultCells: Int64(signatures[index].resultCells), localCells: 0, operandCells: 0, blocks: 0,
      worstShadowBytes: shadow.bytes(from: index))
    guard index >= graph.importCount else { return row }
    let facts = facts[index - graph.importCount]
    row.knownShadowBytes = Int64(facts.shadowBytes)
    row.shadowBytes = facts.isUnknown ? nil : Int64(facts.shadowBytes)
    row.redZoneBytes = Int64(max(0, facts.redZoneBytes - facts.shadowBytes))
    row.localCells = Int64(facts.localCells)
    row.operandCells = facts.operandCells < 0 ? nil : Int64(facts.operandCells)
    row.blocks = Int64(facts.blocks)
    return row
  }
}
