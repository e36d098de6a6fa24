import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// The `.wasm` files of the recordings, against what other means read out of them.
@Suite struct WasmFactsTests {
  /// One row of facts.tsv for each `.wasm` file.
  static let rows: [[String: String]] = {
    var rows: [String: [String: String]] = [:]
    let files = (try? PackedSamples.modules.get()) ?? [:]
    for row in (try? SampleFacts.rows.get()) ?? [] {
      guard let module = row["module"], files[module + ".wasm"] != nil else { continue }
      rows[module] = rows[module] ?? row
    }
    return rows.sorted { $0.key < $1.key }.map(\.value)
  }()

  static func module(_ name: String) throws -> WasmModule {
    let bytes = try #require(try PackedSamples.modules.get()[name + ".wasm"])
    return try WasmModule(bytes: bytes, file: name)
  }

  @Test func `the facts have the files that are expected`() {
    #expect(WasmFactsTests.rows.count == 24)
  }

  @Test(arguments: rows.map { $0["module"] ?? "" })
  func `entities are as many as the facts say`(name: String) throws {
    let row = try #require(WasmFactsTests.rows.first { $0["module"] == name })
    let module = try WasmFactsTests.module(name)
    let imports = module.imports
    let counts: [(String, Int)] = [
      ("wasm_file_size", module.bytes.count), ("types", module.types.count),
      ("imports", imports.count), ("imp_func", module.importedFunctionTypes.count),
      ("imp_table", module.importedTables.count), ("imp_mem", module.importedMemories.count),
      ("imp_global", module.importedGlobals.count), ("funcs", module.functions.count),
      ("tables", module.tables.count), ("mems", module.memories.count),
      ("globals", module.globals.count), ("exports", module.exports.count),
      ("exp_func", module.exports.count { $0.kind == .function }),
      ("exp_mem", module.exports.count { $0.kind == .memory }),
      ("elem_segs", module.elements.count), ("data_segs", module.dataSegments.count),
      ("data_bytes", module.sections.first { $0.name == "data" }?.payload.count ?? 0),
      ("custom_sections", module.customSections.count),
    ]
    for (column, count) in counts where row[column] != "" {
      #expect("\(count)" == row[column], "\(column)")
    }
    if let base = row["heap_base"], !base.isEmpty {
      #expect(module.constant(exportedAs: "__heap_base").map { "\($0)" } == base)
    }
    if let end = row["data_end"], !end.isEmpty {
      #expect(module.constant(exportedAs: "__data_end").map { "\($0)" } == end)
    }
  }

  @Test(arguments: rows.map { $0["module"] ?? "" })
  func `header and sections cover the file without a gap`(name: String) throws {
    let module = try WasmFactsTests.module(name)
    var next = 8
    for section in module.sections {
      #expect(section.offset == next)
      next = section.payload.upperBound
    }
    #expect(next == module.bytes.count)
  }

  @Test(arguments: rows.map { $0["module"] ?? "" })
  func `every body is instructions to its last end`(name: String) throws {
    let module = try WasmFactsTests.module(name)
    for body in module.bodies {
      var cursor = module.instructions(of: body)
      var depth = 1
      var last: Opcode?
      while let instruction = try cursor.next() {
        switch instruction.opcode {
        case .block, .loop, .if: depth += 1
        case .end: depth -= 1
        default: break
        }
        last = instruction.opcode
      }
      #expect(depth == 0)
      #expect(last == .end)
      #expect(cursor.bytes.position == body.range.upperBound)
    }
  }
}
