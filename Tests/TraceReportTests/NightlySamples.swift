import MemtraceTestSupport
import TraceModel
import TraceReport

/// Nightly reports with planted findings.
enum NightlySamples {
  typealias Generator = MemtraceTestSupport.SeededGenerator

  /// What a name from a trace may hold; each means something to one of the formats.
  static let hostile = [
    "<script>alert(1)</script>", "a\nb\r\n::error::c", "]]>&amp;\"'", "`x` | **y** _z_",
    "@everyone fixes #12", "</details></table>", "https://example.com/?a=1&b=2",
    "\u{202E}gnp.exe", "a\u{0}b\u{1B}[31m\u{FFFE}", "🧵 émoji \u{338}|", "%0A::set-output name=x::y",
    "=HYPERLINK(1)", "# EOF", "a\\", "std::map::at $1$", "",
  ]

  static func key(
    _ module: String, _ target: String = "thumbv7em", mode: String = "aot", wamr: String = "2.4.4"
  ) -> RunKey {
    var key = RunKey()
    key[.module] = module
    key[.target] = target
    key[.wamr] = wamr
    key[.mode] = mode
    return key
  }

  static func run(_ day: Int64, _ commit: String? = nil) -> RunReference {
    let id = String(repeating: "0", count: 12) + String(1000 + day)
    return RunReference(id: id, time: time(day), commit: commit)
  }

  /// Night after night from 2026-09-01T02:00:00Z on.
  static func time(_ day: Int64) -> UTCTime { UTCTime(seconds: 1_788_228_000 + day * 86_400) }

  static func finding(
    _ series: SeriesID, _ before: Int64, _ after: Int64, day: Int64,
    change: SeriesFinding.Change = .step, kind: SeriesKind = .exact, noise: Int64 = 0
  ) -> SeriesFinding {
    let hash = String(repeating: "c0ffee", count: 6)
    let commits = (day - 1...day).map { "\(1000 + $0)\(hash)" }
    var finding = SeriesFinding(
      series: series, kind: kind, change: change, since: run(day, commits[1]),
      lastGood: run(day - 1, commits[0]), before: ByteCount(before),
      after: ByteCount(after), runCount: Int(61 - day), noise: ByteCount(noise))
    finding.isNew = day == 60
    return finding
  }

  /// One of everything, with names as people give them.
  static let planted: NightlyReport = {
    let sensor = key("sensor.wasm")
    let gateway = key("gateway.wasm", "x86_64", mode: "fast-interp")
    var report = NightlyReport(
      subject: "nights.db", verdict: .regressed,
      reasons: ["2 findings of growth, 1 new", "1 budget is exceeded"])
    report.warnings = ["sensor.wasm/thumbv7em/2.4.4/aot: region iram is not judged: no aot-code"]
    report.from = time(1)
    report.until = time(60)
    report.runCount = 120
    report.keyCount = 2
    report.seriesCount = 12

    var step = finding(
      SeriesID(key: sensor, category: .linearMemory), 262_144, 327_680, day: 58)
    step.grown = [
      GrownPart(
        thread: "1", frames: ["malloc", "parse_frame at frame.c:88", "main"],
        before: ByteCount(4096), after: ByteCount(65_536)),
      GrownPart(thread: "1", frames: [], before: ByteCount(8192), after: ByteCount(73_728)),
    ]
    step.estimate = ByteCount(262_144)
    let over = BudgetUse(
      key: sensor, subject: .category(.linearMemory), bound: .size, bytes: ByteCount(327_680),
      limit: ByteCount(300_000))
    step.budget = over
    report.regressions = [step]
    report.drifts = [
      finding(
        SeriesID(key: gateway, category: .libcHeap, container: .linearMemory), 100_000, 106_100,
        day: 40, change: .drift, kind: .noisy, noise: 420)
    ]
    report.improvements = [
      finding(SeriesID(key: gateway, category: .moduleInstance), 9216, 8192, day: 51)
    ]
    report.spikes = [
      finding(
        SeriesID(key: gateway, category: .nativeStack, measure: .resident), 40_000, 61_000, day: 60,
        change: .spike, kind: .noisy, noise: 900)
    ]
    var accepted = finding(SeriesID(key: gateway, category: .module), 20_480, 21_720, day: 55)
    accepted.note = "new TLS buffer (memtrace.toml, until 2026-12-01)"
    report.accepted = [accepted]
    var muted = finding(SeriesID(key: gateway, category: .host), 1_000_000, 1_400_000, day: 59)
    muted.note = "the test rig itself"
    report.muted = [muted]
    report.unjudged = [
      UnjudgedSeries(
        series: SeriesID(key: key("new.wasm"), category: .linearMemory), pointCount: 2,
        reason: "fewer than 3 runs"),
      UnjudgedSeries(
        series: SeriesID(key: key("new.wasm"), category: .module), pointCount: 2,
        reason: "fewer than 3 runs"),
    ]
    report.budgets = [over, growth(gateway), within(gateway), acceptedUse(gateway)]
    report.estimates = [
      EstimateComparison(
        key: sensor, run: run(60),
        rows: [
          EstimateComparison.Row(
            category: .linearMemory, container: nil, expected: ByteCount(262_144), maximum: nil,
            measured: ByteCount(327_680)),
          EstimateComparison.Row(
            category: .appHeap, container: .linearMemory, expected: ByteCount(16_384),
            maximum: ByteCount(16_384), measured: ByteCount(16_384)),
        ])
    ]
    report.latest = latest(report)
    report.charts = [
      SeriesChart(
        series: step.series,
        points: (55...60).map {
          SeriesHistory.Point(
            run: $0, time: time($0), bytes: ByteCount($0 < 58 ? 262_144 : 327_680))
        },
        levels: [
          SeriesChart.Level(range: 0...2, bytes: ByteCount(262_144)),
          SeriesChart.Level(range: 3...5, bytes: ByteCount(327_680)),
        ], spikes: [])
    ]
    return report
  }()

