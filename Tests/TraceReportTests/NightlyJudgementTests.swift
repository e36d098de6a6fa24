import MemtraceTestSupport
import Testing
import TraceModel
import TraceReport

/// Series to report: what is told, what is forgiven, what decides.
@Suite struct NightlyJudgementTests {
  private static func key(_ module: String) -> RunKey {
    var key = RunKey()
    key[.module] = module
    return key
  }

  private static let start = Int64(1_790_000_000)

  static func series(
    _ values: [Int64], _ module: String = "app", kind: SeriesKind = .exact,
    category: MemoryCategory = .module, source: FootprintSource = .events, firstNight: Int = 0
  ) -> SeriesHistory {
    SeriesHistory(
      id: SeriesID(key: key(module), category: category, source: source), kind: kind,
      points: values.enumerated().map { night, bytes in
        SeriesHistory.Point(
          run: Int64(night + firstNight),
          time: UTCTime(seconds: start + Int64(night + firstNight) * 86_400),
          bytes: ByteCount(bytes))
      })
  }

  static func reference(_ run: Int64) -> RunReference {
    RunReference(
      id: "run\(run)", time: UTCTime(seconds: start + run * 86_400), commit: "c\(run)")
  }

  static func report(
    _ all: [SeriesHistory], budgets: String = "", options: NightlyOptions = NightlyOptions(),
    details: @escaping (Int64) throws(TraceError) -> [HistoryDetail] = { _ in [] }
  ) throws -> NightlyReport {
    var judgement = NightlyJudgement(
      options: options, budgets: try BudgetFileTests.read(budgets), decisions: [],
      today: all.compactMap(\.points.last?.time).max())
    for series in all { judgement.add(series) }
    return try judgement.report(
      subject: "test", runCount: 0,
      lookup: RunLookup(reference: { reference($0) }, rows: { _ in [] }, details: details))
  }

  @Test func `a step is told with its last good run`() throws {
    let report = try NightlyJudgementTests.report([
      NightlyJudgementTests.series([100, 100, 100, 300, 300])
    ])
    let finding = try #require(report.regressions.first)
    #expect(report.verdict == .regressed)
    #expect(finding.since.commit == "c3")
    #expect(finding.lastGood?.commit == "c2")
    #expect(finding.delta == ByteCount(200))
    #expect(finding.runCount == 2)
    #expect(!finding.isNew)
  }

  @Test func `only the newest night's growth decides where new ones are asked for`() throws {
    var options = NightlyOptions()
    options.deciding = .new
    let old = [NightlyJudgementTests.series([100, 100, 300, 300])]
    #expect(try NightlyJudgementTests.report(old, options: options).verdict == .pass)
    #expect(try NightlyJudgementTests.report(old, options: options).regressions.count == 1)
    let fresh = [NightlyJudgementTests.series([100, 100, 100, 300])]
    let report = try NightlyJudgementTests.report(fresh, options: options)
    #expect(report.verdict == .regressed)
    #expect(report.regressions.map(\.isNew) == [true])
  }

  @Test func `what was undone is not told`() throws {
    let back = [NightlyJudgementTests.series([100, 100, 300, 300, 100, 100])]
    let report = try NightlyJudgementTests.report(back)
    #expect(report.regressions.isEmpty)
    #expect(report.improvements.map(\.since.commit) == ["c4"])
    #expect(report.verdict == .improved)
  }

  @Test
  func `what is left of growth that was undone in part is told, and growth counts from before`()
    throws
  {
    let report = try NightlyJudgementTests.report(
      [NightlyJudgementTests.series([10_000, 10_000, 20_000, 20_000, 14_000, 14_000])],
      budgets: "[[budget]]\ncategory.module = { growth = \"5%\" }")
    #expect(report.verdict == .regressed)
    #expect(report.regressions.map(\.delta.rawValue) == [4000])
    #expect(report.budgets.map(\.baseline) == [ByteCount(10_000)])
  }

  @Test func `a drift that was undone is not told`() throws {
    let values = (0..<85).map { night -> Int64 in
      let noise = Int64([0, 300, -200, 150, -350, 250, -100][night % 7])
      return 200_000 + noise + (night < 60 ? max(0, night - 30) : 0).asGrowth
    }
    let drifting = try NightlyJudgementTests.report(
      [NightlyJudgementTests.series(Array(values[..<60]), kind: .noisy)])
    #expect(drifting.verdict == .regressed)
    let back = try NightlyJudgementTests.report(
      [NightlyJudgementTests.series(values, kind: .noisy)])
    #expect(back.regressions.isEmpty)
    #expect(back.drifts.isEmpty)
  }

  @Test func `budgets are judged by the events of a run that has dumps, too`() throws {
    let report = try NightlyJudgementTests.report(
      [
        NightlyJudgementTests.series([9_000_000, 9_000_000], category: .host),
        NightlyJudgementTests.series([5000, 5000], category: .module, source: .snapshots),
      ], budgets: "[[budget]]\ntotal = \"1MiB\"")
    #expect(report.budgets.map(\.bytes.rawValue) == [9_000_000])
    #expect(report.verdict == .regressed)
  }

  @Test func `budgets of a key that ended are not judged`() throws {
    let report = try NightlyJudgementTests.report(
      [
        NightlyJudgementTests.series([9000, 9000], "old"),
        NightlyJudgementTests.series([5, 5, 5], firstNight: 60),
      ], budgets: "[[budget]]\ntotal = 100")
    #expect(report.verdict == .pass)
    #expect(report.warnings == ["old: budgets are not judged: no run of late"])
  }

