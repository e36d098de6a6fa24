import Testing
import TraceModel
import TraceReport

/// One run against its limits.
@Suite struct BudgetCheckTests {
  static let key: RunKey = {
    var key = RunKey()
    key[.module] = "app.wasm"
    key[.target] = "thumbv7"
    key[.mode] = "aot"
    return key
  }()

  static func footprint(
    _ bytes: [MemoryCategory: Int64], measure: Measure = .committed
  )
    -> Footprint
  {
    Footprint(
      measure: measure, source: .events,
      rows: bytes.map { FootprintRow($0.key, ByteCount($0.value)) }, covers: Set(bytes.keys))
  }

  private static func check(
    _ toml: String, _ run: Footprint, baseline: Footprint? = nil,
    decisions: [SeriesDecision] = [], today: String = "2026-11-28"
  ) throws -> BudgetCheck {
    BudgetCheck(
      try BudgetFileTests.read(toml), key: key, footprints: [run],
      baselines: baseline.map { [$0] } ?? [], decisions: decisions, today: UTCTime(today))
  }

  @Test func `a size is kept up to the byte`() throws {
    let toml = "[[budget]]\ntotal = 1000"
    #expect(
      try BudgetCheckTests.check(toml, BudgetCheckTests.footprint([.module: 1000])).verdict == .pass
    )
    let over = try BudgetCheckTests.check(toml, BudgetCheckTests.footprint([.module: 1001]))
    #expect(over.verdict == .regressed)
    #expect(over.over.map(\.left) == [ByteCount(-1)])
  }

  @Test func `the first budget that matches and names a subject decides on it`() throws {
    let toml = """
      [[budget]]
      module = "app*"
      mode = "aot"
      total = 100
      [[budget]]
      total = 10
      category.module = 60
      [[budget]]
      target = "x86_64"
      category.module = 1
      """
    let check = try BudgetCheckTests.check(toml, BudgetCheckTests.footprint([.module: 50]))
    #expect(check.uses.map(\.limit.rawValue).sorted() == [60, 100])
    #expect(check.verdict == .pass)
  }

  @Test func `growth counts from the baseline, and the larger part of it is allowed`() throws {
    let toml = "[[budget]]\ncategory.module = { growth = \"10%,20\" }"
    let before = BudgetCheckTests.footprint([.module: 100])
    func use(_ bytes: Int64) throws -> BudgetUse? {
      try BudgetCheckTests.check(
        toml, BudgetCheckTests.footprint([.module: bytes]), baseline: before
      ).uses.first
    }
    #expect(try use(120)?.standing == .within)
    #expect(try use(121)?.standing == .over)
    #expect(try use(121)?.baseline == ByteCount(100))
  }

  @Test func `without a baseline growth is not judged, and says so`() throws {
    let check = try BudgetCheckTests.check(
      "[[budget]]\ntotal = { growth = \"1%\" }", BudgetCheckTests.footprint([.module: 1]))
    #expect(check.verdict == .insufficientData)
    #expect(check.unjudged.map(\.reason) == ["the baseline has no committed bytes"])
  }

  @Test func `what the run does not show is not judged`() throws {
    let check = try BudgetCheckTests.check(
      "[[budget]]\ncategory.gc-heap = 1\ntotal = 5", BudgetCheckTests.footprint([.module: 1]))
    #expect(check.verdict == .pass)
    #expect(check.unjudged.map(\.reason) == ["the run does not show gc-heap"])
  }

  @Test func `a region sums its categories, what lies inside another of them once`() throws {
    var run = BudgetCheckTests.footprint([.linearMemory: 1000, .aotCode: 50])
    run.rows.append(FootprintRow(.appHeap, ByteCount(300), container: .linearMemory))
    let toml = """
      [regions]
      psram = ["linear-memory", "app-heap"]
      heap = ["app-heap"]
      [[budget]]
      region.psram = 2000
      region.heap = 2000
      """
    let check = try BudgetCheckTests.check(toml, run)
    let bySubject = Dictionary(uniqueKeysWithValues: check.uses.map { ($0.subject.text, $0.bytes) })
    #expect(bySubject == ["region psram": ByteCount(1000), "region heap": ByteCount(300)])
  }

  @Test func `unknown bytes are not judged`() throws {
    var run = BudgetCheckTests.footprint([.linearMemory: 1, .module: 1])
    run.unknown = [.linearMemory: "wrapped"]
    let check = try BudgetCheckTests.check(
      "[[budget]]\ntotal = 10\ncategory.module = 10", run)
    #expect(check.uses.map(\.subject) == [.category(.module)])
    #expect(check.unjudged.map(\.subject) == [.total])
  }

  @Test func `accepted growth adds up, for a part and for the total`() throws {
    let toml = """
      [[budget]]
      total = 100
      category.module = 50
      """
    let trailers = """
      Add a buffer

      Memtrace-Accept: app.wasm/thumbv7:module +10, a buffer
      memtrace-accept:  app.wasm:module   +10 B, another one
      """
    let decisions = try AcceptTrailer.decisions(in: Array(trailers.utf8), file: "log")
    #expect(decisions.map(\.bytes) == [ByteCount(10), ByteCount(10)])
    func standings(_ module: Int64) throws -> Set<BudgetUse.Standing> {
      let run = BudgetCheckTests.footprint([.module: module, .host: 50])
      return Set(
        try BudgetCheckTests.check(toml, run, decisions: decisions).uses.map(\.standing))
    }
    #expect(try standings(50) == [.within])
    #expect(try standings(70) == [.accepted])
    #expect(try standings(71) == [.over])
  }

  @Test func `an acceptance without a size holds for its own figure only`() throws {
    let toml = """
      [[budget]]
      total = 100
      category.module = 50
      [[accept]]
      series = "app.wasm:module"
      reason = "known"
      """
    let run = BudgetCheckTests.footprint([.module: 101])
    let check = try BudgetCheckTests.check(toml, run)
    #expect(check.over.map(\.subject) == [.total])
    #expect(check.uses.first { $0.subject != .total }?.note == "known")
  }

  @Test func `an acceptance without a size is no licence for the days after it`() throws {
    let toml = """
      [[budget]]
      category.module = 100
      [[accept]]
      series = "app.wasm:module"
      reason = "a table"
      from = 2026-11-28
      """
    let run = BudgetCheckTests.footprint([.module: 5000])
    #expect(try BudgetCheckTests.check(toml, run, today: "2026-11-28T02:00:00Z").verdict == .pass)
    #expect(
      try BudgetCheckTests.check(toml, run, today: "2026-11-29T02:00:00Z").verdict == .regressed)
  }

  @Test func `a trailer takes any series that a report prints`() throws {
    let text = "Memtrace-Accept:\tapp.wasm:app-heap@linear-memory,used +1KiB, a, b\n"
    let decision = try #require(AcceptTrailer.decisions(in: Array(text.utf8), file: "log").first)
    #expect(decision.series.text == "app.wasm:app-heap@linear-memory,used")
    #expect(decision.reason == "a, b")
  }

  @Test func `a decision holds through its last day`() throws {
    let toml = """
      [[budget]]
      total = 1
      [[mute]]
      series = "*"
      reason = "moving"
      until = 2026-11-28
      """
    let run = BudgetCheckTests.footprint([.module: 2])
    #expect(try BudgetCheckTests.check(toml, run, today: "2026-11-28T23:00:00Z").verdict == .pass)
    #expect(
      try BudgetCheckTests.check(toml, run, today: "2026-11-29T00:00:00Z").verdict == .regressed)
  }

  @Test(arguments: [
    "Memtrace-Accept: app +1KiB", "Memtrace-Accept: app 1KiB, reason",
    "Memtrace-Accept: app +much, reason", "Memtrace-Accept: +1KiB, reason",
    "Memtrace-Accept: app +1KiB,", "Memtrace-Accept:",
  ])
  func `a trailer that cannot be read is an error with its line`(_ line: String) {
    let error = #expect(throws: TraceError.self) {
      try AcceptTrailer.decisions(in: Array("Subject\n\n\(line)\n".utf8), file: "log")
    }
    #expect(error?.location == SourceLocation(file: "log", line: 3))
  }

  @Test func `other lines of a message are no trailers`() throws {
    let text = "Memtrace-Acceptable: x\nSee Memtrace-Accept: for how\r\n"
    #expect(try AcceptTrailer.decisions(in: Array(text.utf8), file: "log") == [])
  }
}
