package import TraceModel
import WasmBinary

/// A module analysed for one run: everything that an estimate and its tables are made of.
package struct ModuleAnalysis {
  package let file: ModuleFile
  package let build: RuntimeBuild
  let loaded: LoadedModule
  /// What the fast interpreter makes of each own function; empty in other modes.
  let compiled: [FastFunctionCode]
  /// Of bytecode.
  let depth: StackDepth?
  /// Frames of compiled code, where the file or a table of wamrc's gives them.
  let nativeFrames: AotStackUsage?
  let entries: [Int]
  let labels: FunctionLabels

  /// Reads every function of the module.
  ///
  /// `entries` are exported functions; none stands for what WAMR calls. `stackUsage` is the table
  /// that `wamrc --stack-usage` wrote.
  package init(
    _ file: ModuleFile, run: RunConfiguration, profiles: [StructProfile] = StructProfile.all,
    entries names: [String] = [], stackUsage: AotStackUsage? = nil
  ) throws(TraceError) {
    self.file = file
    build = try file.build(run, profiles: profiles)
    switch file {
    case .wasm(let module):
      let build = build
      // Each reads every instruction, and neither needs the other.
      let (depth, (code, compiled)) = try Concurrently.both {
        () throws(TraceError) -> StackDepth in
        try StackDepth(
          module, referenceCells: build.features.has("GC") ? UInt8(build.pointerBytes / 4) : 1)
      } and: { () throws(TraceError) -> (CodeFacts, [FastFunctionCode]) in
        (try CodeFacts(module), try ModuleAnalysis.compiled(module, build: build))
      }
      self.compiled = compiled
      entries = try depth.entries(names)
      self.depth = depth
      loaded = LoadedModule(
        module, code: code, compiledBytes: compiled.reduce(0) { $0 + Int64($1.bytes) },
        stackPointer: depth.stackPointer, build: build)
      nativeFrames = stackUsage
      labels = FunctionLabels(module)
    case .aot(let module):
      compiled = []
      depth = nil
      entries = []
      loaded = LoadedModule(module, build: build)
      nativeFrames = stackUsage ?? AotStackUsage(module)
      labels = FunctionLabels(module)
    }
  }

  private static func compiled(
    _ module: WasmModule, build: RuntimeBuild
  ) throws(TraceError) -> [FastFunctionCode] {
    guard build.mode == .fast else { return [] }
    do {
      return try FastInterpreterCode.sizes(
        of: module, rules: FastCodeRules(build.version), build: FastCodeBuild(build))
    } catch  where build.features.has("GC") && error.code == .malformed {
      // Code with garbage-collected references is not modelled; 4 times its size is usual elsewhere.
      return module.bodies.map {
        FastFunctionCode(codeBytes: 4 * $0.code.count, constantCells: 0, isGuessed: true)
      }
    }
  }

  /// `launch` is what the embedder passes to the run; `withPool` answers how large a pool for the
  /// global heap must be.
  package func estimate(
    launch: PoolLaunch = PoolLaunch(arguments: ["app"]), withPool: Bool = false
  ) -> Estimate {
    var estimator = FootprintEstimator(loaded, build: build, fileBytes: Int64(file.byteCount))
    let inputs = poolInputs(estimator, launch: launch)
    let sequence = RunAllocations.sequence(inputs)
    estimator.heapPeakBytes = HeapUse(sequence).peakBytes
    estimator.isCodeGuessed = compiled.contains(where: \.isGuessed)
    estimator.shadowStack = shadowStack
    estimator.operandStack = operandStack
    estimator.nativeStack = nativeStack
    var estimate = estimator.estimate()
    if withPool {
      let answer = PoolEstimate(
        sequence: sequence, layout: inputs.emsLayout, assumptions: inputs.assumptions)
      estimate.pool = answer?.pool
      estimate.assumptions +=
        answer?.assumptions ?? [
          "no pool can be large enough: the allocator manages less than 1 GiB"
        ]
    }
    return estimate
  }

  private func poolInputs(
    _ estimator: FootprintEstimator, launch: PoolLaunch
  ) -> PoolInputs {
    let module: PoolInputs.Module
    switch file {
    case .wasm(let wasm):
      module = .bytecode(wasm, compiled: build.mode == .fast ? compiled : nil)
    case .aot(let aot): module = .aot(aot)
    }
    return PoolInputs(
      module: module, build: build, fileBytes: Int64(file.byteCount),
      memories: estimator.memories,
      instanceBytes: build.mode == .aot ? nil : estimator.fields[.instanceStruct],
      launch: launch)
  }
}

extension FastCodeBuild {
  fileprivate init(_ build: RuntimeBuild) {
    let anyAddress: [Target.Architecture] = [.x86_64, .x86_32, .aarch64]
    self.init(
      pointerBytes: Int(build.pointerBytes),
      allowsUnalignedAccess: anyAddress.contains(build.target.architecture),
      hasTailCalls: build.features.has("TAIL_CALL"))
  }
}
