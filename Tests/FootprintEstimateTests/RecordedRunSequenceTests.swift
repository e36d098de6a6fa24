import Foundation
import FootprintEstimate
import MemtraceTestSupport
import Testing

/// Recorded runs of WAMR against what its loader and instantiation ask for by the source code.
///
/// WAMR's dump leaves out part of both, of AOT modules most: cells of each function's frame, marks of
/// dropped segments, function types of the instance, its list of frames. The sequence has every block.
@Suite struct RecordedRunSequenceTests {
  /// A recording in `SampleTraces/recordings`, and how its WAMR was built and called.
  struct Run: Sendable, CustomTestStringConvertible {
    var recording: String
    var build: String
    var module: String
    var options: [String] = ["heap=0"]
    var features: String?

    var testDescription: String { recording }
  }

  private static let runs = [
    Run(recording: "main-classic__hello_hb", build: "main-classic", module: "hello_hb.wasm"),
    Run(recording: "main-fast__reallocgrow", build: "main-fast", module: "reallocgrow.wasm"),
    Run(recording: "main-fast__threads_wat", build: "main-fast", module: "threads_wat.wasm"),
    Run(recording: "main-aot__hello_hb", build: "main-aot", module: "hello_hb.aot"),
    Run(recording: "main-aot__manyfuncs", build: "main-aot", module: "manyfuncs.aot"),
    Run(recording: "main-aot__threads_wat", build: "main-aot", module: "threads_wat.aot"),
    Run(recording: "main-aot_nohw__hello_hb", build: "main-aot_nohw", module: "hello_hb.bc1.aot"),
    Run(
      recording: "main-fast__instances", build: "main-fast", module: "lib_exports.wasm",
      options: ["heap=16384"]),
    Run(
      recording: "main-aot__instances", build: "main-aot", module: "lib_exports.aot",
      options: ["heap=16384"]),
    Run(recording: "main-gc__hello_hb", build: "main-gc", module: "hello_hb.wasm"),
    Run(recording: "main-gc__tiny", build: "main-gc", module: "tiny.wasm"),
    Run(recording: "2.2.0-classic__hello_hb", build: "2.2.0-classic", module: "hello_hb.wasm"),
    Run(
      recording: "2.2.0-aot__mallocheavy", build: "2.2.0-aot", module: "mallocheavy.w220.aot"),
    Run(recording: "1.3.3-fast__manyfuncs", build: "1.3.3-fast", module: "manyfuncs.wasm"),
  ]

  @Test(arguments: runs)
  func `modules and instances of a run hold what the source says, to the byte`(_ run: Run) throws {
    let inputs = try PoolSamples.inputs(
      build: run.build, module: run.module, options: run.options, features: run.features)
    let live = RecordedRunSequenceTests.live(at: inputs.allEvents)
    let trace = try RecordedRunSequenceTests.peak(of: run.recording)
    let module = live.filter { $0.phase == .loading }.reduce(0) { $0 + Int($1.size) }
    let instance = live.filter {
      $0.phase == .instantiation && ![.wasi, .linearMemory, .collectedHeap].contains($0.purpose)
    }.reduce(0) { $0 + Int($1.size) }
    #expect(trace.module == module)
    // With GC, functions of one type share what the sequence has for each function in a table.
    let types = live.filter { $0.phase == .instantiation && $0.purpose == .types }.map(\.size)
    let shared = instance - (trace.instances.first ?? 0)
    let isTypes = types.contains { shared % Int($0) == 0 && shared < types.count * Int($0) }
    #expect(shared == 0 || isTypes)
  }

  /// Every block that is held before the entry is called.
  static func live(
    at sequence: AllocationSequence
  ) -> [AllocationSequence.Event] {
    var blocks: [AllocationSequence.Block: AllocationSequence.Event] = [:]
    for event in sequence.events where event.phase < .execution {
      switch event.operation {
      case .allocate, .allocateOptionally: blocks[event.block] = event
      case .reallocate: blocks[event.block]?.size = event.size
      case .free, .freeIfGiven: blocks[event.block] = nil
      }
    }
    return blocks.values.filter { $0.size > 0 }
  }

  /// Bytes of the module and of each instance, in order, at a recording's peak.
  private static func peak(
    of recording: String
  ) throws -> (module: Int, instances: [Int]) {
    let folder = try TemporaryFolder()
    let log = Samples.path("recordings/\(recording).log.zst")
    let ingest = try ProgramUnderTest.run(["ingest", log, "-o", "run.zst"], in: folder.path)
    try #require(ingest.exitCode == 0, "\(ingest.errors)")
    let outcome = try ProgramUnderTest.run(
      ["peak", "run.zst", "--by", "category,instance", "--format", "json"], in: folder.path)
    try #require(outcome.exitCode == 0, "\(outcome.errors)")
    let peak = try JSONDecoder().decode(Peak.self, from: Data(outcome.outputBytes))
    let instances = peak.rows.filter { $0.category == "module-instance" }
    return (
      peak.rows.filter { $0.category == "module" }.reduce(0) { $0 + $1.bytes },
      instances.sorted { $0.number < $1.number }.map(\.bytes)
    )
  }

  private struct Peak: Decodable {
    struct Row: Decodable {
      var category: String
      var instance: String?
      var bytes: Int

      var number: Int { instance.flatMap { Int($0) } ?? 0 }
    }

    var rows: [Row]
  }
}
