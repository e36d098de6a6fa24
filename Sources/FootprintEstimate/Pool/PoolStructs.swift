import TraceModel

/// Structs of WAMR that no dump shows, so that a profile need not have them.
///
/// Measured with GCC for x86_64 in WAMR 1.3.3, 2.2.0, 2.4.4 and main, in classic, fast and AOT builds;
/// for 32-bit pointers in main. A profile that has a struct of this name overrides it.
struct PoolStructs {
  let build: RuntimeBuild

  private var is64Bit: Bool { build.pointerBytes == 8 }

  private func size(_ name: String, _ wide: Int64, _ narrow: Int64) -> Int64 {
    build.profile.sizes[name] ?? (is64Bit ? wide : narrow)
  }

  // The runtime.
  var nativeSymbolsNode: Int64 { size("NativeSymbolsNode", 32, 20) }
  /// `offsetof(HashMap, elements)`.
  var hashMapHeader: Int64 { is64Bit ? 48 : 24 }
  var mutex: Int64 { size("korp_mutex", 40, 24) }

  // The loader.
  var section: Int64 { size("WASMSection", 32, 16) }
  var aotSection: Int64 { size("AOTSection", 32, 16) }
  var customSection: Int64 { size("WASMCustomSection", 40, 20) }
  /// One open block of a function that is checked.
  var branchBlock: Int64 {
    // Garbage collection keeps which locals are set.
    let isFast = build.mode == .fast || build.features.has("GC")
    return size("BranchBlock", isFast ? 88 : 56, isFast ? 48 : 32)
  }
  var loaderContext: Int64 {
    if build.features.has("GC"), build.mode != .fast { return size("WASMLoaderContext", 144, 88) }
    guard build.mode == .fast else { return size("WASMLoaderContext", 80, 48) }
    return build.version >= PoolRules.v2_3
      ? size("WASMLoaderContext", 192, 124) : size("WASMLoaderContext", 160, 100)
  }
  /// A place in the fast interpreter's code that waits for its label's address.
  var branchPatch: Int64 { size("BranchBlockPatch", 24, 12) }
  /// A constant of a function in versions before 2.3.
  var typedConstant: Int64 { size("Const", 24, 20) }
  /// `offsetof(BrTableCache, br_depths)`.
  var branchTableHeader: Int64 { is64Bit ? 20 : 12 }
  var aotRelocation: Int64 { size("AOTRelocation", 40, 28) }
  var aotRelocationGroup: Int64 { size("AOTRelocationGroup", 24, 16) }
  var gotItem: Int64 { size("GOTItem", 16, 8) }

  /// Which of a module's types are references to others: a hash map of 64 lists.
  var referenceTypes: Int64 { hashMapHeader + 64 * build.pointerBytes }
  /// What garbage collection knows of a type at run time.
  var runtimeType: Int64 { size("WASMRttType", 24, 20) }

  // The instance.
  /// `offsetof(bitmap, map)`.
  var bitmapHeader: Int64 { is64Bit ? 16 : 8 }
  var vector: Int64 { size("Vector", 40, 20) }
  var instantiationArguments: Int64? {
    if build.version >= .main { return size("InstantiationArgs2", 136, 80) }
    return build.version >= PoolRules.v2_4_1 ? size("InstantiationArgs2", 12, 12) : nil
  }

  // WASI.
  var wasiContext: Int64 {
    // Without names that may be looked up.
    build.version < .v1_2 ? size("WASIContext", 64, 32) : size("WASIContext", 88, 44)
  }
  var fileTable: Int64 { size("fd_table", 80, 44) }
  var preopenTable: Int64 { size("fd_prestats", 80, 44) }
  var argumentValues: Int64 { size("argv_environ_values", 64, 32) }
  var addressPool: Int64 {
    build.version < .v1_2 ? size("addr_pool", 16, 12) : size("addr_pool", 32, 28)
  }
  var fileObject: Int64 { size("fd_object", 72, 52) }
  var fileEntry: Int64 { size("fd_entry", 24, 20) }
  var preopen: Int64 { size("fd_prestat", 8, 4) }

  /// One frame of a call stack that is kept when the run ends.
  var keptFrame: Int64 {
    build.version < .v2_0 ? size("WASMCApiFrame", 32, 20) : size("WASMCApiFrame", 56, 32)
  }

  // Threads.
  var cluster: Int64 {
    var bytes: Int64 = is64Bit ? 72 : 48
    // The tops of the parts into which lib-pthread cuts the aux stack, and which are taken.
    if !build.features.has("LIB_WASI_THREADS") { bytes += 2 * build.pointerBytes }
    if build.features.has("DUMP_CALL_STACK") { bytes += vector }
    return build.profile.sizes["WASMCluster"] ?? bytes
  }
  var threadStart: Int64 { size("ThreadStartArg", 16, 12) }
  var waitNode: Int64 { size("AtomicWaitNode", 64, 60) }
  var waitAddress: Int64 { 3 * 8 + size("HashMapElem", 24, 12) }
  var nativeThreadStart: Int64 { build.checksBoundsInHardware ? 24 : 2 * build.pointerBytes }
}
