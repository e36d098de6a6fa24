import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// Broken function bodies: sizes or an error with a place in the file, never a trap or a long wait.
@Suite struct FastInterpreterHostileTests {
  private static let samples = FastInterpreterTruth.modules.filter { $0.hasPrefix("fast-") }
  private static let versions = ["main", "2.2.0", "1.3.3", "1.2.3", "12-30-2021"]

  /// Opcodes that change the blocks, the stack or what is alive.
  private static let opcodes: [UInt8] = [
    0x00, 0x02, 0x03, 0x04, 0x05, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x1A, 0x1B, 0x1C, 0x20,
    0x21, 0x22, 0x24, 0x41, 0x6A, 0xD1, 0xFC, 0xFD, 0xFE,
  ]

  @Test(arguments: SeededGenerator.seeds(6))
  func `changed bodies do not trap`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for name in FastInterpreterHostileTests.samples {
      let module = try FastInterpreterTruth.read(name)
      for _ in 0..<20 {
        var bytes = module.bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let body = try #require(module.bodies.randomElement(using: &random))
          let place = try #require(body.code.randomElement(using: &random))
          bytes[place] =
            Bool.random(using: &random)
            ? UInt8.random(in: 0...255, using: &random)
            : try #require(FastInterpreterHostileTests.opcodes.randomElement(using: &random))
        }
        guard let broken = try? WasmModule(bytes: bytes, file: name) else { continue }
        let version = try #require(
          FastInterpreterHostileTests.versions.randomElement(using: &random))
        FastInterpreterHostileTests.check(broken, try #require(WamrVersion(version)))
      }
    }
  }

  private static func check(_ module: WasmModule, _ version: WamrVersion) {
    do {
      let sizes = try FastInterpreterCode.sizes(
        of: module, rules: FastCodeRules(version), build: FastCodeBuild(pointerBytes: 8))
      #expect(sizes.count == module.bodies.count)
    } catch {
      #expect(error.location?.file == module.file)
      #expect(error.location?.byteOffset ?? .max <= UInt64(module.bytes.count))
    }
  }

  private static func sizes(_ body: [UInt8]) throws -> [FastFunctionCode] {
    let module = try WasmModule(bytes: FastInterpreterTruth.module(body), file: "made")
    return try FastInterpreterCode.sizes(
      of: module, rules: FastCodeRules(.main), build: FastCodeBuild(pointerBytes: 8))
  }

  @Test func `the error names the instruction that does not fit`() throws {
    // The body begins at offset 22: no locals, nop, nop, i32.add.
    let error = #expect(throws: TraceError.self) {
      try FastInterpreterHostileTests.sizes([0, 0x01, 0x01, 0x6A, 0x0B])
    }
    #expect(error?.location == SourceLocation(file: "made", byteOffset: 25))
    #expect(error?.message.contains("i32") == true)
  }

  @Test(
    arguments: [
      // Without an end; an end too many; an else alone; a branch out of the function; no local.
      [0, 0x02, 0x40, 0x0B], [0, 0x0B, 0x0B], [0, 0x05, 0x0B], [0, 0x0C, 0x01, 0x0B],
      [0, 0x20, 0x00, 0x0B],
    ] as [[UInt8]])
  func `broken blocks, branches and locals are errors`(body: [UInt8]) {
    #expect(throws: TraceError.self) { try FastInterpreterHostileTests.sizes(body) }
  }

  @Test func `a stack that is looked through over and over is given up`() {
    // Each change looks through 20,000 operands, and five million steps are too many.
    let many = Array(repeatElement([0x20, 0x01] as [UInt8], count: 20_000).joined())
    let changes = Array(
      repeatElement([0x20, 0x00, 0x21, 0x00] as [UInt8], count: 1000).joined())
    let error = #expect(throws: TraceError.self) {
      try FastInterpreterHostileTests.sizes([1, 2, 0x7F] + many + changes)
    }
    #expect(error?.code == .limitExceeded)
  }

  @Test func `a stack deeper than the loader's is an error`() {
    let error = #expect(throws: TraceError.self) {
      try FastInterpreterHostileTests.sizes(
        [1, 1, 0x7F] + Array(repeatElement([0x20, 0x00] as [UInt8], count: 70_000).joined()))
    }
    #expect(error?.code == .malformed)
  }
}
