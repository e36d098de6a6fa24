import Glibc
import TraceModel
import TraceReport
import TraceSymbols

/// A WAMR in a program: what its build prints and hides.
struct DoctorRuntime {
  /// The symbols that tell builds apart.
  static let names: Set<String> = [
    "wasm_runtime_load", "wasm_runtime_instantiate", "wasm_runtime_dump_mem_consumption",
    "global_heap_buf", "aot_load_from_aot_file", "wasm_loader_load",
  ]

  /// How a build prints its dumps (WAMR's main since pull request 4896 logs them at level 4).
  private enum Dumps {
    case never
    case always
    case logged
  }

  private let target: DoctorTarget
  /// The file that WAMR is in: the program, or libiwasm.so.
  private let file: String
  private let isStripped: Bool
  private let defined: Set<String>
  private let dumps: Dumps

  /// Nil where the program has no WAMR.
  init?(_ target: DoctorTarget, _ own: DoctorSymbols) throws(TraceError) {
    self.target = target
    let program = target.program
    var file = program.path
    var symbols = own.symbols
    var hasFunctions = own.hasFunctions
    let library = program.neededLibraries.first { $0.hasPrefix("libiwasm.so") }
    if let library, let path = DoctorLibraries.path(of: library, for: program.path) {
      file = path
      symbols = try ProgramSymbols(path: path, names: DoctorRuntime.names)
      hasFunctions = symbols.functionCount > 0
    }
    let texts = try ProgramTexts(path: file)
    let isLinked =
      symbols.defined.contains("wasm_runtime_load")
      || symbols.defined.contains("wasm_runtime_instantiate")
    guard isLinked || library != nil || texts.contains("WASM module instantiate failed") else {
      return nil
    }
    self.file = file
    defined = symbols.defined
    isStripped = !hasFunctions
    if let around = texts.neighbours(of: "Memory consumption summary (bytes):") {
      let isPrinted = around.behind == UInt8(ascii: "\n") || around.before == UInt8(ascii: "\n")
      dumps = isPrinted ? .always : .logged
    } else {
      dumps = .never
    }
  }

  var findings: [Finding] {
    [profiling, logLevel, globalHeap, module].compactMap { $0 }
  }

  // MARK: Findings

  private var profiling: Finding {
    guard dumps != .never else {
      return Finding(
        "memory-profiling", .note, "\(file): WAMR without memory profiling",
        why: "It prints no memory-consumption dumps, so that a recording cannot be compared with "
          + "them; the recording itself does not need them.",
        remedy: "build WAMR with -DWAMR_BUILD_MEMORY_PROFILING=1")
    }
    return Finding("memory-profiling", .ok, "\(file): WAMR with memory profiling")
  }

  private var isIwasm: Bool {
    var name = DoctorTarget.name(of: target.program.path)
    if !name.hasPrefix("iwasm") { name = DoctorTarget.name(of: target.command.first ?? "") }
    return name.hasPrefix("iwasm") && target.scripts.isEmpty
  }

  private var logLevel: Finding? {
    guard dumps == .logged else { return nil }
    let why = "This WAMR writes its dumps to the log at level 4 (verbose), and the default is 2."
    guard isIwasm else {
      return Finding(
        "log-level", .note, "the dumps need log level 4", why: why,
        remedy: "call wasm_runtime_set_log_level(WASM_LOG_LEVEL_VERBOSE) before it runs")
    }
    let levels = options.filter { $0.hasPrefix("-v=") }.map { Int($0.dropFirst(3)) ?? 0 }
    guard let level = levels.last, level >= 4 else {
      let found = levels.last.map { "-v=\($0)" } ?? "no -v option"
      return Finding(
        "log-level", .note, "\(found): the dumps are not printed", why: why,
        remedy: "give iwasm -v=4 before the module")
    }
    return Finding("log-level", .ok, "-v=\(level) prints the dumps")
  }

  private var globalHeap: Finding? {
    guard defined.contains("global_heap_buf") else { return nil }
    return Finding(
      "global-heap", .note, "WAMR's global heap is one static buffer (pool mode)",
      why: "Blocks inside it are cut by WAMR's own allocator, which a recorder does not see: the "
        + "buffer is one block of the program's data.",
      remedy: "build with -DWAMR_BUILD_GLOBAL_HEAP_POOL=0 to see each block, or compare with the "
        + "dumps")
  }

  /// The file that iwasm is told to run.
  private var module: Finding? {
    guard isIwasm, let path = modulePath else { return nil }
    let magic = DoctorFile.bytes(path, atMost: 4)
    guard !magic.isEmpty else {
      return Finding(
        "module", .problem, "\(path) cannot be read",
        why: "iwasm ends without running anything.", remedy: "give the path of a module")
    }
    let isAot = magic.elementsEqual("\0aot".utf8)
    guard isAot || magic.elementsEqual("\0asm".utf8) else {
      return Finding(
        "module", .problem, "\(path) is neither bytecode nor an AOT file",
        why: "iwasm ends without running anything.",
        remedy: "give a .wasm or .aot file; text needs wat2wasm first")
    }
    let loader = isAot ? "aot_load_from_aot_file" : "wasm_loader_load"
    guard isStripped || defined.contains(loader) else {
      return Finding(
        "module", .problem,
        "\(path) is \(isAot ? "an AOT file" : "bytecode"), which this WAMR cannot load",
        why: "The build has no \(isAot ? "AOT loader" : "interpreter").",
        remedy: isAot
          ? "build with -DWAMR_BUILD_AOT=1, or give the .wasm file"
          : "build with -DWAMR_BUILD_INTERP=1, or compile the module with wamrc")
    }
    return Finding("module", .ok, "\(path) is \(isAot ? "an AOT file" : "bytecode")")
  }

  // MARK: iwasm's arguments

  /// The options before the module, without the name behind `-f`.
  private var options: [String] { split.options }

  private var modulePath: String? { split.module }

  /// The module is the first word that is neither an option nor an option's value.
  private var split: (options: [String], module: String?) {
    var options: [String] = []
    var words = target.arguments
    while let word = words.first, word.hasPrefix("-") {
      options.append(word)
      words = words.dropFirst(["-f", "--function"].contains(word) ? 2 : 1)
    }
    return (options, words.first)
  }
}
