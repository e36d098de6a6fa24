import TraceModel

/// What of the runtime's allocations depends on the version and the build's options.
///
/// Sources: core/iwasm and core/shared of WAMR 1.3.3, 2.2.0, 2.4.4 and main, and for the versions
/// between them the tags in which a change came.
struct PoolRules {
  let build: RuntimeBuild

  static let v2_2 = WamrVersion("2.2.0") ?? .v2_0
  static let v2_3 = WamrVersion("2.3.0") ?? .v2_4
  static let v2_4_1 = WamrVersion("2.4.1") ?? .v2_4

  /// The loader enlarges a buffer where it lies; before 2.3 it made a new one and copied.
  var reallocatesInPlace: Bool { build.version >= PoolRules.v2_3 }

  /// The fast interpreter keeps constants in one array for each width; before 2.3 in one list.
  var sortsConstants: Bool { build.version >= PoolRules.v2_3 }

  /// An `if` without `else` is given one.
  var addsMissingElse: Bool { build.version >= (WamrVersion("2.1.0") ?? .v2_0) }

  /// More than 32 exports are sorted in a buffer of their own.
  var checksDuplicateExports: Bool { build.version >= PoolRules.v2_2 }

  /// Instances note which passive segments were dropped.
  var marksDroppedSegments: Bool { build.version >= (WamrVersion("1.3.0") ?? .v2_0) }

  var hasThreadManager: Bool {
    ["LIB_WASI_THREADS", "LIB_PTHREAD", "THREAD_MGR"].contains { build.features.has($0) }
  }

  var hasSharedMemory: Bool {
    hasThreadManager || build.features.has("SHARED_MEMORY")
  }

  /// Each function's cells are kept, so that frames can be laid out.
  var keepsAotCells: Bool {
    build.version >= .v2_0
      && ["DUMP_CALL_STACK", "PERF_PROFILING", "GC", "AOT_STACK_FRAME"]
        .contains { build.features.has($0) }
  }

  /// Elements of a table: function indices in 1.x, pointers since.
  var tableElement: Int64 { build.version < .v2_0 ? 4 : build.pointerBytes }

  /// Whether linear memory is a block of the global heap: where `os_mmap` is a plain allocation from
  /// it, and in versions before 2.0 wherever pages are not reserved to check bounds.
  func takesLinearMemory(isShared: Bool) -> Bool {
    if build.platform.mapsFromGlobalHeap { return true }
    guard build.version < .v2_0, !build.checksBoundsInHardware else { return false }
    // Shared memory can be mapped by an option of its own.
    return !(isShared && build.features.has("SHARED_MEMORY_MMAP"))
  }

  /// AOT code and data are blocks of the global heap where `os_mmap` is a plain allocation from it.
  var takesAotSections: Bool { build.platform.mapsFromGlobalHeap }
}
