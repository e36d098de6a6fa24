import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// The `.aot` files of the recordings, against what was read out of them and of the `.wasm` files
/// they were made from by other means.
@Suite struct AotFactsTests {
  /// One row of facts.tsv for each `.aot` file.
  static let rows: [[String: String]] = {
    var rows: [String: [String: String]] = [:]
    for row in (try? SampleFacts.rows.get()) ?? [] {
      // The two pthread programs are not among the samples.
      guard row["aot_version"] != "", let module = row["module"], !module.hasPrefix("pthread_")
      else { continue }
      rows[module] = rows[module] ?? row
    }
    return rows.sorted { $0.key < $1.key }.map(\.value)
  }()

  static func module(_ name: String) throws -> AotModule {
    try AotModule(bytes: try PackedSamples.module(name), file: name)
  }

  @Test func `the facts have the files that are expected`() {
    #expect(AotFactsTests.rows.count == 72)
  }

  @Test(arguments: rows.map { $0["module"] ?? "" })
  func `sections are as long as the facts say`(name: String) throws {
    let row = try #require(AotFactsTests.rows.first { $0["module"] == name })
    let module = try AotFactsTests.module(name)
    #expect("\(module.bytes.count)" == row["aot_file_size"])
    #expect("\(module.version)" == row["aot_version"])
    #expect("\(module.text.literal.count)" == row["aot_literal_size"])
    let names = [
      AotSection.Kind.targetInfo: "aot_sec_target", .initData: "aot_sec_init_data",
      .text: "aot_sec_text", .functions: "aot_sec_function", .exports: "aot_sec_export",
      .relocations: "aot_sec_reloc", .custom: "aot_sec_custom",
    ]
    for (kind, name) in names {
      let sections = module.sections.filter { $0.kind == kind }
      #expect("\(sections.reduce(0) { $0 + $1.payload.count })" == row[name], "\(name)")
    }
    let covered = module.sections.reduce(8) { $0 + $1.fileBytes }
    #expect((0...3 * module.sections.count).contains(module.bytes.count - covered))
  }

  @Test(arguments: rows.map { $0["module"] ?? "" })
  func `entities are as many as the WebAssembly file has`(name: String) throws {
    let row = try #require(AotFactsTests.rows.first { $0["module"] == name })
    let module = try AotFactsTests.module(name)
    #expect("\(module.types.count)" == row["types"])
    #expect("\(module.importedFunctions.count)" == row["imp_func"])
    #expect("\(module.importedGlobals.count)" == row["imp_global"])
    #expect("\(module.functions.count)" == row["funcs"])
    #expect("\(module.tables.count)" == row["tables"])
    #expect("\(module.globals.count)" == row["globals"])
    #expect("\(module.exports.count)" == row["exports"])
    #expect("\(module.exports.count { $0.kind == .function })" == row["exp_func"])
    #expect("\(module.elementSegments.count)" == row["elem_segs"])
    #expect("\(module.dataSegments.count)" == row["data_segs"])
    // wamrc adds a memory where there is none, and makes imported ones own ones.
    let memories = (Int(row["mems"] ?? "") ?? 0) + (Int(row["imp_mem"] ?? "") ?? 0)
    #expect(module.memories.count == max(1, memories))
    #expect(module.importedMemoryCount == 0)
    if let stack = row["sp_init"], !stack.isEmpty, let bottom = module.auxiliary.stackBottom {
      #expect("\(bottom.value)" == stack)
    }
    if let base = row["heap_base"], !base.isEmpty, let mark = module.auxiliary.heapBase {
      #expect("\(mark.value)" == base)
    }
  }

  @Test(arguments: rows.map { $0["module"] ?? "" })
  func `memories are what the loader said when it made an instance`(name: String) throws {
    let row = try #require(AotFactsTests.rows.first { $0["module"] == name })
    let module = try AotFactsTests.module(name)
    // With an app heap the loader's line shows enlarged ones.
    guard row["log_heap_size"] == "0", let page = row["log_page_bytes"], !page.isEmpty else {
      return
    }
    let memory = try #require(module.memories.first)
    #expect("\(memory.pageBytes)" == page)
    #expect("\(memory.initialPages)" == row["log_init_pages"])
    #expect("\(memory.maximumPages)" == row["log_max_pages"])
  }

