import TraceModel
import WasmBinary

/// The execution environment, threads, and what host functions need for a while.
///
/// Sources: core/iwasm/common/wasm_exec_env.c, core/iwasm/libraries/thread-mgr/thread_manager.c,
/// core/iwasm/libraries/lib-wasi-threads/lib_wasi_threads_wrapper.c,
/// core/iwasm/libraries/libc-wasi/libc_wasi_wrapper.c.
extension RunAllocations {
  mutating func execute() {
    createExecEnv(.execEnv)
    createCluster()
    let threads = threadCount
    for _ in 0..<threads { createThread() }
    // Threads that wait for each other.
    if threads > 0 {
      sequence.allocate(structs.waitAddress, .threads)
      for _ in 0..<threads { sequence.allocate(structs.waitNode, .threads) }
    }
    callHost()
    keepCallStack()
  }

  private var threadCount: Int64 { min(max(0, build.configuration.threads), 1000) }

  /// The end of `_start`, or `proc_exit`, is an exception, whose frames are kept: at least four.
  private mutating func keepCallStack() {
    guard build.features.has("DUMP_CALL_STACK"),
      rules.hasThreadManager || importedFunctionNames.contains("proc_exit")
    else { return }
    sequence.allocate(4 * structs.keptFrame, .hostCalls)
  }

  /// The start function and the constructors run in an environment that ends with them.
  mutating func runStartFunction() {
    guard hasStartFunction else { return }
    let blocks = createExecEnv(.execEnv) + createCluster()
    for block in blocks.reversed() { sequence.free(block, .execEnv) }
  }

  /// `execute_post_instantiate_functions`: a start function, the constructors of a module without
  /// WASI, `_initialize` of one with WASI.
  private var hasStartFunction: Bool {
    let start: UInt32?
    let exports: [Export]
    let importedCount: Int
    let hasWasi: Bool
    switch inputs.module {
    case .bytecode(let module, _):
      (start, exports) = (module.start, module.exports)
      importedCount = module.importedFunctionTypes.count
      hasWasi = module.imports.contains { $0.module.hasPrefix("wasi_") }
    case .aot(let module):
      (start, exports) = (module.start, module.exports)
      importedCount = module.importedFunctions.count
      hasWasi = module.importedFunctions.contains { $0.module.hasPrefix("wasi_") }
    }
    if let start, start >= importedCount { return true }
    let names = ["__post_instantiate", hasWasi ? "_initialize" : "__wasm_call_ctors"]
    return exports.contains { $0.kind == .function && names.contains($0.name) }
  }

  @discardableResult
  private mutating func createExecEnv(
    _ purpose: AllocationPurpose
  ) -> [AllocationSequence.Block] {
    let stack = min(max(0, build.stackBytes), 1 << 40)
    var blocks = [sequence.allocate(build.profile.execEnv + stack, purpose)]
    // The arguments of a native call: 64 words.
    if build.features.has("AOT") { blocks.append(sequence.allocate(256, purpose)) }
    return blocks
  }

  @discardableResult
  private mutating func createCluster() -> [AllocationSequence.Block] {
    guard rules.hasThreadManager else { return [] }
    var blocks = [sequence.allocate(structs.cluster, .threads)]
    // lib-pthread cuts the aux stack into equal parts, whose tops it keeps.
    if !build.features.has("LIB_WASI_THREADS"), hasAuxiliaryStack {
      blocks.append(sequence.allocate(4 * 8, .threads))
      blocks.append(sequence.allocate(4, .threads))
    }
    return blocks
  }

  private var hasAuxiliaryStack: Bool {
    switch inputs.module {
    case .bytecode(let module, _): AuxiliaryLayout(module) != nil
    case .aot(let module): module.auxiliary.stackBottom != nil
    }
  }

  private mutating func createThread() {
    instantiate(isThread: true)
    sequence.allocate(structs.threadStart, .threads)
    createExecEnv(.threads)
    let start = sequence.allocate(structs.nativeThreadStart, .threads)
    sequence.free(start, .threads)
  }

  /// What the imported host functions need while they run, at most one at a time; the numbers of
  /// buffers are those that wasi-libc passes, doubled.
  private mutating func callHost() {
    var bytes = Int64(0)
    let names = importedFunctionNames
    func need(_ name: String, _ size: Int64) {
      if names.contains(name) { bytes = max(bytes, size) }
    }
    need("args_get", pointer * Int64(inputs.launch.arguments.count + 1))
    need("environ_get", pointer * Int64(inputs.launch.environment.count + 1))
    for name in ["fd_read", "fd_write", "fd_pread", "fd_pwrite"] { need(name, 4 * 2 * pointer) }
    need("poll_oneoff", 2 * 64)
    // A path's copy and the files that are opened on its way.
    for name in names where name.hasPrefix("path_") { need(name, 4 * structs.fileObject + 512) }
    if bytes > 0 {
      let block = sequence.allocate(bytes, .hostCalls)
      sequence.free(block, .hostCalls)
    }
    // The list of threads that `_start`'s end goes through.
    if rules.hasThreadManager {
      let list = sequence.allocate(
        pointer * (threadCount + 1), .hostCalls, optional: true)
      sequence.free(list, .hostCalls)
    }
  }

  private var importedFunctionNames: Set<String> {
    switch inputs.module {
    case .bytecode(let module, _):
      Set(
        module.imports.compactMap { entry in
          if case .function = entry.kind { entry.name } else { nil }
        })
    case .aot(let module): Set(module.importedFunctions.map(\.name))
    }
  }
}
