import MemtraceTestSupport
import Testing

/// Real runs, recorded unmodified, against what WAMR itself said of them in its dump.
@Suite struct RecordedRunAgreementTests {
  private static let page = 4096

  @Test(arguments: RecordedRun.wamr)
  func `categories, threads and instances are those of the run's dump`(_ run: RecordedRun) throws {
    let place = try Workplace()
    try place.ingest(run)
    let sides = try Sides(place)
    try linearMemory(run, sides, place)
    guard run.mode != .pool else { return }
    if run.mode == .aot { try code(run, sides) }
    try environments(run, sides)
    try structures(run, sides, place)
    try instancesAreEqual(run, sides)
    if run.workers > 0 { try workers(run, place) }
    if run.hasCollector { try collectedHeap(sides) }
  }

  /// What both say of the run's peak.
  private struct Sides {
    /// Bytes of each category.
    let trace: [String: Int]
    let dump: [String: Int]
    /// The trace's, by category and instance.
    let instanceRows: [JSONNode]

    init(_ place: Workplace) throws {
      trace = try place.categories("run.zst")
      dump = try place.categories("dump.zst")
      instanceRows = try place.peakRows("run.zst", "--by", "category,instance").rows
    }

    /// Bytes of each module instance in the order of their numbers.
    var instances: [Int] {
      instanceRows
        .filter { $0["category"]?.string == "module-instance" }
        .sorted { Sides.number($0) < Sides.number($1) }
        .compactMap { $0["bytes"]?.integer }
    }

    private static func number(_ row: JSONNode) -> Int {
      row["instance"]?.string.flatMap { Int($0) } ?? 0
    }
  }

  @Test(arguments: RecordedRun.all)
  func `a recording is whole, and its sums close`(_ run: RecordedRun) throws {
    let place = try Workplace()
    try place.ingestLog(of: run)
    try nothingIsLost(run, place)
    try sums(run, place)
    try commands(run, place)
    if run.mode == .none, run.workers > 0 { try workers(run, place) }
  }

  // MARK: Against the dump

