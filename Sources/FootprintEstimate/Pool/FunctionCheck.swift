import TraceModel
import WasmBinary

/// The loader's short-lived buffers while it checks functions, and what it keeps of each.
struct FunctionCheck {
  private let rules: PoolRules
  private let structs: PoolStructs
  private let isFast: Bool
  private let repeatsChecks: Bool
  private var trace: FunctionTrace
  /// What was done for functions before: the same steps leave the heap as they found it.
  private var known: Set<[LoaderStep]> = []

  init(
    _ module: WasmModule, rules: PoolRules, structs: PoolStructs, isFast: Bool, repeatsChecks: Bool
  ) {
    self.repeatsChecks = repeatsChecks
    self.rules = rules
    self.structs = structs
    self.isFast = isFast
    trace = FunctionTrace(module, rules: rules, isFast: isFast)
  }

  mutating func run(
    _ index: Int, code: FastFunctionCode?, _ sequence: inout AllocationSequence
  ) {
    let detail = sequence.detail
    let isFollowed = detail > .permanent && trace.workLeft > 0
    if isFollowed { _ = trace.run(index) } else { sequence.leaveOut() }
    guard isFast else {
      if isFollowed { checkClassic(&sequence) }
      return
    }
    let codeBytes = Int64(code?.codeBytes ?? 0)
    let counted = code?.constantCells ?? (isFollowed ? trace.constants.cellCount : 0)
    let cells = Int64(min(max(0, counted), 1 << 32))
    guard isFollowed else {
      sequence.allocateUnlessEmpty(codeBytes, .compiledCode)
      sequence.allocateUnlessEmpty(4 * cells, .constants)
      return
    }
    let isGrouped = detail < .all || trace.steps.count > FunctionCheck.longTrace
    compile(
      isGrouped ? group(trace.steps, &sequence) : trace.steps, codeBytes: codeBytes,
      constantCells: cells, &sequence)
  }

  /// The steps of a function that is not followed step by step.
  private static let longTrace = 50_000

  /// Growth as it is; the places that wait at the same time as one block.
  private func group(
    _ steps: [LoaderStep], _ sequence: inout AllocationSequence
  ) -> [LoaderStep] {
    sequence.leaveOut()
    var open: [Int] = []
    var (waiting, most) = (0, 0)
    for step in steps {
      switch step.kind {
      case .open: open.append(0)
      case .waitForEnd, .waitForElse:
        guard open.indices.contains(step.number) else { continue }
        open[step.number] += 1
        waiting += 1
        most = max(most, waiting)
      case .meetEnd: waiting -= open.popLast() ?? 0
      default: continue
      }
    }
    let place = (structs.branchPatch + 4 + 7) & ~7
    return steps.filter(\.isGrowth) + [LoaderStep(.borrow, most * Int(place))]
  }

  private mutating func checkClassic(_ sequence: inout AllocationSequence) {
    let keeps = trace.steps.contains { $0.kind == .keepLabels }
    guard known.insert(trace.steps).inserted || keeps || repeatsChecks else { return }
    var state = LoaderState(rules: rules, structs: structs, isFast: false, &sequence)
    for step in trace.steps { state.take(step, isSecondPass: false, &sequence) }
    state.end(&sequence)
  }

  /// Two passes: the first one finds the code's size, the second one writes it.
  private mutating func compile(
    _ steps: [LoaderStep], codeBytes: Int64, constantCells: Int64,
    _ sequence: inout AllocationSequence
  ) {
    var state = LoaderState(rules: rules, structs: structs, isFast: true, &sequence)
    for step in steps { state.take(step, isSecondPass: false, &sequence) }
    if codeBytes > 0 {
      sequence.allocate(codeBytes, .compiledCode)
      state.shrinkConstants(trace.constants, &sequence)
      for step in steps where !step.isGrowth {
        state.take(step, isSecondPass: true, &sequence)
      }
    }
    sequence.allocateUnlessEmpty(4 * constantCells, .constants)
    state.end(&sequence)
  }
}
