import MemtraceTestSupport
import Testing

/// A run in `SampleTraces/recordings`: the log that `memtrace record` wrote, and what the program said.
struct RecordedRun: Sendable, CustomTestStringConvertible {
  enum Mode: Sendable {
    case interpreter
    case aot
    /// WAMR's allocator divides a buffer of iwasm's; the trace does not see its blocks.
    case pool
    /// No WAMR.
    case none
  }

  var name: String
  var mode: Mode
  var instances = 1
  var workers = 0
  /// An interpreter with GC: it has types of their own, which the dump leaves out.
  var hasCollector = false
  /// Bytes of the data segments, of which WAMR before 2.3 keeps a copy that the dump leaves out.
  var copiedDataBytes = 0

  var testDescription: String { name }

  static let all = [
    RecordedRun(name: "main-classic__hello_hb", mode: .interpreter),
    RecordedRun(name: "main-fast__reallocgrow", mode: .interpreter),
    RecordedRun(name: "main-fast__threads_wat", mode: .interpreter, workers: 4),
    RecordedRun(name: "main-fast__instances", mode: .interpreter, instances: 3),
    RecordedRun(name: "main-gc__hello_hb", mode: .interpreter, hasCollector: true),
    RecordedRun(name: "main-gc__tiny", mode: .interpreter, hasCollector: true),
    RecordedRun(name: "2.2.0-classic__hello_hb", mode: .interpreter),
    RecordedRun(name: "1.3.3-fast__manyfuncs", mode: .interpreter),
    RecordedRun(name: "main-aot__hello_hb", mode: .aot),
    RecordedRun(name: "main-aot__manyfuncs", mode: .aot),
    RecordedRun(name: "main-aot__threads_wat", mode: .aot, workers: 4),
    RecordedRun(name: "main-aot__instances", mode: .aot, instances: 3),
    RecordedRun(name: "main-aot_nohw__hello_hb", mode: .aot),
    RecordedRun(name: "2.2.0-aot__mallocheavy", mode: .aot, copiedDataBytes: 2232),
    RecordedRun(name: "main-pool__hello_hb", mode: .pool),
    RecordedRun(name: "none__python3", mode: .none),
    RecordedRun(name: "none__four_threads", mode: .none, workers: 4),
  ]

  static let wamr = all.filter { $0.mode != .none }

  var log: String { "recordings/\(name).log.zst" }
  var dump: String { "recordings/\(name).txt" }
}

extension Workplace {
  /// Ingests a recording's log into `run.zst`, and the dump of the same run into `dump.zst`.
  func ingest(_ run: RecordedRun) throws {
    try ingestLog(of: run)
    try succeed("ingest", Samples.path(run.dump), "-o", "dump.zst")
  }

  func ingestLog(of run: RecordedRun) throws {
    try makeOnce(["run.zst"], as: [run.log]) {
      try succeed("ingest", Samples.path(run.log), "-o", "run.zst")
    }
  }

  /// The rows of a peak without those that lie inside another.
  func peakRows(
    _ arguments: String...
  ) throws -> (bytes: Int, rows: [JSONNode]) {
    let outcome = try succeed(arguments: ["peak"] + arguments + ["--format", "json"])
    let peak = try JSONNode(outcome.output)
    let rows = (peak["rows"]?.elements ?? []).filter {
      $0["container"] == .null || $0["container"] == nil
    }
    return (try #require(peak["peakBytes"]?.integer), rows)
  }

  /// Bytes of each category.
  func categories(_ arguments: String...) throws -> [String: Int] {
    let outcome = try succeed(arguments: ["peak"] + arguments + ["--format", "json"])
    var bytes: [String: Int] = [:]
    for row in try JSONNode(outcome.output)["rows"]?.elements ?? []
    where row["container"] == .null {
      bytes[try #require(row["category"]?.string), default: 0] += row["bytes"]?.integer ?? 0
    }
    return bytes
  }
}
