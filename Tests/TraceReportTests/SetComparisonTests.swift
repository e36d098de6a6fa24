import Testing
import TraceModel
import TraceReport

/// Runs before a change against runs after it.
@Suite struct SetComparisonTests {
  private static func run(
    _ name: String, _ bytes: Int64, kind: SeriesKind = .noisy, _ details: [HistoryDetail] = []
  ) -> SetComparison.Run {
    SetComparison.Run(
      name: name, key: RunKey(), rows: [HistoryRow(.module, ByteCount(bytes), kind: kind)],
      details: details)
  }

  private static func runs(
    _ values: [Int64], _ set: String, kind: SeriesKind = .noisy
  )
    -> [SetComparison.Run]
  {
    values.enumerated().map { run("\(set)\($0.offset).zst", $0.element, kind: kind) }
  }

  private static func report(
    _ before: [Int64], _ after: [Int64], kind: SeriesKind = .noisy, tolerance: String? = nil
  ) -> NightlyReport {
    SetComparison(
      before: runs(before, "a", kind: kind), after: runs(after, "b", kind: kind),
      tolerance: tolerance.flatMap { Tolerance($0) }
    ).report(budgets: .none, decisions: [], today: nil)
  }

  @Test func `an exact series needs one run of each`() throws {
    let report = SetComparisonTests.report([100], [200], kind: .exact)
    let finding = try #require(report.regressions.first)
    #expect(finding.since.id == "b0.zst")
    #expect(finding.since.time == nil)
    #expect(finding.lastGood?.id == "a0.zst")
    #expect(FindingSentence(finding).text.contains("in b0.zst"))
    #expect(SetComparisonTests.report([100], [163], kind: .exact).verdict == .pass)
  }

  @Test func `one that varies needs several, or a tolerance`() {
    #expect(SetComparisonTests.report([1000], [9000]).verdict == .insufficientData)
    #expect(SetComparisonTests.report([1000], [1101], tolerance: "10%").verdict == .regressed)
    #expect(SetComparisonTests.report([1000], [1100], tolerance: "10%").verdict == .pass)
    #expect(SetComparisonTests.report([1000], [800], tolerance: "10%").verdict == .improved)
    let before: [Int64] = [100_000, 101_000, 99_500, 100_300, 99_900, 100_600]
    #expect(SetComparisonTests.report(before, [100_200, 99_800]).verdict == .pass)
    let worse = SetComparisonTests.report(before, [120_100, 121_000, 119_800])
    #expect(worse.verdict == .regressed)
    #expect(worse.regressions.map(\.since.id) == ["b0.zst"])
  }

  @Test func `what only one set has is not judged`() {
    let other = SetComparison.Run(
      name: "b.zst", key: RunKey(),
      rows: [HistoryRow(.host, ByteCount(1), kind: .exact)], details: [])
    let report = SetComparison(
      before: [SetComparisonTests.run("a.zst", 1, kind: .exact)], after: [other], tolerance: nil
    ).report(budgets: .none, decisions: [], today: nil)
    #expect(report.unjudged.map(\.reason) == ["only in the runs after", "only in the runs before"])
    #expect(report.verdict == .insufficientData)
  }

  @Test func `budgets of growth count from the runs before`() throws {
    let file = try BudgetFileTests.read("[[budget]]\ntotal = { growth = \"10%\" }")
    let report = SetComparison(
      before: [SetComparisonTests.run("a.zst", 100, kind: .exact)],
      after: [SetComparisonTests.run("b.zst", 111, kind: .exact)], tolerance: nil
    ).report(budgets: file, decisions: [], today: nil)
    #expect(report.regressions.isEmpty)
    #expect(report.budgets.map(\.standing) == [.over])
    #expect(report.verdict == .regressed)
  }
}
