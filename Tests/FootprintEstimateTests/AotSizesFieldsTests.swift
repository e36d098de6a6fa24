import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// The module block that is computed for an `.aot` file, against every dump of one.
@Suite struct AotSizesFieldsTests {
  /// A row of facts.tsv: what one dump of an `.aot` file printed.
  struct Row: CustomTestStringConvertible, Sendable {
    var cells: [String: String]

    var testDescription: String { cells["file"] ?? "" }

    /// The build without the options of its run.
    var build: String {
      let config = cells["config"]?.split(separator: "-").first ?? ""
      return "\(cells["version"] ?? "")-\(config)"
    }
  }

  static let rows: [Row] = {
    ((try? SampleFacts.rows.get()) ?? []).map { Row(cells: $0) }.filter {
      // The two pthread programs are not among the samples.
      $0.cells["aot_version"] != "" && $0.cells["module"]?.hasPrefix("pthread_") == false
    }
  }()

  static func module(_ name: String) throws -> AotModule {
    try AotModule(bytes: try PackedSamples.module(name), file: name)
  }

  private static let columns: [(name: String, field: SnapshotField)] = [
    ("mod_struct", .moduleStruct), ("mod_types", .moduleTypes), ("mod_imports", .moduleImports),
    ("mod_funcs", .moduleFunctions), ("mod_tables", .moduleTables),
    ("mod_memories", .moduleMemories), ("mod_globals", .moduleGlobals),
    ("mod_exports", .moduleExports), ("mod_table_segs", .moduleTableSegments),
    ("mod_data_segs", .moduleDataSegments), ("mod_const_strs", .moduleConstStrings),
    ("mod_custom_sections", .moduleCustomSections), ("mod_aot_code", .moduleAOTCode),
    ("mod_total", .moduleTotal),
  ]

  @Test func `the facts have the dumps that are expected`() {
    #expect(AotSizesFieldsTests.rows.count == 209)
  }

  @Test(arguments: rows)
  func `every line of the module block is exact`(row: Row) throws {
    let module = try AotSizesFieldsTests.module(try #require(row.cells["module"]))
    let profile = try #require(StructProfile.all.first { $0.name == row.build })
    let fields = AotModuleFields.compute(
      module: module, version: profile.version, features: profile.features,
      isFileFreeable: row.cells["config"]?.contains("embfreeable") == true,
      size: { profile.sizes[$0] })
    for column in AotSizesFieldsTests.columns {
      let computed = fields[column.field].map { "\($0)" } ?? ""
      #expect(computed == row.cells[column.name], "\(column.name)")
    }
  }

  @Test func `structures and arrays count as what stands in a function's place`() throws {
    // Printed by a build of main with the garbage collector for this file.
    let module = try AotSizesFieldsTests.module("collected.main.aot")
    let profile = try #require(StructProfile.all.first { $0.name == "main-gc" })
    let fields = AotModuleFields.compute(
      module: module, version: .main, features: profile.features, size: { profile.sizes[$0] })
    #expect(fields[.moduleTypes] == 916)
    #expect(fields[.moduleTables] == 96)
    #expect(fields[.moduleTableSegments] == 112)
    #expect(fields[.moduleGlobals] == 280)
    #expect(fields[.moduleAOTCode] == 1368)
    #expect(fields[.moduleTotal] == 3472)
  }
}
