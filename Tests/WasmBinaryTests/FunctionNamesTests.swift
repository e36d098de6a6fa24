import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// Names of functions, whatever is left of them.
@Suite struct FunctionNamesTests {
  private static func module(_ name: String) throws -> WasmModule {
    try WasmModule(bytes: try PackedSamples.module(name), file: name)
  }

  @Test func `the name section comes first`() throws {
    let names = FunctionNames(try FunctionNamesTests.module("stack-virtual.wasm"))
    #expect(
      (0..<5).map { names.label($0) } == [
        "run(S&)", "_start", "C::C(int)", "A::f(int)", "B::f(int)",
      ])
    #expect(names.name(5) == nil)
    #expect(names.label(5) == "function 5")
    #expect(names.name(-1) == nil)
  }

  @Test func `without it exports and imports have names`() throws {
    let module = try FunctionNamesTests.module("hello_hb_strip.wasm")
    let names = FunctionNames(module)
    #expect(names.name(0) == "wasi_snapshot_preview1.args_get")
    let start = Int(try #require(module.export("_start", .function)).index)
    #expect(names.name(start) == "_start")
    #expect(names.label(start + 1) == "function \(start + 1)")
  }

  @Test func `a broken name section loses names, nothing else`() throws {
    let module = try FunctionNamesTests.module("stack-straight.wasm")
    let section = try #require(module.customSections.first { $0.name == "name" })
    for place in section.content {
      var bytes = module.bytes
      bytes[place] = 0xFF
      let names = FunctionNames(try WasmModule(bytes: bytes, file: "broken"))
      for index in 0..<4 { #expect(!names.label(index).isEmpty) }
    }
  }

  @Test func `the stack pointer is found by its name`() throws {
    #expect(
      try FunctionNamesTests.module("stack-straight.wasm").global(named: "__stack_pointer") == 0)
    #expect(try FunctionNamesTests.module("hello_hb.wasm").global(named: "__stack_pointer") == nil)
  }
}
