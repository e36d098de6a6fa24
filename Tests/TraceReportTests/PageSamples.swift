import TraceModel
import TraceReport

/// Reports with everything that a page shows, made by rule: the same every time.
enum PageSamples {
  /// Names that would do harm on a page that forgot one of them.
  static let hostile = [
    "<script>window.__pwned=1</script>", "\"><img src=x onerror=window.__pwned=1>",
    "</script><script>window.__pwned=1</script>", "'-window.__pwned-'", "&lt;b&gt;",
    "\u{202e}gnp.exe", "]]><!--", "line\nend",
  ]

  static let start = UTCTime(seconds: 1_790_000_000)

  static func time(_ night: Int) -> UTCTime {
    UTCTime(seconds: start.seconds + Int64(night) * 86_400)
  }

  static func run(_ night: Int) -> RunReference {
    RunReference(id: "00000000000000\(night + 10)", time: time(night), commit: commit(night))
  }

  private static func commit(_ night: Int) -> String {
    let digits = Array("0123456789abcdef")
    var state = UInt64(night) &* 0x9E37_79B9_7F4A_7C15 | 1
    return String(
      (0..<40).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return digits[Int(state >> 60)]
      })
  }

  static func key(_ module: String, target: String = "thumbv7", mode: String = "aot") -> RunKey {
    var key = RunKey()
    key[.module] = module
    key[.target] = target
    key[.wamr] = "2.4.4"
    key[.mode] = mode
    return key
  }

  static func series(
    _ category: MemoryCategory, of module: String = "app.wasm", target: String = "thumbv7"
  ) -> SeriesID {
    SeriesID(key: key(module, target: target), category: category)
  }

  /// A change at `night` of 30.
  static func finding(
    _ series: SeriesID, _ change: SeriesFinding.Change, at night: Int, from before: Int64,
    to after: Int64, noise: Int64 = 0
  ) -> SeriesFinding {
    var finding = SeriesFinding(
      series: series, kind: noise == 0 ? .exact : .noisy, change: change, since: run(night),
      lastGood: run(night - 1), before: ByteCount(before), after: ByteCount(after),
      runCount: change == .spike ? 1 : 30 - night, noise: ByteCount(noise))
    finding.isNew = night > 28
    return finding
  }

  /// Thirty nights with the finding in them; some nights are missing.
  static func chart(_ finding: SeriesFinding) -> SeriesChart {
    var points: [SeriesHistory.Point] = []
    var change = 30
    let since = finding.since.time ?? start
    for night in 0..<30 where night % 11 != 6 {
      if time(night) == since { change = points.count }
      let isAfter = time(night) >= since
      let wave = Int64((night * 37) % 13 - 6) * finding.noise.rawValue / 6
      var bytes = finding.before.rawValue
      switch finding.change {
      case .step: bytes = isAfter ? finding.after.rawValue : bytes
      case .spike: bytes = points.count == change ? finding.after.rawValue : bytes
      case .drift:
        let span = finding.delta.rawValue * Int64(max(0, night - 2)) / 27
        bytes += span
      }
      points.append(.init(run: Int64(night), time: time(night), bytes: ByteCount(bytes + wave)))
    }
    let last = points.count - 1
    let isStep = finding.change == .step && change <= last && change > 0
    return SeriesChart(
      series: finding.series, points: points,
      levels: isStep
        ? [
          .init(range: 0...(change - 1), bytes: finding.before),
          .init(range: change...last, bytes: finding.after),
        ] : [.init(range: 0...last, bytes: finding.before)],
      spikes: finding.change == .spike && change <= last ? [change] : [])
  }

  /// A night on which one module got worse in three places.
  static func regressed() -> NightlyReport {
    var report = NightlyReport(
      subject: "nightly/history.sqlite", verdict: .regressed,
      reasons: ["3 series regressed, 1 drifts", "1 budget is exceeded"])
    report.from = time(0)
    report.until = time(29)
    report.runCount = 108
    report.keyCount = 4
    report.seriesCount = 46
    report.regressions = regressions()
    report.drifts = [
      finding(series(.appHeap), .drift, at: 2, from: 182_000, to: 195_400, noise: 900)
    ]
    report.improvements = [
      finding(series(.module, of: "ui.wasm"), .step, at: 25, from: 91_232, to: 80_112)
    ]
    report.spikes = [
      finding(
        series(.nativeStack), .spike, at: 20, from: 1_048_576, to: 1_310_720, noise: 12_000)
    ]
    var accepted = finding(
      series(.aotCode, target: "x86_64"), .step, at: 12, from: 400_000, to: 433_000)
    accepted.note = "accepted until 2026-12-01: new codec, agreed in review"
    report.accepted = [accepted]
    var muted = finding(series(.host), .step, at: 9, from: 4_000_000, to: 4_600_000, noise: 20_000)
    muted.note = "muted: the test harness, not the product"
    report.muted = [muted]
    report.unjudged = (0..<5).map {
      UnjudgedSeries(
        series: series(.gcHeap, of: "new-\($0).wasm"), pointCount: $0 + 1,
        reason: "fewer than 8 runs")
    }
    report.budgets = budgets()
    report.estimates = [estimates()]
    report.charts = (report.regressions + report.drifts + report.improvements + report.spikes)
      .map(chart)
    return report
  }

  private static func regressions() -> [SeriesFinding] {
    var memory = finding(series(.linearMemory), .step, at: 26, from: 262_144, to: 327_680)
    memory.grown = [
      GrownPart(
        thread: "3",
        frames: [
          "malloc", "pool_grow at src/pool.c:88 in app+0x1f20",
          "worker_main at src/worker.c:41 in app+0x2a10",
        ], before: ByteCount(4096), after: ByteCount(65_536)),
      GrownPart(
        thread: "1", frames: ["main at src/main.c:12"], before: .zero, after: ByteCount(4096)),
    ]
    memory.estimate = ByteCount(262_144)
    memory.budget = budgets().first
    var stack = finding(
      series(.wasmStack), .step, at: 29, from: 131_072, to: 155_648, noise: 1200)
    stack.grown = [
      GrownPart(thread: "worker-2", frames: [], before: ByteCount(16_384), after: ByteCount(40_960))
    ]
    let code = finding(
      series(.aotCode, of: "ui.wasm", target: "x86_64"), .step, at: 27, from: 811_008, to: 823_296)
    return [memory, stack, code]
  }

  private static func budgets() -> [BudgetUse] {
    [
      BudgetUse(
        key: key("app.wasm"), subject: .category(.linearMemory), bound: .size,
        bytes: ByteCount(327_680), limit: ByteCount(307_200)),
      BudgetUse(
        key: key("app.wasm"), subject: .total, bound: .size, bytes: ByteCount(2_010_112),
        limit: ByteCount(2_097_152)),
      BudgetUse(
        key: key("ui.wasm"), subject: .region("iram"), bound: .growth, bytes: ByteCount(12_288),
        limit: ByteCount(65_536), baseline: ByteCount(811_008)),
    ]
  }

  private static func estimates() -> EstimateComparison {
    let rows: [(MemoryCategory, MemoryCategory?, Int64, Int64?, Int64)] = [
      (.linearMemory, nil, 262_144, 262_144, 327_680),
      (.libcHeap, .linearMemory, 120_000, nil, 190_112), (.module, nil, 91_000, 96_000, 91_232),
      (.moduleInstance, nil, 8120, 8120, 8120), (.wasmStack, nil, 131_072, 196_608, 155_648),
      (.nativeStack, nil, 1_048_576, nil, 1_048_576),
    ]
    return EstimateComparison(
      key: key("app.wasm"), run: run(29),
      rows: rows.map { category, container, expected, most, measured in
        EstimateComparison.Row(
          category: category, container: container, expected: ByteCount(expected),
          maximum: most.map { ByteCount($0) }, measured: ByteCount(measured))
      })
  }

  /// Nothing got worse.
  static func passed() -> NightlyReport {
    var report = NightlyReport(
      subject: "nightly/history.sqlite", verdict: .pass,
      reasons: ["no series is worse than it was"])
    report.runCount = 120
    report.keyCount = 4
    report.seriesCount = 46
    report.from = time(0)
    report.until = time(29)
    report.budgets = [budgets()[1], budgets()[2]]
    report.improvements = regressed().improvements
    return report
  }
}
