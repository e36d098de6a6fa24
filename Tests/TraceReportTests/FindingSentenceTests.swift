import Testing
import TraceModel
import TraceReport

@Suite struct FindingSentenceTests {
  static func finding(
    _ change: SeriesFinding.Change, before: Int64 = 262_144, after: Int64 = 327_680,
    good: String? = "2026-10-20T02:00:00Z", commits: (String?, String?) = ("a1b2", "c3d4")
  ) throws -> SeriesFinding {
    var key = RunKey()
    key[.module] = "app.wasm"
    key[.target] = "thumbv7"
    key[.mode] = "aot"
    let since = try #require(UTCTime("2026-10-21T02:00:00Z"))
    let lastGood = try good.map { try #require(UTCTime($0)) }
    return SeriesFinding(
      series: SeriesID(key: key, category: .linearMemory), kind: .exact, change: change,
      since: RunReference(id: "2", time: since, commit: commits.1),
      lastGood: lastGood.map { RunReference(id: "1", time: $0, commit: commits.0) },
      before: ByteCount(before), after: ByteCount(after), runCount: 3, noise: .zero)
  }

  @Test func `a step says how much, since when, who, and what is left of the budget`() throws {
    var finding = try Self.finding(.step)
    finding.grown = [
      GrownPart(
        thread: "3", frames: [], before: ByteCount(0), after: ByteCount(65_536)),
      GrownPart(
        thread: "3", frames: ["malloc", "worker_main at pool.c:88"], before: ByteCount(4096),
        after: ByteCount(65_536)),
    ]
    finding.budget = BudgetUse(
      key: finding.series.key, subject: .category(.linearMemory), bound: .size,
      bytes: finding.after, limit: ByteCount(307_200))
    finding.estimate = ByteCount(262_144)
    #expect(
      FindingSentence(finding).text == """
        linear-memory of app.wasm on thumbv7 (aot) grew by 64.00 KiB (+25.0 %), from 256.00 KiB \
        to 320.00 KiB, on 2026-10-21, in commits a1b2..c3d4; in thread 3, worker_main at \
        pool.c:88 took 60.00 KiB of it; the budget of 300.00 KiB is exceeded by 20.00 KiB; the \
        estimate expects 256.00 KiB.
        """)
  }

  @Test func `a thread without call stacks, a part above the whole, a budget of another kind`()
    throws
  {
    var finding = try Self.finding(.step)
    finding.grown = [
      GrownPart(thread: "3", frames: [], before: .zero, after: ByteCount(131_072))
    ]
    #expect(FindingSentence(finding).culprit == "thread 3 holds 128.00 KiB more")
    finding.grown[0].after = ByteCount(-1)
    #expect(FindingSentence(finding).culprit == nil)
    finding.budget = BudgetUse(
      key: finding.series.key, subject: .total, bound: .growth, bytes: ByteCount(1024),
      limit: ByteCount(2048), baseline: .zero)
    #expect(
      FindingSentence(finding).budget
        == "the growth budget of 2.00 KiB on total has 1.00 KiB left")
  }

  @Test func `a spike, a drift, a shrinking and a beginning`() throws {
    let spike = try FindingSentence(Self.finding(.spike)).text
    #expect(
      spike.hasSuffix(
        "stood at 320.00 KiB instead of 256.00 KiB (+64.00 KiB, +25.0 %) on 2026-10-21."))
    let drift = try FindingSentence(Self.finding(.drift)).text
    #expect(
      drift.hasSuffix(
        "crept up by 64.00 KiB (+25.0 %), from 256.00 KiB to 320.00 KiB, since 2026-10-21 over "
          + "3 runs, in commits a1b2..c3d4."))
    let less = try FindingSentence(Self.finding(.step, before: 327_680, after: 262_144)).text
    #expect(less.contains("shrank by 64.00 KiB (-20.0 %), from 320.00 KiB to 256.00 KiB"))
    let new = try FindingSentence(Self.finding(.step, before: 0)).text
    #expect(new.contains("grew by 320.00 KiB, from 0 to 320.00 KiB, on"))
  }

  @Test func `missing nights and an unchanged commit are said`() throws {
    let gap = try Self.finding(.step, good: "2026-10-01T02:00:00Z", commits: ("a1b2", "a1b2"))
    #expect(
      FindingSentence(gap).text.contains(
        "on 2026-10-21, the first run after 2026-10-01, at the same commit as before (a1b2)."))
    let first = try Self.finding(.step, good: nil, commits: (nil, nil))
    #expect(FindingSentence(first).text.hasSuffix("on 2026-10-21."))
  }

  @Test func `a series says what is not as usual`() throws {
    var key = RunKey()
    key[.wamr] = "2.4.4"
    let series = SeriesID(
      key: key, category: .libcHeap, container: .linearMemory, measure: .resident,
      source: .estimate)
    #expect(
      SeriesWords(series).text
        == "estimated resident libc-heap inside linear-memory (WAMR 2.4.4)")
    #expect(SeriesWords(SeriesID(key: RunKey(), category: .host)).text == "host")
  }
}
