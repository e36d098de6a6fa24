import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// Modules that nobody would write.
@Suite struct PoolHostileTests {
  /// Modules of one memory and functions of one type, with bodies as they are given.
  private static func module(
    _ bodies: [[UInt8]], type: [UInt8] = [0x60, 0, 0]
  ) throws -> WasmModule {
    func number(_ value: Int) -> [UInt8] {
      var (value, bytes) = (value, [UInt8]())
      repeat {
        bytes.append(UInt8(value & 0x7F) | (value > 0x7F ? 0x80 : 0))
        value >>= 7
      } while value > 0
      return bytes
    }
    func section(_ id: UInt8, _ content: [UInt8]) -> [UInt8] {
      [id] + number(content.count) + content
    }
    var bytes: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    bytes += section(1, [1] + type)
    bytes += section(3, number(bodies.count) + [UInt8](repeating: 0, count: bodies.count))
    bytes += section(5, [1, 0, 1])
    var code = number(bodies.count)
    for body in bodies { code += number(body.count) + body }
    bytes += section(10, code)
    return try WasmModule(bytes: bytes, file: "made.wasm")
  }

  private static func inputs(
    _ module: WasmModule, codeBytes: Int? = nil
  ) throws -> PoolInputs {
    var run = RunConfiguration()
    run.features["FAST_INTERP"] = codeBytes == nil ? "0" : "1"
    let build = try RuntimeBuild(run, mode: codeBytes == nil ? .classic : .fast, target: .x86_64)
    let compiled = codeBytes.map { bytes in
      module.bodies.map { _ in FastFunctionCode(codeBytes: bytes, constantCells: 1) }
    }
    return PoolInputs(
      module: .bytecode(module, compiled: compiled), build: build,
      fileBytes: Int64(module.bytes.count), memories: [], instanceBytes: 500,
      launch: PoolLaunch(arguments: ["made.wasm"]))
  }

  private static func estimate(_ module: WasmModule, codeBytes: Int? = nil) throws -> PoolEstimate {
    let inputs = try inputs(module, codeBytes: codeBytes)
    return try #require(PoolEstimate(inputs))
  }

  @Test func `many functions become fewer events and a little more room`() throws {
    let body: [UInt8] = [0, 0x41, 5, 0x1A, 0x0B]
    let count = 150_000
    let module = try PoolHostileTests.module(Array(repeating: body, count: count))
    let estimate = try PoolHostileTests.estimate(module, codeBytes: 100)
    #expect(estimate.sequence.events.count <= AllocationSequence.limit * 5 / 4)
    #expect(!estimate.sequence.isComplete)
    // Pointer, struct, code and constants of each, with headers.
    let held = Int64(count) * (8 + 104 + 104 + 16 + 48)
    #expect((held...held * 11 / 10).contains(estimate.minimumBytes))
  }

  @Test func `deep blocks and wide tables of branches are followed`() throws {
    let depth = 20_000
    var nested: [UInt8] = [0]
    for _ in 0..<depth { nested += [0x02, 0x40] }
    nested += [UInt8](repeating: 0x0B, count: depth + 1)
    var branches: [UInt8] = [0, 0x02, 0x40, 0x41, 0, 0x0E, 0xA0, 0x9C, 0x01]
    branches += [UInt8](repeating: 0, count: 20_001) + [0x0B, 0x0B]
    for body in [nested, branches] {
      let module = try PoolHostileTests.module([body])
      let fast = try PoolHostileTests.estimate(module, codeBytes: 1000)
      let classic = try PoolHostileTests.estimate(module)
      #expect(fast.minimumBytes > classic.minimumBytes)
      #expect(fast.minimumBytes > 600_000)
    }
  }

  @Test func `a body without its end and sizes beyond all bounds are no trap`() throws {
    let module = try PoolHostileTests.module([[0, 0x41, 5, 0x02, 0x40, 0x0B]])
    var inputs = try PoolHostileTests.inputs(module, codeBytes: Int.max)
    #expect(PoolEstimate(inputs) == nil)
    inputs = try PoolHostileTests.inputs(module, codeBytes: 10)
    inputs.fileBytes = .max
    #expect(PoolEstimate(inputs) == nil)
    inputs.fileBytes = 0
    inputs.instanceBytes = -5
    #expect(PoolEstimate(inputs) != nil)
  }

  @Test(arguments: ["hello_hb_strip.wasm", "multitable.wasm", "threads_wat.wasm", "hello_hb.aot"])
  func `a module with changed bytes has a pool or none`(name: String) throws {
    let original = try PoolSamples.bytes(of: name)
    var random = SeededGenerator(seed: 7)
    var read = 0
    for _ in 0..<Soak.times(50) {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 8..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      var run = RunConfiguration()
      run.features["FAST_INTERP"] = Bool.random(using: &random) ? "0" : "1"
      guard
        let inputs = try? PoolSamples.inputs(
          bytes, name: name, run: run, launch: PoolLaunch(arguments: [name]))
      else { continue }
      read += 1
      _ = PoolEstimate(inputs)
    }
    #expect(read > 5)
  }
}
