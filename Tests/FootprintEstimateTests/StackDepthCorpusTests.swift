import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// The bound against every recorded dump that says how much of the aux stack was used.
@Suite struct StackDepthCorpusTests {
  /// Modules whose recursion has frames: the use depends on the argument.
  private static let recursive: Set<String> = [
    "deeprec.wasm", "deeprec_ovf.wasm", "lib_exports.wasm",
  ]

  @Test func `no recorded run used more`() throws {
    var bounds: [String: StackBound] = [:]
    var compared = 0
    var unbounded: Set<String> = []
    for row in try SampleFacts.rows.get() {
      let name = "\(row["module"] ?? "").wasm"
      guard let used = row["aux_stack_used"].flatMap({ Int64($0) }),
        try PackedSamples.modules.get()[name] != nil
      else { continue }
      let bound: StackBound
      if let known = bounds[name] {
        bound = known
      } else {
        let depth = try StackDepth(try StackDepthSample.module(name))
        bound = depth.shadow.bound(from: try depth.entries())
        bounds[name] = bound
      }
      compared += 1
      guard let bytes = bound.bytes else {
        unbounded.insert(name)
        continue
      }
      #expect(bytes >= used, "\(row["file"] ?? "")")
      // 0: the run ended before the module began.
      if used > 0 { #expect(bytes * 4 <= used * 5, "\(row["file"] ?? ""): \(bytes) for \(used)") }
    }
    #expect(compared == 304)
    #expect(unbounded == StackDepthCorpusTests.recursive)
  }

  @Test func `recursion is named, and its function counted once`() throws {
    let depth = try StackDepth(try StackDepthSample.module("deeprec.wasm"))
    let bound = depth.shadow.bound(from: try depth.entries())
    #expect(bound.recursions.count == 1)
    let function = try #require(bound.recursions.first?.first)
    // rec(60) of the dumps takes 61 frames above those of main and _start.
    let frame = depth.function(function).knownShadowBytes
    #expect(frame == 512)
    #expect(bound.bytesWithoutRecursion < 31_264)
  }

  @Test func `operands and blocks of every function are the loader's`() throws {
    var tables: [String: [FunctionStack]] = [:]
    let rows = try StackDepthSample.rows("stack-cells.tsv")
    #expect(rows.count == 589)
    for row in rows {
      let name = try #require(row["module"])
      let number = try #require(row["function"].flatMap { Int($0) })
      if tables[name] == nil {
        let depth = try StackDepth(try StackDepthSample.module(name))
        tables[name] = Array(depth.functions().dropFirst(depth.graph.importCount))
      }
      let function = try #require(tables[name])[number]
      let computed = [
        "operand_cells": function.operandCells, "blocks": function.blocks,
        "parameter_cells": function.parameterCells, "local_cells": function.localCells,
      ]
      for (column, value) in computed {
        #expect(value == row[column].flatMap { Int64($0) }, "\(name) \(number) \(column)")
      }
    }
  }
}
