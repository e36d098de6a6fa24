import MemtraceTestSupport
import Testing

/// What the commands print of two recorded runs: WASI threads in AOT code, and three instances.
@Suite struct RecordedGoldenTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var recording: String
    var arguments: String
    var golden: String

    init(_ recording: String, _ arguments: String, _ golden: String) {
      self.recording = recording
      self.arguments = arguments
      self.golden = "\(recording).\(golden)"
    }

    var testDescription: String { golden }
  }

  static let cases = ["main-aot__threads_wat", "main-fast__instances"].flatMap { recording in
    let peak = "peak run.zst --by category,thread,instance"
    return [
      Case(recording, peak, "peak-by-all.text"),
      Case(recording, peak + " --format json", "peak-by-all.json"),
      Case(recording, "sites run.zst --top 20", "sites.text"),
      Case(recording, "explain run.zst", "explain.text"),
      Case(recording, "threads run.zst", "threads.text"),
    ]
  }

  @Test(arguments: cases)
  func `a command prints its golden`(_ golden: Case) throws {
    let run = try #require(RecordedRun.all.first { $0.name == golden.recording })
    let place = try Workplace()
    // One store holds both, as a user has them.
    try place.makeOnce(["run.zst"], as: [run.log, run.dump]) {
      try place.succeed(
        "ingest", Samples.path(run.log), Samples.path(run.dump), "-o", "run.zst")
    }
    let words = golden.arguments.split(separator: " ").map(String.init)
    expectGolden(try place.succeed(arguments: words).output, golden.golden)
  }
}