  /// The planted report with one trace beside it.
  static let withTrace: NightlyReport = {
    var report = planted
    var trace = TraceOverview(
      name: "sensor.zst", labels: [RunLabel(name: "mode", value: "aot", isInferred: true)],
      peak: DocumentTests.footprint)
    trace.timeline = Timeline(
      source: .events,
      points: [
        Timeline.Point(
          start: 0, end: 1_000_000, peak: ByteCount(66_560), endBytes: ByteCount(100),
          rows: [FootprintRow(.module, ByteCount(66_560))])
      ], key: .category)
    trace.marks = [
      TraceOverview.Mark(
        kind: .peak, timeNanoseconds: 1_500_000_000, event: 7, bytes: ByteCount(66_560),
        label: "peak"),
      TraceOverview.Mark(
        kind: .mark, timeNanoseconds: 1, event: 2, bytes: nil, label: "phase=load"),
    ]
    trace.marksLeftOut = [.grow: 3]
    trace.sites = SiteSelection(
      [
        SiteReport(
          stack: nil, category: .module, thread: "1", bytes: ByteCount(1000), blocks: 3,
          allocations: 4, allocatedBytes: ByteCount(1200), frames: ["malloc", "wasm_load"])
      ], moment: "peak", limit: 10)
    trace.threads = [
      ThreadReport(
        thread: "1", facts: ThreadFacts(), events: 9, allocations: 4,
        allocatedBytes: ByteCount(1200), releases: 1, peak: ByteCount(1200),
        atPeak: ByteCount(1000), atEnd: .zero)
    ]
    trace.diff = FootprintDiff(
      DiffSamples.estimate([.linearMemory: 65_536], basis: .exact),
      DiffSamples.trace([.linearMemory: 131_072], source: .events))
    report.traces = [trace]
    return report
  }()

  private static func growth(_ key: RunKey) -> BudgetUse {
    BudgetUse(
      key: key, subject: .total, bound: .growth, bytes: ByteCount(1_500_000),
      limit: ByteCount(1_502_000), baseline: ByteCount(1_480_000))
  }

  private static func within(_ key: RunKey) -> BudgetUse {
    var use = BudgetUse(
      key: key, subject: .region("iram"), bound: .size, bytes: ByteCount(30_000),
      limit: ByteCount(65_536))
    use.measure = .resident
    return use
  }

  private static func acceptedUse(_ key: RunKey) -> BudgetUse {
    var use = BudgetUse(
      key: key, subject: .category(.module), bound: .size, bytes: ByteCount(21_720),
      limit: ByteCount(21_000))
    use.standing = .accepted
    use.note = "new TLS buffer"
    return use
  }

  /// The values after each finding, in the order of the series.
  private static func latest(_ report: NightlyReport) -> [SeriesValue] {
    let findings = report.regressions + report.drifts + report.improvements + report.spikes
    var values = findings.map { SeriesValue(series: $0.series, bytes: $0.after) }
    var estimate = report.regressions[0].series
    estimate.source = .estimate
    values.append(SeriesValue(series: estimate, bytes: ByteCount(262_144)))
    return values.sorted { $0.series < $1.series }
  }