  @Test func `a lasting step is told although a smaller one followed`() throws {
    let report = try NightlyJudgementTests.report([
      NightlyJudgementTests.series([1000, 1000, 3000, 3000, 2500, 2500])
    ])
    #expect(report.regressions.map(\.delta.rawValue) == [2000])
    #expect(report.improvements.map(\.delta.rawValue) == [-500])
  }

  @Test func `accepted growth is forgiven up to its size, until its end`() throws {
    func report(_ accept: String) throws -> NightlyReport {
      try NightlyJudgementTests.report(
        [NightlyJudgementTests.series([100, 100, 300, 300])],
        budgets: "[[accept]]\nseries = \"app:module\"\nreason = \"TLS\"\n" + accept)
    }
    #expect(try report("").verdict == .pass)
    #expect(try report("").accepted.map(\.note) == ["TLS"])
    #expect(try report("bytes = 200").verdict == .pass)
    #expect(try report("bytes = 199").verdict == .regressed)
    #expect(try report("until = 2020-01-01").verdict == .regressed)
    #expect(try report("from = 2020-01-01").verdict == .regressed)
  }

  @Test func `a muted series is told as muted and decides nothing`() throws {
    let report = try NightlyJudgementTests.report(
      [NightlyJudgementTests.series([100, 100, 300, 300])],
      budgets: "[[mute]]\nseries = \"app\"\nreason = \"under repair\"")
    #expect(report.verdict == .pass)
    #expect(report.muted.map(\.note) == ["under repair"])
    #expect(report.regressions.isEmpty)
  }

  @Test func `growth budgets count from the level before growth that nobody accepted`() throws {
    let series = [NightlyJudgementTests.series([1000, 1000, 1200, 1200, 1500, 1500])]
    let budget = "[[budget]]\ncategory.module = { growth = \"10%\" }\n"
    let open = try NightlyJudgementTests.report(series, budgets: budget)
    #expect(open.budgets.map(\.baseline) == [ByteCount(1000)])
    #expect(open.budgets.map(\.standing) == [.over])
    #expect(open.regressions.first?.budget?.left == ByteCount(-400))
    let accepted = try NightlyJudgementTests.report(
      series,
      budgets: budget + "[[accept]]\nseries = \"app\"\nbytes = 200\nreason = \"first\"")
    #expect(accepted.budgets.map(\.baseline) == [ByteCount(1200)])
  }

  @Test func `too little history is not judged, and alone it is no pass`() throws {
    let short = NightlyJudgementTests.series([1000, 1100], "noisy", kind: .noisy)
    let report = try NightlyJudgementTests.report([short])
    #expect(report.verdict == .insufficientData)
    #expect(report.unjudged.map(\.reason) == ["fewer than 5 runs"])
    let other = NightlyJudgementTests.series([5, 5, 5])
    #expect(try NightlyJudgementTests.report([short, other]).verdict == .pass)
  }

  @Test func `a series that ended is not judged`() throws {
    let ended = NightlyJudgementTests.series([100, 100, 300, 300], "old")
    let current = NightlyJudgementTests.series([5, 5, 5], firstNight: 60)
    let report = try NightlyJudgementTests.report([ended, current])
    #expect(report.unjudged.map(\.reason) == ["no run of late"])
    #expect(report.regressions.isEmpty)
    #expect(report.warnings.isEmpty)
  }

  @Test func `the threads and stacks that grew are told`() throws {
    let details: (Int64) throws(TraceError) -> [HistoryDetail] = { run in
      [
        HistoryDetail(.module, ByteCount(run < 2 ? 60 : 60), thread: "1", frames: ["main"]),
        HistoryDetail(.module, ByteCount(run < 2 ? 40 : 240), thread: "2", frames: ["load"]),
        HistoryDetail(.host, ByteCount(run * 1000), thread: "1", frames: ["other"]),
      ]
    }
    let report = try NightlyJudgementTests.report(
      [NightlyJudgementTests.series([100, 100, 300, 300])],
      details: details)
    let grown = try #require(report.regressions.first).grown
    #expect(grown.map(\.thread) == ["2", "2"])
    #expect(grown.map(\.frames) == [[], ["load"]])
    #expect(grown.map(\.delta.rawValue) == [200, 200])
  }

  @Test func `a finding knows what the newest estimate expects`() throws {
    let report = try NightlyJudgementTests.report([
      NightlyJudgementTests.series([100, 100, 300, 300]),
      NightlyJudgementTests.series([90, 90, 90, 90], source: .estimate),
    ])
    #expect(report.regressions.map(\.estimate) == [ByteCount(90)])
  }

  @Test func `a report does not depend on the order of equal findings`() throws {
    let all = ["b", "a", "c"].map { NightlyJudgementTests.series([1, 1, 1000, 1000], $0) }
    let report = try NightlyJudgementTests.report(all)
    #expect(report.regressions.map(\.series.key.text) == ["a", "b", "c"])
  }

  @Test func `the chart of a finding has its last thirty runs with their levels`() throws {
    var values = [Int64](repeating: 1000, count: 40)
    for night in 35..<40 { values[night] = 2000 }
    let chart = try #require(
      NightlyJudgementTests.report([NightlyJudgementTests.series(values)]).charts.first)
    #expect(chart.points.count == 30)
    #expect(chart.levels.map(\.range) == [0...24, 25...29])
    #expect(chart.levels.map(\.bytes.rawValue) == [1000, 2000])
  }
}

extension Int {
  /// Bytes after so many nights of a drift.
  fileprivate var asGrowth: Int64 { Int64(self) * 700 }
}