  @Test(arguments: rows.map { $0["module"] ?? "" })
  func `functions lie one behind the other in the code`(name: String) throws {
    let module = try AotFactsTests.module(name)
    let ranges = module.functionCode()
    #expect(ranges.count == module.functions.count)
    for range in ranges {
      #expect(module.text.code.lowerBound <= range.lowerBound)
      #expect(range.upperBound <= module.text.code.upperBound)
    }
    let ordered = ranges.sorted { $0.lowerBound < $1.lowerBound }
    for (left, right) in zip(ordered, ordered.dropFirst()) {
      #expect(left == right || left.upperBound == right.lowerBound)
    }
  }
}

extension AotFactsTests {
  @Test(arguments: [
    ("tiny.aot", "x86_64", true, true, false), ("tiny.x86_32.aot", "i386", false, true, false),
    ("tiny.aarch64.aot", "aarch64v8", true, true, false),
    ("tiny.thumbv7.aot", "thumbv7", false, true, false),
    ("tiny.riscv32.aot", "riscv32", false, true, false),
    ("tiny.riscv64.aot", "riscv64", true, true, false),
    ("hello_hb.xip.aot", "x86_64", true, true, true),
    ("externals.thumbv7.xip.aot", "thumbv7", false, true, true),
    ("externals.aarch64_be.aot", "aarch64_bev8", true, false, false),
    ("externals.coff.aot", "x86_64", true, true, false),
  ])
  func `a target tells its width, its byte order and where its code runs`(
    file: String, architecture: String, is64Bit: Bool, isLittleEndian: Bool, isInPlace: Bool
  ) throws {
    let target = try AotFactsTests.module(file).target
    #expect(target.architecture == architecture)
    #expect(target.is64Bit == is64Bit)
    #expect(target.isLittleEndian == isLittleEndian)
    #expect(target.isExecutedInPlace == isInPlace)
  }

  /// The counts that readelf prints for the object file of the same compilation.
  @Test(arguments: [
    ("externals.main.aot", [".rela.text": 1]), ("externals.x86_32.aot", [".rel.text": 5]),
    ("externals.aarch64_be.aot", [".rela.text": 1]), ("externals.checked.aot", [".rela.text": 5]),
  ])
  func `relocations are as many as in the object file`(
    file: String, counts: [String: Int]
  ) throws {
    let module = try AotFactsTests.module(file)
    #expect(Dictionary(module.relocationGroups.map { ($0.name, $0.count) }) { $1 } == counts)
    for group in module.relocationGroups {
      #expect(group.uses.reduce(0) { $0 + $1.count } == group.count)
      #expect(group.uses.allSatisfy { module.symbols.indices.contains($0.symbol) })
    }
  }

  @Test func `data sections are those that WAMR's aot-analyzer lists`() throws {
    let module = try AotFactsTests.module("hello_hb.aot")
    #expect(
      module.objectSections.map(\.name) == [
        ".rodata.cst8", ".rodata.cst4", ".rodata", ".rodata.cst32", ".rodata.cst16",
      ])
    #expect(module.objectSections.map(\.range.count) == [120, 28, 720, 96, 32])
  }

  @Test func `functions are as long as WAMR's aot-analyzer says`() throws {
    let module = try AotFactsTests.module("hello_hb.aot")
    #expect(
      module.functionCode().map(\.count).prefix(19) == [
        112, 8592, 1536, 48, 80, 352, 544, 384, 304, 1392, 96, 672, 12848, 976, 336, 1328, 1008,
        272, 176,
      ])
  }

  @Test func `code to execute in place says what it needs of the runtime`() throws {
    let module = try AotFactsTests.module("manyfuncs.xip.aot")
    #expect(module.nativeSymbols.count == 51)
    #expect(module.customSections.map(\.kind) == [.nativeSymbols])
    let needed = module.nativeSymbols.filter {
      !["f32#", "f64#", "i32#", "i64#", "__ig"].contains(String($0.prefix(4)))
    }
    #expect(needed.allSatisfy { $0.hasPrefix("aot_") || $0.allSatisfy { $0.isLetter } })
  }

  @Test func `a custom section that was kept has its name and its bytes`() throws {
    let module = try AotFactsTests.module("customsec.cs.aot")
    let section = try #require(module.customSections.first)
    #expect(section.kind == .raw)
    #expect(section.name == "memtrace.note")
    #expect(section.content.count == 3000)
  }
}
