import Foundation
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// One `.wasm` file, compiled by the wamrc of many releases: what is read is what its text says.
@Suite struct AotLayoutTests {
  /// The file's version and the layout's releases, by the wamrc that made it.
  static let releases: [(wamrc: String, version: UInt32, layout: AotLayout)] = [
    ("05-18-2022", 3, .release1), ("1.0.0", 3, .release1), ("1.2.3", 3, .release1),
    ("1.3.3", 3, .release1), ("2.0.0", 3, .release2), ("2.2.0", 3, .release2),
    ("2.3.1", 4, .release2), ("2.4.0", 4, .release2_4), ("2.4.4", 5, .release2_4),
    ("main", 6, .release2_4),
  ]

  static let targets = [
    "externals.x86_32.aot", "externals.thumbv7.xip.aot", "externals.aarch64_be.aot",
    "externals.coff.aot", "externals.xip.aot", "externals.checked.aot",
  ]

  @Test(arguments: releases)
  func `a release's file has that release's layout`(
    wamrc: String, version: UInt32, layout: AotLayout
  ) throws {
    let module = try AotFactsTests.module("externals.\(wamrc).aot")
    #expect(module.version == version)
    #expect(module.layout == layout)
    #expect((module.target.features == nil) == !layout.isRelease2)
    #expect(module.functions.allSatisfy { ($0.stackCells == nil) == !layout.isRelease2 })
  }

  @Test(arguments: releases.map { "externals.\($0.wamrc).aot" } + targets)
  func `every entity is that of the module's text`(file: String) throws {
    let module = try AotFactsTests.module(file)
    let i32 = ValueType.i32
    #expect(
      module.types.map(\.function) == [
        FunctionType(parameters: [.i32, .i64], results: [.f32]),
        FunctionType(parameters: [i32], results: [i32]), FunctionType(parameters: [], results: []),
      ])
    #expect(module.importedGlobals.map(\.module) == ["env"])
    #expect(module.importedGlobals.map(\.name) == ["base"])
    #expect(module.importedGlobals.map(\.type.value) == [i32])
    #expect(module.importedGlobals.map(\.type.isMutable) == [false])
    #expect(module.importedFunctions.map(\.name) == ["f"])
    #expect(module.importedFunctions.map(\.typeIndex) == [0])
    #expect(module.globals.map(\.type.value) == [.i64, .f32, .f64, i32, .funcref, .externref])
    #expect(module.globals.map(\.type.isMutable) == [false, false, false, true, false, false])
    #expect(
      module.globals.map(\.initial) == [
        .number(0x1_2345_6789), .number(UInt64(Float(1.5).bitPattern)),
        .number(2.5.bitPattern), .global(0), .function(1), .null,
      ])
    // The imported table stands among the own ones, with room to grow.
    #expect(module.tables.map(\.element) == [.funcref, .externref])
    #expect(module.tables.map(\.minimum) == [2, 4])
    #expect(module.memories.map(\.initialPages) == [1])
    #expect(module.exports.map(\.name) == ["h"])
    #expect(module.exports.map(\.kind) == [.function])
    #expect(module.exports.map(\.index) == [1])
    #expect(module.start == 2)
    #expect(module.functions.map(\.typeIndex) == [1, 2])
    if module.layout.isRelease2 {
      #expect(module.functions.map(\.localCells) == [1, 2])
    }
  }

  @Test(arguments: releases.map { "externals.\($0.wamrc).aot" } + targets)
  func `segments go where the module's text says`(file: String) throws {
    let module = try AotFactsTests.module(file)
    #expect(module.elementSegments.map(\.functions) == [[1, 1], [1, nil], [1]])
    #expect(module.elementSegments.first?.offset == .global(0))
    #expect(module.elementSegments.first?.mode == 0)
    #expect(module.dataSegments.map(\.offset).prefix(2) == [.number(16), .global(0)])
    #expect(module.dataSegments.map(\.isPassive) == [false, false, true])
    let texts = module.dataSegments.map { String(decoding: module.bytes[$0.range], as: UTF8.self) }
    #expect(texts == ["hello", "abc", "passive"])
  }

  @Test(arguments: ["2.0.0", "2.3.1", "2.4.0", "main", "x86_32"])
  func `types and values of the garbage collector are read`(wamrc: String) throws {
    let module = try AotFactsTests.module("collected.\(wamrc).aot")
    #expect(module.target.hasGarbageCollection)
    let reference = ValueType.nullableReference
    let packed = [ValueType(rawValue: 0x78), .i64, .f64, reference]
    #expect(
      module.types.map(\.shape) == [
        .structure(packed), .array(flags: 1, element: .i32), .array(flags: 1, element: reference),
        .structure(packed + [ValueType(rawValue: 0x77)]),
        .function(FunctionType(parameters: [reference, .i32, .i32], results: [.i32])),
        .function(FunctionType(parameters: [], results: [])),
        .function(FunctionType(parameters: [], results: [])),
      ])
    #expect(module.types.map(\.sameAs) == [nil, nil, nil, nil, nil, nil, 5])
    #expect(module.globals.map(\.initial).last == .number(42))
    #expect(module.globals.count == 7)
    #expect(module.tables.map(\.minimum) == [4, 2])
    #expect(module.elementSegments.map(\.functions) == [[0, 1]])
  }

  @Test(arguments: ["2.4.0", "main"])
  func `computed initial values are computed`(wamrc: String) throws {
    let module = try AotFactsTests.module("computed.\(wamrc).aot")
    #expect(module.elementSegments.map(\.offset) == [.number(2)])
    #expect(module.dataSegments.map(\.offset) == [.number(97)])
    // The first depends on an imported global.
    #expect(module.globals.map(\.initial) == [.other, .number(7)])
  }

  @Test(arguments: ["1.3.3", "2.2.0", "main"])
  func `what stands behind a vector is read`(wamrc: String) throws {
    let module = try AotFactsTests.module("vector.\(wamrc).aot")
    #expect(module.globals.map(\.type.value) == [.v128, .i32])
    #expect(module.globals.map(\.initial) == [.other, .number(9)])
  }

  @Test func `a memory with 64-bit addresses says so`() throws {
    let module = try AotFactsTests.module("memory64.aot")
    #expect(module.memories.map(\.is64Bit) == [true])
    #expect(module.dataSegments.map(\.offset) == [.number(8)])
  }

  @Test(arguments: ["1.3.3", "2.2.0", "main"])
  func `function names are kept`(wamrc: String) throws {
    let module = try AotFactsTests.module("externals-named.\(wamrc).aot")
    #expect(module.functionNames == [0: "f", 1: "h", 2: "s"])
    #expect(AotFunctionNames(module).label(2) == "s")
  }

  @Test func `a function without a name has its export's, or wamrc's`() throws {
    let module = try AotFactsTests.module("externals.main.aot")
    #expect((0..<3).map { AotFunctionNames(module).label($0) } == ["env.f", "h", "aot_func#1"])
  }
}