  /// A report in which every name is hostile.
  static let hostileReport: NightlyReport = {
    var report = NightlyReport(
      subject: hostile.joined(separator: " "), verdict: .regressed, reasons: hostile)
    report.warnings = hostile
    report.until = time(60)
    report.from = time(1)
    report.runCount = 1
    for (place, name) in hostile.enumerated() {
      var key = key(name, hostile[(place + 3) % hostile.count], mode: name)
      key[.device] = hostile[(place + 5) % hostile.count]
      let size = Int64(100 * place)
      var finding = finding(
        SeriesID(key: key, category: .module), 1000, 2000 + size, day: 60)
      finding.since.commit = name
      finding.grown = [
        GrownPart(
          thread: name, frames: [name, hostile[(place + 1) % hostile.count]], before: .zero,
          after: ByteCount(1000))
      ]
      finding.note = name
      report.regressions.append(finding)
      report.muted.append(finding)
      report.unjudged.append(
        UnjudgedSeries(
          series: SeriesID(key: key, category: .host), pointCount: 1, reason: name))
      var use = BudgetUse(
        key: key, subject: .region(name), bound: .size, bytes: ByteCount(100 + size),
        limit: ByteCount(10))
      use.note = name
      report.budgets.append(use)
      report.latest.append(
        SeriesValue(series: finding.series, bytes: finding.after))
      report.estimates.append(
        EstimateComparison(
          key: key, run: run(60),
          rows: [
            EstimateComparison.Row(
              category: .module, container: nil, expected: ByteCount(1), maximum: ByteCount(2),
              measured: ByteCount(3))
          ]))
    }
    report.regressions.sort(by: SeriesFinding.precedes)
    report.budgets.sort(by: BudgetUse.precedes)
    return report
  }()

  /// A report of up to `limit` findings in all, with names of any kind.
  static func random(_ generator: inout Generator, limit: Int) -> NightlyReport {
    var report = NightlyReport(
      subject: name(&generator),
      verdict: Verdict.allCases.randomElement(using: &generator) ?? .pass,
      reasons: (0..<Int.random(in: 0...4, using: &generator)).map { _ in name(&generator) })
    report.until = time(60)
    report.warnings = (0..<Int.random(in: 0...9, using: &generator)).map { _ in name(&generator) }
    var left = limit
    for place in 0..<6 {
      let count = Int.random(in: 0...left, using: &generator) / (place < 3 ? 3 : 1)
      left -= count
      let findings = (0..<count).map { _ in finding(&generator) }
      switch place {
      case 0: report.regressions = findings.sorted(by: SeriesFinding.precedes)
      case 1: report.drifts = findings
      case 2: report.improvements = findings
      case 3: report.spikes = findings
      case 4: report.accepted = findings
      default: report.muted = findings
      }
    }
    for _ in 0..<Int.random(in: 0...left, using: &generator) {
      let series = series(&generator)
      report.unjudged.append(
        UnjudgedSeries(series: series, pointCount: 1, reason: name(&generator)))
      report.latest.append(SeriesValue(series: series, bytes: bytes(&generator)))
      var use = BudgetUse(
        key: series.key,
        subject: generator.once(in: 2) ? .total : .region(name(&generator)),
        bound: generator.once(in: 2) ? .size : .growth, bytes: bytes(&generator),
        limit: bytes(&generator))
      if generator.once(in: 4) {
        use.standing = BudgetUse.Standing.allCases.randomElement(using: &generator) ?? .within
      }
      report.budgets.append(use)
    }
    report.budgets.sort(by: BudgetUse.precedes)
    return report
  }

  private static func finding(_ generator: inout Generator) -> SeriesFinding {
    var finding = finding(
      series(&generator), bytes(&generator).rawValue, bytes(&generator).rawValue,
      day: Int64.random(in: 2...60, using: &generator),
      change: [.step, .spike, .drift].randomElement(using: &generator) ?? .step)
    if generator.once(in: 3) {
      finding.grown = [
        GrownPart(
          thread: generator.once(in: 2) ? name(&generator) : nil, frames: [name(&generator)],
          before: .zero, after: bytes(&generator))
      ]
    }
    if generator.once(in: 9) { finding.since.commit = name(&generator) }
    if generator.once(in: 9) { finding.lastGood = nil }
    if generator.once(in: 9) {
      finding.since = RunReference(id: name(&generator), time: nil, commit: nil)
    }
    return finding
  }

  private static func series(_ generator: inout Generator) -> SeriesID {
    let key = key(name(&generator), name(&generator), mode: name(&generator))
    return SeriesID(
      key: key, category: MemoryCategory.allCases.randomElement(using: &generator) ?? .host,
      measure: Measure.allCases.randomElement(using: &generator) ?? .committed,
      source: generator.once(in: 3) ? .estimate : .events)
  }

  private static func bytes(_ generator: inout Generator) -> ByteCount {
    ByteCount(Int64(generator.anyMagnitude() >> 1))
  }

  /// Mostly an ordinary name, sometimes a hostile one, seldom a very long one.
  private static func name(_ generator: inout Generator) -> String {
    if generator.once(in: 200) {
      return String(repeating: hostile.randomElement(using: &generator) ?? "", count: 500)
    }
    if generator.once(in: 4) { return hostile.randomElement(using: &generator) ?? "" }
    return "module\(generator.next() % 1000).wasm"
  }
}
