import MemtraceTestSupport
import TraceIngest
import TraceModel

/// What the dump reader makes of a capture.
struct ConsumptionDumpReading: Sendable {
  /// Of every capture of the corpus, by name: several tests look at all of them.
  static let captures = Result {
    try PackedSamples.captures.get().mapValues { try ConsumptionDumpReading($0) }
  }

  var snapshots: [Snapshot] = []
  var lines: [CaptureLine] = []
  /// The first line of each record, in the order handed on.
  var order: [Int] = []
  var diagnostics: [Diagnostic] = []
  var labels: [RunLabel] = []
  var isIncomplete = false
  var error: TraceError?

  var complete: [Snapshot] { snapshots.filter(\.isComplete) }

  init(sample name: String, isStrict: Bool = false) throws {
    try self.init(path: Samples.path("dumps/\(name).txt"), isStrict: isStrict)
  }

  init(_ text: String, isStrict: Bool = false) throws {
    try self.init(Array(text.utf8), isStrict: isStrict)
  }

  init(_ bytes: [UInt8], isStrict: Bool = false) throws {
    let file = try TemporaryFile(bytes)
    try self.init(path: file.path, isStrict: isStrict)
  }

  private init(path: String, isStrict: Bool) throws {
    var input = LineBlocks(try InputFile(path: path))
    var context = ReadContext(source: 0, file: "capture", firstEvent: 0, isStrict: isStrict)
    var records: [TraceRecord] = []
    do {
      try ConsumptionDumpReader().read(&input, context: &context) { records.append($0) }
    } catch let caught as TraceError {
      error = caught
    }
    for record in records {
      switch record {
      case .snapshot(let snapshot):
        snapshots.append(snapshot)
        order.append(snapshot.line)
      case .captureLine(let line):
        lines.append(line)
        order.append(line.lineNumber)
      default: break
      }
    }
    diagnostics = context.diagnostics.diagnostics
    labels = context.labels
    isIncomplete = context.isIncomplete
  }

  func hasDiagnostic(_ words: String) -> Bool {
    diagnostics.contains { $0.message.contains(words) }
  }
}

extension CaptureLine {
  var lineNumber: Int {
    switch self {
    case .loader(let memory): memory.line
    case .process(let sample): sample.line
    case .fileRead(let file): file.line
    case .heapCreated(let heap): heap.line
    case .heapStatistics(let statistics): statistics.line
    }
  }
}

/// A dump's lines as WAMR prints them, for tests that need their own.
enum DumpLines {
  /// The texts of a dump; all sums hold.
  static func texts(
    stack: Int = 65536,
    module: Int = 100,
    header: Bool = true,
    nativeLeft: String = "8000",
    appHeapUsed: String = "0"
  ) -> [String] {
    (header ? ["Memory consumption summary (bytes):"] : []) + [
      "WASM module memory consumption, total size: \(module + 20)",
      "    module struct size: \(module)", "    types size: 1", "    imports size: 2",
      "    funcs size: 3", "    tables size: 4", "    memories size: 5", "    globals size: 0",
      "    exports size: 0", "    table segs size: 0", "    data segs size: 5",
      "    const strings size: 0", "WASM module inst memory consumption, total size: 65936",
      "    module inst struct size: 0", "    memories size: 65928", "        app heap size: 0",
      "    tables size: 8", "    functions size: 0", "    globals size: 0",
      "    exports size: 0", "Exec env memory consumption, total size: \(stack + 272)",
      "    exec env struct size: 272", "    stack size: \(stack)",
      "Total memory consumption of module, module inst and exec env: "
        + "\(module + 20 + 65936 + stack + 272)",
      "Total interpreter stack used: 16", "Total aux stack used: no enough info to profile",
      "Native stack left: \(nativeLeft)", "Total app heap used: \(appHeapUsed)",
    ]
  }

  static func plain(_ texts: [String]) -> String { texts.map { $0 + "\n" }.joined() }

  static func logged(_ texts: [String], thread: String) -> String {
    texts.map { prefix(thread) + $0 + "\n" }.joined()
  }

  static func prefix(_ thread: String) -> String { "[01:02:03:004 - \(thread)]: " }
}
