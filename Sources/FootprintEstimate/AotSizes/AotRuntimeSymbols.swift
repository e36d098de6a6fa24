package import TraceModel

/// How many functions a runtime offers to AOT code, which its version and build options decide.
///
/// Source: `REG_COMMON_SYMBOLS` in core/iwasm/aot/aot_reloc.h and `target_sym_map` in
/// core/iwasm/aot/arch/aot_reloc_*.c of every release from WAMR-12-30-2021 to WAMR-2.4.5 and main;
/// the options' defaults in build-scripts and product-mini/platforms/linux/CMakeLists.txt.
package enum AotRuntimeSymbols {
  /// The functions of a build for this processor; 0 where the number plays no role because its AOT
  /// code has no jumps to them.
  package static func count(
    version: WamrVersion, features: BuildFeatures, target: Target, objectFlags: UInt32? = nil
  ) -> Int64 {
    guard let stub = AotStub(target, objectFlags: objectFlags) else { return 0 }
    return AotRuntimeSymbols.common(version) + optional(version, features)
      + arithmetic(of: stub, version)
  }

  /// The bytes of the jumps that the loader appends to code that is not executed in place.
  package static func pltBytes(
    version: WamrVersion, features: BuildFeatures, target: Target, objectFlags: UInt32? = nil
  ) -> Int64 {
    guard let stub = AotStub(target, objectFlags: objectFlags) else { return 0 }
    let count = count(
      version: version, features: features, target: target, objectFlags: objectFlags)
    return stub.bytes * count
  }

  /// A number that holds from a release on.
  typealias Since = (version: String, count: Int64)

  static func value(_ table: [Since], in version: WamrVersion) -> Int64 {
    var value: Int64 = 0
    for entry in table {
      guard let since = WamrVersion(entry.version), since <= version else { break }
      value = entry.count
    }
    return value
  }

  /// In every build; up to 1.3 the intrinsics are among them.
  private static func common(_ version: WamrVersion) -> Int64 {
    value(
      [
        ("12-30-2021", 68), ("05-18-2022", 69), ("1.0.0", 73), ("1.1.2", 83), ("1.2.0", 85),
        ("1.3.1", 86), ("2.0.0", 24),
      ], in: version)
  }

  private static func optional(_ version: WamrVersion, _ features: BuildFeatures) -> Int64 {
    let options = AotBuildOptions(version: version, features: features)
    var count: Int64 = 0
    if options.hasBulkMemory { count += 2 }
    if options.hasSharedMemory { count += 2 }
    if options.hasReferenceTypes { count += 5 }
    if options.hasFrames { count += value([("12-30-2021", 2), ("2.0.0", 3)], in: version) }
    if options.has("STATIC_PGO") { count += value([("1.2.3", 2)], in: version) }
    if options.hasIntrinsics { count += value([("2.0.0", 62), ("2.3.0", 66)], in: version) }
    if options.hasGarbageCollection { count += value([("2.0.0", 11)], in: version) }
    if options.has("STRINGREF") { count += value([("2.0.0", 20)], in: version) }
    if options.has("SHARED_HEAP") { count += value([("2.4.0", 1)], in: version) }
    return count
  }

  /// What the processor computes in functions of the compiler's library.
  private static func arithmetic(of stub: AotStub, _ version: WamrVersion) -> Int64 {
    switch stub {
    case .x86_64, .aarch64: 0
    case .arm:
      value(
        [("12-30-2021", 77), ("1.1.2", 80), ("1.3.0", 81), ("2.1.1", 95), ("2.1.2", 96)],
        in: version)
    case .thumb: value([("12-30-2021", 81), ("2.1.2", 96), ("main", 100)], in: version)
    case .thumbV6:
      value([("12-30-2021", 81), ("1.0.0", 65), ("2.1.2", 80), ("main", 84)], in: version)
    case .riscv64(.double):
      value([("12-30-2021", 11), ("1.1.2", 10), ("1.2.3", 9), ("1.3.1", 0)], in: version)
    case .riscv64(.single):
      value(
        [("12-30-2021", 11), ("1.1.2", 10), ("1.2.3", 9), ("1.3.1", 20), ("2.1.2", 22)],
        in: version)
    case .riscv64(.none):
      value(
        [
          ("12-30-2021", 11), ("1.1.2", 32), ("1.2.0", 36), ("1.3.0", 41), ("1.3.1", 35),
          ("2.1.2", 37),
        ], in: version)
    }
  }
}

/// The build options that AOT code meets, with what WAMR's CMake files make of them and of their
/// absence.
struct AotBuildOptions {
  private let features: BuildFeatures

  init(version: WamrVersion, features: BuildFeatures) {
    var features = features
    features.version = version
    self.features = features
  }

  func has(_ name: String) -> Bool { features.has(name) }

  /// Threads bring shared memory and bulk memory with them.
  private var hasThreads: Bool {
    has("LIB_PTHREAD") || has("LIB_PTHREAD_SEMAPHORE") || has("LIB_WASI_THREADS")
  }

  var hasBulkMemory: Bool { hasThreads || has("BULK_MEMORY") }
  var hasSharedMemory: Bool { hasThreads || has("SHARED_MEMORY") }
  var hasGarbageCollection: Bool { has("GC") || has("STRINGREF") }
  var hasReferenceTypes: Bool { hasGarbageCollection || has("REF_TYPES") }
  var hasIntrinsics: Bool { has("AOT_INTRINSICS") }

  /// Functions that keep a frame for each call.
  var hasFrames: Bool {
    has("PERF_PROFILING") || has("DUMP_CALL_STACK") || has("AOT_STACK_FRAME")
      || hasGarbageCollection
  }
}
