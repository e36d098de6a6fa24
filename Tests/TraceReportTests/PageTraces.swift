import TraceModel
import TraceReport

/// Traces for pages, as large as a caller would let them be.
enum PageTraces {
  private static let categories: [MemoryCategory] = [
    .linearMemory, .module, .moduleInstance, .wasmStack, .runtimeOther, .aotCode, .nativeStack,
    .host,
  ]

  /// A run of 20 seconds with threads, deep C++ names and an estimate.
  static func trace(
    _ name: String = "run-2026-10-21.zst", buckets: Int = 2000, sites: Int = 500
  ) -> TraceOverview {
    var trace = TraceOverview(
      name: name,
      labels: [
        RunLabel(name: "module", value: "app.wasm", isInferred: false),
        RunLabel(name: "target", value: "thumbv7", isInferred: false),
        RunLabel(name: "wamr", value: "2.4.4", isInferred: true),
      ], peak: peak())
    let timeline = timeline(buckets)
    trace.timeline = timeline
    trace.marks = marks(timeline)
    trace.marksLeftOut = [.mark: 12]
    trace.sites = SiteSelection(self.sites(sites), moment: "peak", limit: sites - sites / 10)
    trace.threads = (1...6).map(thread)
    trace.diff = FootprintDiff(
      DiffSamples.estimate(
        [
          .linearMemory: 4_194_304, .module: 110_000, .wasmStack: 524_288, .aotCode: 811_008,
        ], basis: .bound, max: 4_500_000),
      DiffSamples.trace(rows, source: .events, name: name))
    return trace
  }

  private static let rows: [MemoryCategory: Int64] = [
    .linearMemory: 5_242_880, .libcHeap: 3_000_120, .module: 112_016, .moduleInstance: 40_960,
    .wasmStack: 524_288, .runtimeOther: 81_920, .aotCode: 823_296, .nativeStack: 1_048_576,
    .host: 655_360,
  ]

  private static func peak() -> Footprint {
    var peak = DiffSamples.footprint(rows, source: .events)
    peak.timeNanoseconds = 1_000_012_000_000_000
    peak.event = 73_211
    return peak
  }

  /// A ramp, a plateau, one peak a single bucket wide, and a decline.
  private static func timeline(_ count: Int) -> Timeline {
    let start: UInt64 = 1_000_000_000_000_000
    let width: UInt64 = 20_000_000_000 / UInt64(count)
    let spike = count * 3 / 5
    let points = (0..<count).map { index -> Timeline.Point in
      let level = min(1000, 150 + index * 1400 / count) - max(0, index * 1200 / count - 900)
      let rows = categories.map { category -> FootprintRow in
        let whole = PageTraces.rows[category] ?? 0
        let wave = Int64((index * Int(category.code + 3)) % 40) * whole / 900
        let part = index == spike ? whole : whole * Int64(level) / 1250 + wave
        return FootprintRow(category, ByteCount(part))
      }
      let total = rows.map(\.bytes).reduce(.zero, +)
      return Timeline.Point(
        start: start + UInt64(index) * width, end: start + UInt64(index + 1) * width, peak: total,
        endBytes: ByteCount(total.rawValue - 1024), rows: rows)
    }
    return Timeline(source: .events, points: points, key: .category)
  }

  private static func marks(_ timeline: Timeline) -> [TraceOverview.Mark] {
    let count = timeline.points.count
    let at = { (share: Int) -> UInt64 in
      timeline.points[min(count - 1, count * share / 100)].start ?? 0
    }
    return [
      .init(
        kind: .peak, timeNanoseconds: at(60), event: 73_211, bytes: peak().total, label: "peak"),
      .init(
        kind: .grow, timeNanoseconds: at(20), event: 1200, bytes: ByteCount(65_536),
        label: "memory.grow of instance 1"),
      .init(
        kind: .grow, timeNanoseconds: at(45), event: 40_100, bytes: ByteCount(1_048_576),
        label: "memory.grow of instance 1"),
      .init(
        kind: .failure, timeNanoseconds: at(62), event: 74_000, bytes: ByteCount(16_777_216),
        label: "mmap failed"),
      .init(kind: .mark, timeNanoseconds: at(10), event: 400, bytes: nil, label: "loaded"),
    ]
  }

