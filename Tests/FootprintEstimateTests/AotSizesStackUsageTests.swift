import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// Native frames of AOT functions: from wamrc's file, and from code that checks its stack.
@Suite struct AotSizesStackUsageTests {
  private static func usage(_ text: String) throws -> AotStackUsage {
    try AotStackUsage(text: Array(text.utf8), file: "a.su")
  }

  @Test func `a function without checks has one frame`() throws {
    let usage = try AotSizesStackUsageTests.usage(
      "WASM Module:aot_func#0\t24\tstatic\nWASM Module:aot_func#1\t0\tstatic\n")
    #expect(usage.frames.count == 2)
    #expect(usage[0] == AotStackUsage.Frame(bytes: 24))
    #expect(usage.largest == 24)
    #expect(!usage.includesCalls)
  }

  @Test func `a check's frame stands beside that of what it calls`() throws {
    let usage = try AotSizesStackUsageTests.usage(
      """
      WASM Module:aot_func#0\t12\tstatic
      WASM Module:aot_func_internal#0\t60\tdynamic
      a:b:c:aot_func#1\t12\tstatic\r
      other\t99\tstatic

      """)
    #expect(usage[0] == AotStackUsage.Frame(bytes: 60, checkBytes: 12, isDynamic: true))
    #expect(usage[1] == AotStackUsage.Frame(bytes: 12))
    #expect(usage.largest == 72)
  }

  @Test(arguments: [
    ("aot_func#0\t24\tstatic\nnonsense\n", 2, TraceError.Code.malformed),
    ("aot_func#0\tmany\tstatic\n", 1, .malformed), ("", 1, .nothingFound),
    ("main\t16\tstatic\n", 1, .nothingFound),
  ])
  func `what is no such file is refused`(text: String, line: Int, code: TraceError.Code) throws {
    let error = try #require(throws: TraceError.self) { try AotSizesStackUsageTests.usage(text) }
    #expect(error.code == code)
    #expect(error.location?.line == line)
  }

  @Test func `a real file and the code compiled with it agree`() throws {
    let text = try PackedSamples.contents(of: "modules/externals.x86_32.su")
    let usage = try AotStackUsage(text: text, file: "externals.x86_32.su")
    #expect(usage[0] == AotStackUsage.Frame(bytes: 12, checkBytes: 12))
    #expect(usage[1] == AotStackUsage.Frame(bytes: 0, checkBytes: 12))
    // The code adds what it pushes to call others, or the check to call it.
    let checked = try #require(
      AotStackUsage(try AotSizesFieldsTests.module("externals.x86_32.aot")))
    #expect(checked.includesCalls)
    #expect(checked.frames.count == 2)
    for (function, frame) in usage.frames {
      #expect((checked[function]?.bytes ?? -1) >= frame.bytes)
    }
  }

  @Test func `code without checks says nothing of its stack`() throws {
    #expect(AotStackUsage(try AotSizesFieldsTests.module("tiny.aot")) == nil)
    #expect(AotStackUsage(try AotSizesFieldsTests.module("hello_hb.bc1.aot"))?.frames.count == 20)
  }
}
