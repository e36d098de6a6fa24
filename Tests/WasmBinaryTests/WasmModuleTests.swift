import Testing
import TraceModel
import WasmBinary

/// Modules written by hand, byte by byte.
@Suite struct WasmModuleTests {
  private static let header: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]

  private static func section(_ id: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [id, UInt8(payload.count)] + payload
  }

  private func module(_ sections: [UInt8]...) throws -> WasmModule {
    try WasmModule(
      bytes: WasmModuleTests.header + sections.flatMap(\.self), file: "hand.wasm")
  }

  private func failure(_ bytes: [UInt8]) throws -> TraceError {
    try #require(throws: TraceError.self) { try WasmModule(bytes: bytes, file: "hand.wasm") }
  }

  @Test func `a module without sections is empty`() throws {
    let module = try module()
    #expect(module.sections.isEmpty)
    #expect(module.functions.isEmpty)
  }

  @Test func `a memory has limits, may be shared and have 64-bit addresses`() throws {
    let module = try module(
      WasmModuleTests.section(5, [3, 0x00, 0x02, 0x03, 0x01, 0x10, 0x05, 0x01, 0x80, 0x80, 0x04]))
    #expect(module.memories.map(\.limits.minimum) == [2, 1, 1])
    #expect(module.memories.map(\.limits.maximum) == [nil, 16, 65_536])
    #expect(module.memories.map(\.isShared) == [false, true, false])
    #expect(module.memories.map(\.is64Bit) == [false, false, true])
  }

  @Test func `types of the garbage-collection proposal are passed over`() throws {
    let module = try module(
      WasmModuleTests.section(
        1,
        [
          0x02,
          // A recursion group: a subtype that is a struct of an i32 and a packed i8, and an array.
          0x4E, 0x02, 0x50, 0x00, 0x5F, 0x02, 0x7F, 0x01, 0x78, 0x00, 0x5E, 0x64, 0x00, 0x01,
          // A function that takes a reference to the first.
          0x60, 0x01, 0x63, 0x00, 0x01, 0x7E,
        ]))
    #expect(module.types.count == 3)
    #expect(module.types[0] == .aggregate(fields: 2))
    #expect(module.types[1] == .aggregate(fields: 1))
    #expect(
      module.functionType(2)
        == FunctionType(parameters: [.nullableReference], results: [.i64]))
  }

  @Test func `constant expressions add, subtract and multiply`() throws {
    let module = try module(
      WasmModuleTests.section(
        6, [1, 0x7F, 0x00, 0x41, 0x0A, 0x41, 0x03, 0x6B, 0x41, 0x06, 0x6C, 0x0B]))
    #expect(module.globals[0].initial == .number(42))
  }

  @Test func `a negative constant keeps its bits`() throws {
    let module = try module(WasmModuleTests.section(6, [1, 0x7F, 0x00, 0x41, 0x7F, 0x0B]))
    #expect(module.constant(ofGlobal: 0) == .max)
  }

  @Test func `element segments come in eight kinds`() throws {
    let offset: [UInt8] = [0x41, 0x00, 0x0B]
    let expression: [UInt8] = [0xD2, 0x05, 0x0B]
    let segments: [[UInt8]] = [
      [0] + offset + [1, 5],
      [1, 0, 1, 5],
      [2, 1] + offset + [0, 1, 5],
      [3, 0, 1, 5],
      [4] + offset + [1] + expression,
      [5, 0x70, 1] + expression,
      [6, 1] + offset + [0x70, 1] + expression,
      [7, 0x70, 1] + expression,
    ]
    let module = try module(
      WasmModuleTests.section(9, [UInt8(segments.count)] + segments.flatMap(\.self)))
    #expect(module.elements.allSatisfy { $0.functions == [5] })
    let active = SegmentMode.active(index: 0, offset: .number(0))
    let other = SegmentMode.active(index: 1, offset: .number(0))
    #expect(
      module.elements.map(\.mode) == [
        active, .passive, other, .declarative, active, .passive, other, .declarative,
      ])
  }

  @Test func `an error names the offset`() throws {
    let error = try failure(WasmModuleTests.header + [0x05, 0x03, 0x01, 0x00])
    #expect(error.code == .truncated)
    #expect(error.location?.byteOffset == 8)
    #expect(error.location?.file == "hand.wasm")
  }

  @Test func `a count without the bytes behind it allocates nothing`() throws {
    let error = try failure(
      WasmModuleTests.header + WasmModuleTests.section(1, [0xFF, 0xFF, 0x3F]))
    #expect(error.message == "1048575 types; at most 1000000")
    let few = try failure(WasmModuleTests.header + WasmModuleTests.section(3, [0x64, 0x00]))
    #expect(few.message == "100 functions in 1 bytes")
  }

  @Test func `an integer of too many bits is refused`() throws {
    let error = try failure(
      WasmModuleTests.header + WasmModuleTests.section(8, [0xFF, 0xFF, 0xFF, 0xFF, 0x1F]))
    #expect(error.message == "an integer that does not fit in 32 bits")
    #expect(error.location?.byteOffset == 10)
  }

  @Test func `sections in the wrong order are refused`() throws {
    let memory = WasmModuleTests.section(5, [0])
    let error = try failure(WasmModuleTests.header + memory + memory)
    #expect(error.message == "the memory section stands twice or in the wrong place")
  }

  @Test func `bytes behind the last entry are refused`() throws {
    let error = try failure(WasmModuleTests.header + WasmModuleTests.section(5, [0, 0]))
    #expect(error.message == "1 bytes are left in the memory section")
  }

  @Test func `a component says what it is`() throws {
    let error = try failure([0x00, 0x61, 0x73, 0x6D, 0x0D, 0x00, 0x01, 0x00])
    #expect(error.code == .unsupportedVersion)
    #expect(error.message == "a component, not a module")
  }
}
