import TraceModel

/// A configuration fragment with the values of an estimate.
///
/// Sources: apps/interpreters/wamr/Kconfig of NuttX (August 2026), build-scripts/esp-idf/wamr/Kconfig
/// of WAMR (2.4.4, main). Zephyr has no symbols of WAMR: its samples take cmake's options, and sizes
/// from their own sources (product-mini/platforms/zephyr).
struct KconfigSnippet {
  let values: RunValues

  var lines: [String] {
    let head = ["# \(values.subject): from memtrace estimate"] + values.remarks.map { "# \($0)" }
    switch values.platform {
    case "zephyr": return head + zephyr
    case "esp-idf": return head + espIDF
    default: return head + nuttx
    }
  }

  // MARK: NuttX

  private var nuttx: [String] {
    var lines = ["# NuttX, apps/interpreters/wamr", "CONFIG_INTERPRETERS_WAMR=y"]
    if let version = values.wamr {
      let tag = version == .main ? "main" : "WAMR-\(version)"
      lines.append("CONFIG_INTERPRETERS_WAMR_VERSION=\"\(tag)\"")
    }
    switch values.mode {
    case .classic: lines.append("CONFIG_INTERPRETERS_WAMR_CLASSIC=y")
    case .fast: lines.append("CONFIG_INTERPRETERS_WAMR_FAST=y")
    case .aot: lines.append("CONFIG_INTERPRETERS_WAMR_AOT=y")
    case nil: break
    }
    lines += features(KconfigSnippet.nuttxFeatures, "CONFIG_INTERPRETERS_WAMR_")
    if let bytes = values.nativeStackBytes {
      lines.append("CONFIG_INTERPRETERS_WAMR_STACKSIZE=\(bytes)")
    }
    if let pool = values.pool {
      let kibibytes = (pool.minimum.rawValue &+ 1023) / 1024
      lines += [
        "CONFIG_INTERPRETERS_WAMR_GLOBAL_HEAP_POOL=y",
        "# in KB",
        "CONFIG_INTERPRETERS_WAMR_GLOBAL_HEAP_POOL_SIZE=\(kibibytes)",
      ]
    }
    return lines + ["# no symbol has the WASM stack and the app heap: they are iwasm's flags"]
      + (IwasmSnippet(values: values).lines.suffix(1).map { "# \($0)" })
  }

  /// Build options and the ends of their symbols.
  ///
  /// Memory profiling and tracing are left out: they change no struct, and an estimate names them
  /// only because the builds with known struct sizes have them.
  private static let nuttxFeatures: [(option: String, symbol: String)] = [
    ("LIBC_BUILTIN", "LIBC_BUILTIN"), ("LIBC_WASI", "LIBC_WASI"),
    ("MULTI_MODULE", "MULTI_MODULE"), ("MINI_LOADER", "MINILOADER"),
    ("REF_TYPES", "REF_TYPES"), ("GC", "GC"), ("TAIL_CALL", "TAIL_CALL"),
    ("BULK_MEMORY", "BULK_MEMORY"), ("SHARED_MEMORY", "SHARED_MEMORY"),
    ("THREAD_MGR", "THREAD_MGR"), ("LIB_PTHREAD", "LIB_PTHREAD"),
    ("LIB_WASI_THREADS", "LIB_WASI_THREADS"), ("QUICK_AOT_ENTRY", "AOT_QUICK_ENTRY"),
    ("AOT_STACK_FRAME", "AOT_STACK_FRAME"), ("DUMP_CALL_STACK", "DUMP_CALL_STACK"),
    ("PERF_PROFILING", "PERF_PROFILING"), ("LOAD_CUSTOM_SECTION", "LOAD_CUSTOM_SECTIONS"),
    ("CUSTOM_NAME_SECTION", "CUSTOM_NAME_SECTIONS"),
  ]

  // MARK: ESP-IDF

  private var espIDF: [String] {
    var lines = ["# ESP-IDF, component wamr"]
    switch values.mode {
    case .classic: lines += ["CONFIG_WAMR_ENABLE_INTERP=y", "CONFIG_WAMR_INTERP_CLASSIC=y"]
    case .fast: lines += ["CONFIG_WAMR_ENABLE_INTERP=y", "CONFIG_WAMR_INTERP_FAST=y"]
    case .aot: lines.append("CONFIG_WAMR_ENABLE_AOT=y")
    case nil: break
    }
    lines += features(KconfigSnippet.espIDFFeatures, "CONFIG_WAMR_ENABLE_")
    return lines + ["# no symbol has the pool, the WASM stack and the app heap: see --snippet c"]
  }

  private static let espIDFFeatures: [(option: String, symbol: String)] = [
    ("LIB_PTHREAD", "LIB_PTHREAD"), ("LIBC_BUILTIN", "LIBC_BUILTIN"), ("LIBC_WASI", "LIBC_WASI"),
    ("MULTI_MODULE", "MULTI_MODULE"),
    ("PERF_PROFILING", "PERF_PROFILING"), ("REF_TYPES", "REF_TYPES"),
    ("SHARED_MEMORY", "SHARED_MEMORY"),
  ]

  // MARK: Zephyr

  private var zephyr: [String] {
    var lines = ["# Zephyr has no Kconfig symbols of WAMR; its samples take"]
    if let pool = values.pool {
      lines.append("#   west build ... -- \(values.poolOptions(pool.minimum.rawValue))")
    }
    lines.append("# and, in their main.c:")
    let macros = [
      ("CONFIG_APP_STACK_SIZE", values.stackBytes), ("CONFIG_APP_HEAP_SIZE", values.heapBytes),
      ("CONFIG_MAIN_THREAD_STACK_SIZE", values.nativeStackBytes),
    ]
    for (name, bytes) in macros {
      if let bytes { lines.append("#   #define \(name) \(bytes)") }
    }
    return lines
  }

  /// The options that the estimate's build states, as symbols.
  private func features(
    _ symbols: [(option: String, symbol: String)], _ prefix: String
  ) -> [String] {
    symbols.compactMap { option, symbol in
      guard let value = values.features[option] else { return nil }
      return value == "0" ? "# \(prefix)\(symbol) is not set" : "\(prefix)\(symbol)=y"
    }
  }
}
