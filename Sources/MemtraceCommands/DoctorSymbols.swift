import TraceModel
import TraceReport
import TraceSymbols

/// The names in a program: whether stacks will be readable, and whose allocator it uses.
struct DoctorSymbols {
  let program: ExecutableFacts
  let symbols: ProgramSymbols

  private static let allocators: [(symbol: String, name: String)] = [
    ("mallctl", "jemalloc"), ("je_mallctl", "jemalloc"), ("_rjem_mallctl", "jemalloc"),
    ("tc_malloc", "tcmalloc"), ("MallocExtension_ReleaseFreeMemory", "tcmalloc"),
    ("mi_malloc", "mimalloc"), ("sn_malloc", "snmalloc"), ("rpmalloc", "rpmalloc"),
  ]
  private static let sanitizers: [(symbol: String, library: String, name: String)] = [
    ("__asan_init", "libasan.so", "AddressSanitizer"),
    ("__tsan_init", "libtsan.so", "ThreadSanitizer"),
    ("__msan_init", "libmsan.so", "MemorySanitizer"),
    ("__lsan_init", "liblsan.so", "LeakSanitizer"),
    ("__hwasan_init", "libhwasan.so", "HWAddressSanitizer"),
  ]
  private static let ownHeaps: [(symbol: String, name: String)] = [
    ("runtime.mallocgc", "Go"), ("caml_alloc_shr", "OCaml"), ("GC_malloc", "the Boehm collector"),
  ]

  init(_ program: ExecutableFacts) throws(TraceError) {
    self.program = program
    var names: Set<String> = ["malloc", "free"]
    names.formUnion(DoctorSymbols.allocators.map(\.symbol))
    names.formUnion(DoctorSymbols.sanitizers.map(\.symbol))
    names.formUnion(DoctorSymbols.ownHeaps.map(\.symbol))
    names.formUnion(DoctorRuntime.names)
    symbols = try ProgramSymbols(path: program.path, names: names)
  }

  /// What they mean; `isRuntime`: WAMR is linked into the program.
  func findings(isRuntime: Bool) -> [Finding] {
    [names(isRuntime), allocator, sanitizer].compactMap { $0 }
  }

  /// Whether its functions have names in the file itself or on this machine.
  var hasFunctions: Bool {
    program.hasSymbolTable || symbols.hasDebugInfo || symbols.debugFile != nil
      || symbols.hasMiniDebugInfo
  }

  private func names(_ isRuntime: Bool) -> Finding {
    guard hasFunctions else {
      var why = "Call stacks will be addresses in the module instead of functions."
      if isRuntime {
        why +=
          " The attribution rules know WAMR's parts by their functions: only what mappings "
          + "show will have a category."
      }
      return Finding(
        "symbols", isRuntime ? .problem : .note, "the program has no symbols", why: why,
        remedy: "record a build that is not stripped, best with -g, or install its debug symbols")
    }
    let origin = symbols.debugFile.map { " from \($0)" } ?? ""
    guard symbols.hasDebugInfo else {
      let isMini = symbols.hasMiniDebugInfo && !program.hasSymbolTable
      return Finding(
        "symbols", .ok,
        "function names\(origin)\(isMini ? " from .gnu_debugdata" : ""), no line numbers (-g)")
    }
    return Finding("symbols", .ok, "functions and line numbers\(origin)")
  }

  private var allocator: Finding? {
    if symbols.defined.contains("malloc") {
      let known = DoctorSymbols.allocators.first { symbols.defined.contains($0.symbol) }?.name
      guard sanitizerName == nil else { return nil }
      return Finding(
        "allocator", .problem,
        "the program has a malloc of its own\(known.map { " (\($0))" } ?? "")",
        why: "Its calls are bound to that one and never reach the recorder: only its mappings are "
          + "seen.",
        remedy: "record a build that uses malloc of the C library or of a shared "
          + "\(known ?? "allocator") library")
    }
    if let heap = DoctorSymbols.ownHeaps.first(where: { symbols.defined.contains($0.symbol) }) {
      return Finding(
        "allocator", .note, "the program has a heap of its own (\(heap.name))",
        why: "Its blocks are cut from mappings without calling malloc: the mappings are seen, the "
          + "blocks in them are not.",
        remedy: "use the heap profiler of its run-time system for what lies inside")
    }
    return nil
  }

  private var sanitizerName: String? {
    DoctorSymbols.sanitizers.first { sanitizer in
      symbols.defined.contains(sanitizer.symbol)
        || program.neededLibraries.contains { $0.hasPrefix(sanitizer.library) }
    }?.name
  }

  private var sanitizer: Finding? {
    guard let name = sanitizerName else { return nil }
    return Finding(
      "sanitizer", .problem, "the program is built with \(name)",
      why: "Its run-time library replaces malloc, wants to be loaded first and adds memory of its "
        + "own.",
      remedy: "record a build without -fsanitize")
  }
}
