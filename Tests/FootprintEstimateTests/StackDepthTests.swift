import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// Static bounds against what the classic interpreter of WAMR main measured.
@Suite struct StackDepthTests {
  /// A row of stack.tsv: one run.
  struct Run: CustomTestStringConvertible, Sendable {
    var cells: [String: String]

    var testDescription: String { "\(file) \(cells["entry"] ?? "") \(cells["arguments"] ?? "")" }
    var file: String { cells["file"] ?? "" }
    var shadowBytes: Int64 { cells["aux_stack_used"].flatMap { Int64($0) } ?? -1 }
    var interpreterBytes: Int64 { cells["interp_stack_used"].flatMap { Int64($0) } ?? -1 }

    func depth() throws -> (depth: StackDepth, entries: [Int]) {
      let depth = try StackDepth(try StackDepthSample.module(file))
      return (depth, try depth.entries([try #require(cells["entry"])]))
    }
  }

  static let runs: [Run] = ((try? StackDepthSample.rows("stack.tsv")) ?? []).map { Run(cells: $0) }

  @Test func `the table has the runs that are expected`() {
    #expect(StackDepthTests.runs.count == 27)
  }

  @Test(arguments: runs)
  func `no run uses more of the shadow stack, and few much less`(run: Run) throws {
    let (depth, entries) = try run.depth()
    let bound = depth.shadow.bound(from: entries)
    if ["stack-array.unbounded.wasm", "stack-recursion.O0.wasm"].contains(run.file) {
      #expect(bound.bytes == nil)
      return
    }
    let bytes = try #require(bound.bytes)
    #expect(bytes >= run.shadowBytes)
    #expect(bound.bytesWithoutRecursion == bytes)
    // A table that an instruction changes may hold the largest function of all.
    if run.cells["entry"] != "filled" { #expect(bytes * 4 <= run.shadowBytes * 5) }
  }

  @Test(arguments: runs)
  func `frames without a branch around them are exact`(run: Run) throws {
    let isStraight = ["stack-random", "stack-moves", "stack-array.u", "stack-rec", "stack-tables"]
      .allSatisfy { !run.file.hasPrefix($0) }
    guard isStraight else { return }
    let (depth, entries) = try run.depth()
    #expect(depth.shadow.bound(from: entries).bytes == run.shadowBytes)
  }

  @Test(arguments: runs)
  func `the interpreter's frames are bounded the same way`(run: Run) throws {
    let (depth, entries) = try run.depth()
    // Struct sizes of a 64-bit build: a frame up to its locals, an open block.
    let frames = depth.frames { index in
      let function = depth.function(index)
      guard let operands = function.operandCells else { return nil }
      let cells = function.parameterCells + function.localCells + operands
      return 72 + 4 * cells + 32 * function.blocks
    }
    let bound = frames.bound(from: entries)
    guard !run.file.hasPrefix("stack-recursion") else {
      #expect(bound.bytes == nil)
      #expect(bound.recursions.map { Set($0).count } == [2])
      return
    }
    let bytes = try #require(bound.bytes) + 80
    #expect(bytes >= run.interpreterBytes)
    // Of the functions in a table the one with the largest frame need not be the one that is called.
    if run.file == "stack-tables.wasm" { return }
    #expect(bytes * 4 <= run.interpreterBytes * 5)
    if !["stack-random-5.wasm", "stack-random-6.wasm"].contains(run.file) {
      #expect(bytes == run.interpreterBytes)
    }
  }

  @Test func `what has no bound is named`() throws {
    let array = try StackDepthSample.module("stack-array.unbounded.wasm")
    let names = FunctionNames(array)
    var depth = try StackDepth(array)
    var bound = depth.shadow.bound(from: try depth.entries())
    #expect(bound.unknownFrames.map { names.label($0) } == ["array"])
    #expect(bound.path.map { names.label($0) } == ["_start", "array", "use"])
    #expect(bound.recursions.isEmpty)
    let array1 = try #require(bound.unknownFrames.first)
    #expect(depth.function(array1).shadowBytes == nil)
    #expect(depth.function(array1).worstShadowBytes == nil)

    let recursion = try StackDepthSample.module("stack-recursion.O0.wasm")
    let functions = FunctionNames(recursion)
    depth = try StackDepth(recursion)
    bound = depth.shadow.bound(from: try depth.entries())
    #expect(bound.unknownFrames.isEmpty)
    #expect(bound.recursions.map { Set($0.map { functions.label($0) }) } == [["odd", "even"]])
    // f, even and odd once each, at -O0.
    let once = bound.path.reduce(0) { $0 + depth.function($1).knownShadowBytes }
    #expect(bound.bytesWithoutRecursion == once)
    #expect(bound.path.map { functions.label($0) } == ["_start", "f", "even", "odd"])
  }

  @Test func `a recursion without frames changes nothing`() throws {
    let depth = try StackDepth(try StackDepthSample.module("stack-recursion.O1.wasm"))
    let bound = depth.shadow.bound(from: try depth.entries())
    #expect(bound.bytes == 128)
    #expect(bound.recursions.isEmpty)
  }

  @Test func `a leaf below the stack pointer is no use of it, but is told`() throws {
    let module = try StackDepthSample.module("stack-aligned.wasm")
    let depth = try StackDepth(module)
    let names = FunctionNames(module)
    let red = try #require(depth.functions().first { names.name($0.index) == "red" })
    #expect(red.shadowBytes == 0)
    #expect(red.redZoneBytes == 64)
    let big = try #require(depth.functions().first { names.name($0.index) == "big" })
    #expect(big.shadowBytes == 20_000)
    #expect(big.worstShadowBytes == 20_304)
  }

  @Test func `indirect calls reach what their table can hold`() throws {
    let module = try StackDepthSample.module("stack-tables.wasm")
    let depth = try StackDepth(module)
    func bytes(_ entry: String) throws -> Int64? {
      depth.shadow.bound(from: try depth.entries([entry])).bytes
    }
    // A known element; the larger of two; what the other table holds; any function of a segment.
    #expect(try bytes("known") == 1600)
    #expect(try bytes("oneOfTwo") == 3200)
    #expect(try bytes("copied") == 3200)
    #expect(try bytes("filled") == 12_800)
  }

  @Test func `without names a run begins where WAMR begins it`() throws {
    let command = try StackDepthSample.module("hello_hb.wasm")
    let start = try #require(command.export("_start", .function)).index
    #expect(try StackDepth(command).entries() == [Int(start)])
    let library = try StackDepthSample.module("lib_exports.wasm")
    let exported = library.exports.filter { $0.kind == .function }.map { Int($0.index) }
    #expect(try StackDepth(library).entries() == exported)
    #expect(throws: TraceError.self) { try StackDepth(library).entries(["nowhere"]) }
  }

  @Test func `imports that may call back are told, those of WASI are not`() throws {
    let module = try StackDepthSample.module("appheap.wasm")
    let depth = try StackDepth(module)
    let bound = depth.shadow.bound(from: try depth.entries())
    let names = FunctionNames(module)
    #expect(
      bound.throughImports.map { names.label($0) } == ["env.malloc", "env.free", "env.printf"])
    let hello = try StackDepth(try StackDepthSample.module("hello_hb.wasm"))
    #expect(hello.shadow.bound(from: try hello.entries()).throughImports.isEmpty)
  }
}
