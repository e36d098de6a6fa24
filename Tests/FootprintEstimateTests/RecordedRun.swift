import Dispatch
import FootprintEstimate
import MemtraceTestSupport
import Synchronization
import Testing
import TraceModel
import WasmBinary

/// A real run of iwasm: its module, its configuration, and what its only dump printed.
struct RecordedRun: CustomTestStringConvertible, Sendable {
  let row: [String: String]
  let module: String
  let run: RunConfiguration
  let profile: StructProfile

  var testDescription: String { row["file"] ?? "" }

  var printed: [SnapshotField: SnapshotValue] { SampleFacts.fields(row) }

  /// Runs that ended well with one dump, of modules and builds that are among the samples.
  static let all: [RecordedRun] = {
    guard let rows = try? SampleFacts.rows.get(), let files = try? PackedSamples.modules.get()
    else { return [] }
    return rows.compactMap { RecordedRun($0, files: files) }
  }()

  private init?(_ row: [String: String], files: [String: [UInt8]]) {
    guard row["rc"] == "0", row["dump_count"] == "1", let command = row["command"],
      command.contains("iwasm"), let name = row["module"], let version = row["version"],
      let config = row["config"]?.split(separator: "-").first,
      let profile = StructProfile.all.first(where: { $0.name == "\(version)-\(config)" })
    else { return nil }
    let module = name.hasSuffix(".aot") ? name : name + ".wasm"
    guard files[module] != nil else { return nil }
    self.row = row
    self.module = module
    self.profile = profile
    var run = RunConfiguration()
    run.wamr = profile.version
    run.features = profile.features
    run.mode = name.hasSuffix(".aot") ? .aot : profile.isClassic ? .classic : .fast
    run.target = Target(profile.features["TARGET"] ?? "x86_64")
    run.stackSize = RecordedRun.option("--stack-size=", in: command)
    run.heapSize = RecordedRun.option("--heap-size=", in: command)
    self.run = run
  }

  private static func option(_ name: String, in command: String) -> Int64? {
    command.split(separator: " ").first { $0.hasPrefix(name) }
      .flatMap { Int64($0.dropFirst(name.count)) }
  }

  func file() throws -> ModuleFile {
    let bytes = try #require(try PackedSamples.modules.get()[module])
    return try ModuleFile(bytes: bytes, file: module)
  }

  /// Each run of ``all`` with its estimate, in order: several tests look at every one of them.
  static let estimates: [(run: RecordedRun, estimate: Result<Estimate, any Error>)] = {
    let runs = all
    let finished = Mutex<[Int: Result<Estimate, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: runs.count) { index in
      let estimate = Result { try runs[index].estimate() }
      finished.withLock { $0[index] = estimate }
    }
    return finished.withLock { estimates in
      runs.indices.compactMap { index in estimates[index].map { (runs[index], $0) } }
    }
  }()

  private func estimate() throws -> Estimate {
    try ModuleAnalysis(try file(), run: run).estimate()
  }
}
