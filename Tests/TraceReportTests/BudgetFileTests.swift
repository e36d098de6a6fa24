import Testing
import TraceModel
import TraceReport

/// `memtrace.toml`: what it says, and what is wrong with it.
@Suite struct BudgetFileTests {
  static func read(_ toml: String) throws(TraceError) -> BudgetFile {
    try BudgetFile(toml: Array(toml.utf8), file: "memtrace.toml")
  }

  @Test func `sizes are written as text, as a number, and in pages`() throws {
    let file = try BudgetFileTests.read(
      """
      [regions]
      iram = ["aot-code", "module"]
      [[budget]]
      module = "app*"
      total = "64KiB"
      category.module = 65536
      category.linear-memory = "1 page"
      region.iram = { max = "1.5 KiB", growth = "2%,1KiB" }
      region.global-heap = { growth = "5%" }
      """)
    #expect(file.regions == [.init(name: "iram", categories: [.aotCode, .module])])
    let limits = try #require(file.budgets.first).limits
    #expect(Set(limits.compactMap(\.size?.rawValue)) == [65536, 1536])
    #expect(limits.compactMap(\.growth?.basisPoints).sorted() == [200, 500])
    #expect(limits.count == 5)
  }

  @Test func `acceptances have a size, a reason and an end`() throws {
    let file = try BudgetFileTests.read(
      """
      [[accept]]
      series = "mod03/thumbv7:module"
      bytes = "+1.2KiB"
      reason = "new TLS buffer"
      from = 2026-11-01T02:00:00Z
      until = 2026-12-31
      [[mute]]
      series = "old*"
      reason = "going away"
      """)
    let accept = try #require(file.decisions.first { $0.kind == .accept })
    #expect(accept.bytes == ByteCount(1228))
    #expect(accept.until == UTCTime("2026-12-31"))
    #expect(accept.from == UTCTime("2026-11-01T02:00:00Z"))
    #expect(file.decisions.map(\.kind) == [.accept, .mute])
  }

  @Test(arguments: [
    ("[[budget]]\nmodule = \"a\"", "limits nothing"),
    ("[[budget]]\ntotal = \"many\"", "total is not a size such as 64KiB"),
    ("[[budget]]\ntotal = -1", "total is no size"),
    ("[[budget]]\ntotal = { growth = \"lots\" }", "total.growth is not 5%"),
    ("[[budget]]\ntotal = {}", "neither max nor growth"),
    ("[[budget]]\ntotal = { maximum = 1 }", "maximum is no key here"),
    ("[[budget]]\ncategory.heap = 1", "no category is called heap"),
    ("[[budget]]\nregion.iram = 1", "no region is called iram"),
    ("[[budget]]\nmodul = \"a\"\ntotal = 1", "modul is no key here"),
    ("[[budget]]\nmeasure = \"rss\"\ntotal = 1", "measure takes one of"),
    ("[budget]\ntotal = 1", "[[budget]]"),
    ("[regions]\niram = \"aot-code\"", "regions.iram is not a list"),
    ("[regions]\nglobal-heap = []", "there in every file"),
    ("[[accept]]\nseries = \"a\"", "needs series and reason"),
    ("[[accept]]\nseries = \"a b\"\nreason = \"r\"", "series is not module/target"),
    ("[[accept]]\nseries = \"a\"\nreason = \"r\"\nuntil = \"soon\"", "until is not a date"),
    ("[[mute]]\nseries = \"a\"\nreason = \"r\"\nbytes = 1", "bytes is no key here"),
    ("budgets = 1", "budgets is no key here"), ("[[budget]\n", "memtrace.toml:1"),
  ])
  func `a mistake is named with its place`(_ toml: String, _ message: String) {
    let error = #expect(throws: TraceError.self) { try BudgetFileTests.read(toml) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.location?.file == "memtrace.toml")
  }

  @Test func `a first file keeps today's run, and is read again`() throws {
    var key = RunKey()
    key[.module] = "odd \"name\"\\\u{7}.wasm"
    key[.target] = "thumbv7"
    let footprint = Footprint(
      measure: .committed, source: .events,
      rows: [
        FootprintRow(.linearMemory, ByteCount(65536)), FootprintRow(.module, ByteCount(4321)),
        FootprintRow(.appHeap, ByteCount(8192), container: .linearMemory),
      ], covers: [.linearMemory, .module])
    let text = BudgetFileText.text(
      [.init(key: key, footprint: footprint)],
      headroom: Tolerance(basisPoints: 1000, bytes: .zero))
    let check = BudgetCheck(
      try BudgetFileTests.read(text), key: key, footprints: [footprint], today: nil)
    #expect(check.verdict == .pass)
    #expect(check.uses.map(\.limit.rawValue).sorted() == [4800, 71 * 1024, 76 * 1024])
    var grown = footprint
    grown.rows[1].bytes = ByteCount(4801)
    let later = BudgetCheck(
      try BudgetFileTests.read(text), key: key, footprints: [grown], today: nil)
    #expect(later.over.map(\.subject) == [.category(.module)])
  }
}