  /// Linear memory is the dump's, but for whole pages.
  private func linearMemory(_ run: RecordedRun, _ sides: Sides, _ place: Workplace) throws {
    let peaks = try place.json("info", "run.zst")["categoryPeaks"]?.elements ?? []
    let own = peaks.first { $0["category"]?.string == "linear-memory" }?["peakBytes"]?.integer
    // It never shrinks: its own peak is what the dump saw at the end.
    let pages = RecordedRunAgreementTests.pages(try #require(sides.dump["linear-memory"]))
    #expect(own == pages * run.instances)
  }

  /// AOT code is the dump's, but for a page per region.
  private func code(_ run: RecordedRun, _ sides: Sides) throws {
    let trace = try #require(sides.trace["aot-code"])
    let dump = try #require(sides.dump["aot-code"])
    let regions = try RecordedRunAgreementTests.codeRegions(of: run)
    #expect((0..<(regions * RecordedRunAgreementTests.page)).contains(trace - dump))
    #expect(regions <= 7)
  }

  /// Execution environments and their stacks are the dump's.
  private func environments(_ run: RecordedRun, _ sides: Sides) throws {
    let count = run.instances + run.workers
    for category in ["exec-env", "wasm-stack"] {
      #expect(
        sides.trace[category] == (try #require(sides.dump[category])) * count, "\(category)")
    }
  }

  /// Bytes of `gc_heap_t` that the dump charges and nobody asked for.
  ///
  /// It is the manager of an app heap; the dump has one for each memory, with an app heap or without.
  /// Its size is that of 64-bit builds from 1.2 on; the larger one of builds with GC.
  private static func absentHeapStruct(_ run: RecordedRun, appHeap: Int) -> Int {
    appHeap > 0 ? 0 : run.hasCollector ? 696 : 384
  }

  /// A module and its instance are the dump's, but for what it leaves out.
  private func structures(_ run: RecordedRun, _ sides: Sides, _ place: Workplace) throws {
    let fields = try place.json("snapshots", "dump.zst")["snapshots"]?.elements.last?["fields"]
    let absent = RecordedRunAgreementTests.absentHeapStruct(
      run, appHeap: fields?["instance.appHeap"]?.integer ?? 0)
    let said =
      try #require(sides.dump["module"]) + (try #require(sides.dump["module-instance"])) - absent
    let held = try #require(sides.trace["module"]) + (try #require(sides.instances.first))
    #expect(held >= said)
    switch run.mode {
    case .interpreter where !run.hasCollector: #expect((held - said) * 20 <= said)
    case .interpreter:
      // With GC: the list of reference types with its hash map, and a mark for each local's cell.
      #expect(held - said < 1024)
    default:
      let leftOut = try RecordedRunAgreementTests.leftOut(run, fields)
      #expect(held - said <= leftOut)
    }
  }

  /// What the dump of an AOT run leaves out at the most, from the sources of 2.2.0 and main.
  ///
  /// Of the module: two numbers of cells for each own function (`max_local_cell_nums`,
  /// `max_stack_cell_nums`; 4 bytes each), and the structs of the data sections, which the dump counts
  /// as AOT code (`AOTObjectDataSection`, 48 bytes). Of the instance: `func_type_indexes` (4 bytes) and
  /// part of `func_ptrs` (8 bytes) for own functions and imports, `AOTModuleInstanceExtra` (below 160
  /// bytes), marks of dropped segments, the list of frames (`Vector`, 40 bytes).
  private static func leftOut(_ run: RecordedRun, _ fields: JSONNode?) throws -> Int {
    // The dump's functions: a pointer and a 4-byte index each.
    let own = try #require(fields?["module.functions"]?.integer) / 12
    let imports = try #require(fields?["module.imports"]?.integer) / 48 + 1
    let sections = try codeRegions(of: run)
    return run.copiedDataBytes + own * 8 + sections * 48 + (own + imports) * 12 + 160 + 40 + 2 * 16
  }

  /// Instances are told apart, and equal ones are equal.
  private func instancesAreEqual(_ run: RecordedRun, _ sides: Sides) throws {
    let instances = sides.instances
    #expect(instances.count == run.instances + run.workers)
    #expect(Set(instances).count == 1)
    let memories = sides.instanceRows.filter { $0["category"]?.string == "linear-memory" }
    #expect(memories.count == run.instances)
    #expect(Set(memories.map { $0["bytes"]?.integer }).count == 1)
  }

  /// Workers have their stacks, and what runs in them is theirs.
  private func workers(_ run: RecordedRun, _ place: Workplace) throws {
    let threads = try place.json("threads", "run.zst")["threads"]?.elements ?? []
    let main = try #require(threads.first?["thread"]?.string)
    let workers = threads.filter { $0["creator"]?.string == main }
    #expect(threads.count == run.workers + 1 && workers.count == run.workers)
    let rows = try place.peakRows("run.zst", "--by", "category,thread").rows
    for worker in workers {
      let thread = worker["thread"]
      func bytes(_ category: String) -> Int? {
        rows.first { $0["thread"] == thread && $0["category"]?.string == category }?["bytes"]?
          .integer
      }
      let stack = try #require(worker["stackBytes"]?.integer)
      guard run.mode != .none else {
        // No WASM runs in them: their stacks are the program's own, and 64 blocks of 16 KiB.
        #expect(try #require(bytes("host")) >= 64 * 16384)
        continue
      }
      // Committed is what lies above the guard pages.
      #expect(stack == 131_072 && bytes("native-stack") == stack - 3 * 4096)
      #expect(bytes("wasm-stack") == 65536)
      #expect([272, 288].contains(try #require(bytes("exec-env"))))
      #expect(try #require(bytes("module-instance")) > 0)
      // A signal stack; the guard pages are not committed.
      #expect(bytes("stack-guard") == 32768)
    }
  }

  /// The garbage collector's heap is a category of its own.
  private func collectedHeap(_ sides: Sides) throws {
    // GC_HEAP_SIZE_DEFAULT, a block as large as two pages of linear memory.
    #expect(sides.trace["gc-heap"] == 128 << 10)
  }

  // MARK: Within itself

  /// Nothing is lost, and little is nobody's.
  private func nothingIsLost(_ run: RecordedRun, _ place: Workplace) throws {
    let info = try place.json("info", "run.zst")
    for count in ["missedFreeCount", "unmatchedFreeCount", "unmatchedUnmapCount"] {
      #expect(info[count]?.integer == 0, "\(count)")
    }
    #expect(info["incomplete"] == JSONNode.bool(false))
    let (peak, rows) = try place.peakRows("run.zst")
    let nobodys = rows.first { $0["category"]?.string == "unattributed" }?["bytes"]?.integer
    #expect(try #require(nobodys) * 100 <= 3 * peak)
    let log = String(
      decoding: try PackedSamples.contents(of: run.log), as: UTF8.self)
    #expect(log.hasSuffix(" exit status=0\n"))
    #expect(!["/home/", "/root/", "/tmp/"].contains(where: log.contains))
  }

  /// Rows sum to the peak, whatever tells them apart.
  private func sums(_ run: RecordedRun, _ place: Workplace) throws {
    let keys = ["category", "thread", "instance", "site"]
    // Every choice of keys where threads and instances differ, all keys together everywhere.
    let isRich = ["main-aot__threads_wat", "main-fast__instances"].contains(run.name)
    for choice in isRich ? 1..<16 : 15..<16 {
      let by = keys.indices.filter { choice & (1 << $0) != 0 }.map { keys[$0] }
      let (peak, rows) = try place.peakRows("run.zst", "--by", by.joined(separator: ","))
      #expect(rows.reduce(0) { $0 + ($1["bytes"]?.integer ?? 0) } == peak, "\(by)")
      #expect(rows.allSatisfy { $0["bytes"]?.integer ?? -1 >= 0 }, "\(by)")
    }
  }

  /// Every reading command has an answer.
  private func commands(_ run: RecordedRun, _ place: Workplace) throws {
    for command in ["leaks", "threads", "sites", "explain"] {
      #expect(try !place.succeed(command, "run.zst").output.isEmpty)
    }
    let timeline = try place.json("timeline", "run.zst", "--by", "thread")
    for bucket in timeline["buckets"]?.elements ?? [] {
      let sum = bucket["rows"]?.elements.reduce(0) { $0 + ($1["bytes"]?.integer ?? 0) }
      #expect(sum == bucket["peakBytes"]?.integer)
    }
  }

  @Test func `a pool is one block of runtime-other that the dump splits`() throws {
    let run = try #require(RecordedRun.all.first { $0.mode == .pool })
    let place = try Workplace()
    try place.ingest(run)
    let log = String(decoding: try PackedSamples.contents(of: run.log), as: UTF8.self)
    #expect(log.contains(" pool addr=") && log.contains(" size=16777216 name=global_heap_buf\n"))
    let trace = try place.categories("run.zst")
    // The pool takes its pages from the executable's image, which is counted without them.
    let pool = try #require(trace["runtime-other"])
    #expect((16_777_216...(16_777_216 + 2 * 4096)).contains(pool))
    #expect(trace["module"] == nil && trace["exec-env"] == nil)
    try place.succeed("ingest", Samples.path(run.dump), "--append", "-o", "run.zst")
    let explained = try place.succeed("explain", "run.zst", "--bytes").output
    let dump = try place.categories("dump.zst")
    for category in ["module", "module-instance", "wasm-stack", "exec-env"] {
      let bytes = try #require(dump[category])
      #expect(explained.contains("of which \(category) "), "\(explained)")
      #expect(explained.contains(" \(bytes) "), "\(category)")
    }
  }

  // MARK: Reading

  private static func pages(_ bytes: Int) -> Int { (bytes + page - 1) / page * page }

  /// The text and the data sections in the mapping that holds AOT code, as the log has them.
  ///
  /// WAMR merges what it has mapped below 2 GiB (MAP_32BIT, 0x40) into one mapping, the last of them,
  /// in which each begins at a page; it protects the text and each section that is not written to.
  private static func codeRegions(of run: RecordedRun) throws -> Int {
    let log = String(decoding: try PackedSamples.contents(of: run.log), as: UTF8.self)
    var mapping = 0..<0
    var regions: [Int: Int] = [:]
    for line in log.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 5, words[3].hasPrefix("addr=0x"), words[4].hasPrefix("size="),
        let address = Int(words[3].dropFirst(7), radix: 16), let size = Int(words[4].dropFirst(5))
      else { continue }
      if words[2] == "mmap", words.contains("flags=0x62") {
        mapping = address..<address + size
        regions = [:]
      } else if words[2] == "mprotect", mapping.contains(address), words[5] != "prot=rwx" {
        regions[address] = size
      }
    }
    let isCovered = regions.values.reduce(0, +) == mapping.count
    return regions.count + (isCovered ? 0 : 1)
  }
}
