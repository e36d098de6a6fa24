import MemtraceTestSupport
import Testing
import TraceIngest
import TraceModel

/// Captures without a dump say why there is none.
@Suite struct ConsumptionDumpEmptyTests {
  @Test(arguments: [
    ("12-30-2021__classic__tiny", "the capture is empty", "-DWAMR_BUILD_MEMORY_PROFILING=1"),
    ("main__classic-v3__hello_hb", "no lines of the runtime", "iwasm -v=4"),
    ("main__classic-killed__slow", "ends before a dump", "let the run end"),
    ("2.4.4__aot__tiny.aot", "AOT module load failed: unknown binary version", "wamrc"),
    ("main__classic32__mem4g", "WASM module instantiate failed: allocate linear memory", "accepts"),
    ("main__aot-embfreeable__hello_hb.aot", "munmap_chunk(): invalid pointer", "main function"),
    ("12-30-2021__fast__trapper", "no lines of the runtime", "bh_log_set_verbose_level(4)"),
  ])
  func `the reason and a remedy are told`(name: String, reason: String, remedy: String) throws {
    let reading = try ConsumptionDumpReading(sample: name)
    let error = try #require(reading.error)
    #expect(error.code == .nothingFound)
    #expect(error.message.contains(reason))
    #expect(error.remedy?.contains(remedy) == true)
    #expect(reading.snapshots.isEmpty)
  }

  @Test func `a refused module is quoted with its line`() throws {
    let reading = try ConsumptionDumpReading(sample: "main__classic32__mem4g")
    #expect(reading.error?.location?.line == 18)
  }

  @Test func `a part of a block alone is kept as incomplete, whoever printed it`() throws {
    let reading = try ConsumptionDumpReading(
      """
      Memory consumption summary (bytes):
      WASM module memory consumption, total size: 1
          module struct size: 1
      [12:00:00:000 - 7F0000000000]: Total app heap used: 77
      bye

      """
    )
    #expect(reading.error == nil)
    #expect(reading.snapshots.map(\.isComplete) == [false])
    #expect(reading.snapshots.first?.fields == [.moduleTotal: .bytes(1), .moduleStruct: .bytes(1)])
    #expect(reading.hasDiagnostic("which another thread or the application may have printed"))
  }
}
