import TraceModel

/// A flag or option that changes a category, whatever the run: what is offered where a row has no
/// change of its own.
///
/// Sources: WAMR's doc/memory_usage.md and doc/build_wamr.md, core/config.h, the `--help` of iwasm
/// and wamrc (main, 2.4.4).
struct CategoryOption {
  let category: MemoryCategory
  /// Where it helps; nil for everywhere.
  var modes: Set<StructProfile.Mode>?
  /// Whether it helps depends on the module: an estimate that has read the module says it itself.
  let dependsOnModule: Bool
  let action: String

  private init(
    _ category: MemoryCategory, _ action: String, in modes: Set<StructProfile.Mode>? = nil,
    dependsOnModule: Bool = false
  ) {
    self.category = category
    self.action = action
    self.modes = modes
    self.dependsOnModule = dependsOnModule
  }

  /// The options of a category in a mode; all of them where the mode is not known.
  static func options(
    of category: MemoryCategory, in mode: StructProfile.Mode?, moduleIsKnown: Bool
  ) -> [Estimate.Change] {
    all.filter { option in
      guard option.category == category else { return false }
      guard !(moduleIsKnown && option.dependsOnModule) else { return false }
      guard let mode, let modes = option.modes else { return true }
      return modes.contains(mode)
    }.map { Estimate.Change($0.action, saved: nil) }
  }

  private static let all = [
    CategoryOption(
      .moduleFile, "load with LoadArgs.wasm_binary_freeable and free the buffer (WAMR 2.1)",
      in: [.fast, .aot]),
    CategoryOption(
      .moduleFile, "strip custom sections (wasm-strip, wasm-opt --strip-debug)",
      dependsOnModule: true),
    CategoryOption(
      .module, "build WAMR with WAMR_BUILD_FAST_INTERP=0: no compiled code, but slower",
      in: [.fast]),
    CategoryOption(.module, "leave out functions that are not used (wasm-opt -Oz)"),
    CategoryOption(
      .moduleInstance, "declare a maximum for tables; export only what the host calls"),
    CategoryOption(
      .execEnv, "build WAMR with a smaller BLOCK_ADDR_CACHE_SIZE", in: [.classic]),
    CategoryOption(.wasmStack, "--stack-size=BYTES (stack_size of wasm_runtime_instantiate)"),
    CategoryOption(
      .runtimeOther,
      "build WAMR without what the module does not use (such as WAMR_BUILD_LIBC_WASI)"),
    CategoryOption(
      .aotCode, "wamrc --xip, where the file lies in flash that code can run from", in: [.aot]),
    CategoryOption(.linearMemory, "link with a smaller --initial-memory or --max-memory"),
    CategoryOption(
      .linearMemory,
      "export __heap_base and __data_end: WAMR then shrinks a memory that cannot grow",
      dependsOnModule: true),
    CategoryOption(.auxStack, "link with a smaller -z stack-size"),
    CategoryOption(
      .libcHeap, "link with a smaller --initial-memory, and let malloc grow the memory"),
    CategoryOption(
      .threadAuxStack, "pthread_attr_setstacksize, or link with a smaller -z stack-size"),
    CategoryOption(.appHeap, "--heap-size=BYTES (heap_size of wasm_runtime_instantiate)"),
    CategoryOption(
      .nativeStack, "build WAMR with a smaller APP_THREAD_STACK_SIZE_DEFAULT"),
    CategoryOption(
      .stackGuard, "build WAMR with WAMR_DISABLE_HW_BOUND_CHECK=1: bounds checked by code"),
    CategoryOption(.gcHeap, "--gc-heap-size=BYTES (gc_heap_size of RuntimeInitArgs)"),
    CategoryOption(.sharedHeap, "--shared-heap-size=BYTES (wasm_runtime_create_shared_heap)"),
    CategoryOption(
      .allocatorOverhead, "give WAMR a pool of the size that memtrace estimate --pool says"),
  ]
}