  private static func thread(_ number: Int) -> ThreadReport {
    var facts = ThreadFacts()
    facts.name = number == 1 ? "main" : "worker-\(number)"
    facts.creator = number == 1 ? nil : 1
    facts.stackBytes = 131_072
    let size = Int64(4_000_000 / (number * number))
    var report = ThreadReport(
      thread: "\(number)", facts: facts, events: UInt64(90_000 / number),
      allocations: Int64(40_000 / number), allocatedBytes: ByteCount(size * 9),
      releases: Int64(39_000 / number), peak: ByteCount(size), atPeak: ByteCount(size * 3 / 4),
      atEnd: ByteCount(size / 10))
    report.role = number == 1 ? .main : .worker
    return report
  }

  private static func sites(_ count: Int) -> [SiteReport] {
    let outer = [
      "_start", "main at src/main.cpp:31",
      "app::Runtime::run(app::Options const&) at src/runtime.cpp:120",
    ]
    let middle = [
      "app::render::Scene::update(std::chrono::duration<double, std::ratio<1l, 1l> >)",
      "app::net::Session::receive(std::span<std::byte const, 18446744073709551615ul>)",
      "wasm_runtime_instantiate at core/iwasm/common/wasm_runtime_common.c:1612",
      "wasm_runtime_load at core/iwasm/common/wasm_runtime_common.c:1480",
    ]
    return (0..<count).map { number in
      let branch = number % middle.count
      var frames = outer + [middle[branch]]
      for level in 0..<(number % 17) {
        frames.append(
          "std::_Rb_tree<std::string, app::Node<\(number % (level + 2))>>::_M_insert_\(level) at "
            + "tree.h:\(100 + level * 7) in app+0x\(String(4096 + number, radix: 16))")
      }
      frames.append("allocate_\(number % 23) at src/pool_\(number % 7).cpp:\(number)")
      return SiteReport(
        stack: StackID(rawValue: UInt64(number + 1)),
        category: [.libcHeap, .host, .moduleInstance, .module][branch],
        thread: "\(number % 6 + 1)", bytes: ByteCount(Int64(8_000_000 / (number + 4))),
        blocks: Int64(number % 9 + 1), allocations: Int64(number * 3 + 1),
        allocatedBytes: ByteCount(Int64(16_000_000 / (number + 4))),
        frames: number == 11 ? [] : Array(frames.reversed()))
    }
  }

  /// Every name of the report is one that would run, load or break out.
  static func hostile() -> NightlyReport {
    let names = PageSamples.hostile
    var report = PageSamples.regressed()
    report.subject = names[0]
    report.reasons = names
    report.warnings = names
    let findings = names.enumerated().map { index, name -> SeriesFinding in
      var finding = PageSamples.finding(
        SeriesID(key: PageSamples.key(name, target: name, mode: name), category: .host), .step,
        at: 20 + index, from: 1000, to: 2000 - Int64(index))
      finding.grown = [
        GrownPart(thread: name, frames: [name, name], before: .zero, after: ByteCount(900))
      ]
      finding.since.commit = name
      finding.note = name
      return finding
    }
    report.regressions = findings
    report.charts = findings.map(PageSamples.chart)
    report.unjudged = names.map {
      UnjudgedSeries(series: findings[0].series, pointCount: 1, reason: $0)
    }
    report.budgets = names.map {
      BudgetUse(
        key: PageSamples.key($0), subject: .region($0), bound: .size, bytes: ByteCount(2),
        limit: ByteCount(1))
    }
    report.estimates[0].key = PageSamples.key(names[1])
    var trace = trace(names[2], buckets: 40, sites: 20)
    trace.labels = names.map { RunLabel(name: $0, value: $0, isInferred: false) }
    trace.marks += names.map {
      .init(kind: .mark, timeNanoseconds: 1_000_003_000_000_000, event: 1, bytes: nil, label: $0)
    }
    trace.sites = SiteSelection(
      names.map { name in
        SiteReport(
          stack: nil, category: .host, thread: name, bytes: ByteCount(100), blocks: 1,
          allocations: 1, allocatedBytes: ByteCount(100), frames: [name, name, "main"])
      }, moment: names[0], limit: 100)
    for (index, name) in names.enumerated() where index < trace.threads.count {
      trace.threads[index].thread = name
      trace.threads[index].facts.name = name
      trace.threads[index].instances = [name]
    }
    report.traces = [trace]
    return report
  }
}
