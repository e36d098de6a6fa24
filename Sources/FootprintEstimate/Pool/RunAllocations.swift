import TraceModel
import WasmBinary

/// Follows a run through WAMR's code and notes what it asks of the global heap.
struct RunAllocations {
  let inputs: PoolInputs
  let build: RuntimeBuild
  let rules: PoolRules
  let structs: PoolStructs
  /// Functions whose check leaves the heap as an earlier one did are noted all the same.
  let repeatsChecks: Bool
  var sequence = AllocationSequence()

  init(_ inputs: PoolInputs, repeatsChecks: Bool) {
    self.inputs = inputs
    self.repeatsChecks = repeatsChecks
    build = inputs.build
    rules = PoolRules(build: inputs.build)
    structs = PoolStructs(build: inputs.build)
  }

  var pointer: Int64 { build.pointerBytes }

  func size(_ name: String) -> Int64 { build.size(name) }

  /// The whole run, up to the entry's return.
  ///
  /// Order: `main` of product-mini/platforms/posix/main.c.
  static func sequence(_ inputs: PoolInputs, repeatsChecks: Bool = false) -> AllocationSequence {
    var run = RunAllocations(inputs, repeatsChecks: repeatsChecks)
    run.initialize()
    run.readFile()
    run.sequence.phase = .loading
    switch inputs.module {
    case .bytecode(let module, let compiled): run.load(module, compiled: compiled)
    case .aot(let module): run.load(module)
    }
    let arguments = run.structs.instantiationArguments.map {
      run.sequence.allocate($0, .instance)
    }
    run.sequence.phase = .instantiation
    run.instantiate(isThread: false)
    run.runStartFunction()
    if let arguments { run.sequence.free(arguments, .instance) }
    run.sequence.phase = .execution
    run.sequence.addReserve()
    run.execute()
    return run.sequence
  }

  /// `wasm_runtime_env_init`.
  private mutating func initialize() {
    sequence.phase = .initialization
    let features = build.features
    var registrations = 0
    // "env", then "wasi_unstable" and "wasi_snapshot_preview1".
    if features.has("LIBC_BUILTIN") { registrations += 1 }
    if features.has("LIBC_WASI") { registrations += 2 }
    for library in ["SHARED_HEAP", "BASE_LIB", "APP_FRAMEWORK"] where features.has(library) {
      registrations += 1
    }
    for _ in 0..<registrations { sequence.allocate(structs.nativeSymbolsNode, .nativeFunctions) }
    if features.has("LIB_PTHREAD") {
      // What is to be called when threads end.
      sequence.allocate(2 * pointer, .runtimeTables)
      sequence.allocate(structs.nativeSymbolsNode, .nativeFunctions)
    }
    if features.has("LIB_WASI_THREADS") {
      // Thread numbers: room for `CLUSTER_MAX_THREAD_NUM`.
      sequence.allocate(4 * 4, .runtimeTables)
      sequence.allocate(structs.nativeSymbolsNode, .nativeFunctions)
    }
    for library in ["LIBC_EMCC", "LIB_RATS"] where features.has(library) {
      sequence.allocate(structs.nativeSymbolsNode, .nativeFunctions)
    }
    // Waiting threads, then external references: hash maps of 32 lists with a lock.
    if rules.hasSharedMemory {
      sequence.allocate(structs.hashMapHeader + 32 * pointer + structs.mutex, .runtimeTables)
    }
    if build.features.has("REF_TYPES"), !features.has("GC") {
      sequence.allocate(structs.hashMapHeader + 32 * pointer, .runtimeTables)
    }
  }

  /// `bh_read_file_to_buffer`; iwasm copies a file that is executed in place to pages of its own.
  private mutating func readFile() {
    sequence.phase = .file
    guard inputs.launch.readsFileIntoPool else { return }
    let buffer = sequence.allocate(inputs.fileBytes, .moduleFile)
    guard case .aot(let module) = inputs.module, module.target.isExecutedInPlace else { return }
    if rules.takesAotSections { sequence.allocate(inputs.fileBytes, .moduleFile) }
    sequence.free(buffer, .moduleFile)
  }
}
