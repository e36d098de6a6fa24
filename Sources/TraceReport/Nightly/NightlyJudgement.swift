import ChangeDetection
package import TraceModel

/// Judges the series of a history one by one, and makes the report of all.
package struct NightlyJudgement {
  private let options: NightlyOptions
  private let budgets: BudgetFile
  private let decisions: [SeriesDecision]
  /// The time of the newest run: the day on which decisions must still hold.
  private let today: UTCTime?

  private var judged: [JudgedSeries] = []
  private var unjudged: [UnjudgedSeries] = []
  private var newest = NewestRuns()
  private var seriesCount = 0
  private var quiet = 0

  package init(
    options: NightlyOptions, budgets: BudgetFile, decisions: [SeriesDecision], today: UTCTime?
  ) {
    self.options = options
    self.budgets = budgets
    self.decisions = budgets.decisions + decisions
    self.today = today
  }

  /// Takes the next series; its values are kept only where something happened in them.
  package mutating func add(_ history: SeriesHistory) {
    guard let last = history.points.last else { return }
    seriesCount += 1
    newest.note(history)
    if isStale(last.time, gap: history.gap) {
      unjudged.append(
        UnjudgedSeries(
          series: history.id, pointCount: history.points.count, reason: "no run of late"))
      return
    }
    let series = JudgedSeries(history, options: options.detection)
    guard series.assessment.isJudged else {
      let needed = options.detection.minimumHistory(of: history.kind)
      unjudged.append(
        UnjudgedSeries(
          series: history.id, pointCount: history.points.count,
          reason: "fewer than \(needed) runs"))
      return
    }
    newest.setBaseline(of: history.id, baseline(of: series))
    if series.lasting.isEmpty, series.spikes.isEmpty {
      quiet += 1
    } else {
      judged.append(series)
    }
  }

  /// Whether a time lies so long before the newest run that nothing of then is news.
  private func isStale(_ time: UTCTime?, gap: Int64 = 0) -> Bool {
    guard let today, let time else { return false }
    return today.seconds - time.seconds > max(options.staleSeconds, 4 * gap)
  }

  /// The level from which growth counts: before the oldest growth that nobody accepted.
  private func baseline(of series: JudgedSeries) -> ByteCount {
    let list = DecisionList(decisions, on: today)
    let open = series.lasting.first { change in
      change.after > change.before && !isAccepted(change, of: series, by: list)
    }
    if let open { return ByteCount(open.before) }
    return series.assessment.levels.last.map { ByteCount($0.bytes) }
      ?? series.history.points.last?.bytes ?? .zero
  }

  private func isAccepted(
    _ change: JudgedSeries.Change, of series: JudgedSeries, by list: DecisionList
  ) -> Bool {
    list.acceptance(
      of: ByteCount(change.after) - ByteCount(change.before), in: series.history.id,
      since: series.history.points[change.index].time) != nil
  }

  /// The report of all series that were added; `subject` says where they came from.
  package func report(
    subject: String, runCount: Int, lookup: RunLookup
  ) throws(TraceError) -> NightlyReport {
    var report = NightlyReport(subject: subject, verdict: .pass, reasons: [])
    report.runCount = runCount
    report.keyCount = newest.keys.count
    report.seriesCount = seriesCount
    report.from = newest.firstTime
    report.until = newest.lastTime
    report.unjudged = unjudged
    let list = DecisionList(decisions, on: today)
    var details = DetailCache(lookup)
    for series in judged {
      for change in series.lasting + series.spikes {
        if let since = options.since, series.history.points[change.index].time < since { continue }
        var finding = try self.finding(change, of: series, lookup: lookup)
        guard change.change != .spike else {
          report.addSpike(finding, by: list)
          continue
        }
        if finding.delta > .zero {
          finding.grown = try details.grown(in: series.history, since: change.index - 1)
        }
        report.add(finding, by: list)
      }
    }
    judgeBudgets(&report)
    report.estimates = try newest.comparisons(lookup)
    report.latest = newest.values
    report.conclude(deciding: options.deciding, judgedCount: quiet + judged.count)
    report.charts = charts(report)
    return report
  }

  private func finding(
    _ change: JudgedSeries.Change, of series: JudgedSeries, lookup: RunLookup
  ) throws(TraceError) -> SeriesFinding {
    let points = series.history.points
    var finding = SeriesFinding(
      series: series.history.id, kind: series.history.kind, change: change.change,
      since: try lookup.reference(points[change.index].run),
      lastGood: change.index > 0 ? try lookup.reference(points[change.index - 1].run) : nil,
      before: ByteCount(change.before), after: ByteCount(change.after),
      runCount: change.change == .spike ? 1 : points.count - change.index,
      noise: ByteCount(series.assessment.noise))
    finding.isNew =
      isOfTonight(points) && !series.wasKnown(change, options: options.detection)
    finding.estimate = newest.estimate(of: series.history.id)
    return finding
  }

  /// Whether a series has a value of the newest night: an older one brings nothing new.
  private func isOfTonight(_ points: [SeriesHistory.Point]) -> Bool {
    guard let today, let last = points.last else { return true }
    return today.seconds - last.time.seconds < 36 * 3600
  }

  private func judgeBudgets(_ report: inout NightlyReport) {
    for key in newest.keys where budgets.budgets.contains(where: { $0.matches(key) }) {
      guard !isStale(newest.time(of: key)) else {
        report.warnings.append("\(key.text): budgets are not judged: no run of late")
        continue
      }
      let check = BudgetCheck(
        budgets, key: key, footprints: newest.footprints(of: key),
        baselines: newest.baselines(of: key), decisions: decisionsBesideFile, today: today)
      report.budgets += check.uses
      for limit in check.unjudged {
        report.warnings.append("\(key.text): \(limit.subject.text) is not judged: \(limit.reason)")
      }
    }
    report.budgets.sort(by: BudgetUse.precedes)
    for place in report.regressions.indices {
      report.regressions[place].budget = tightest(report.budgets, report.regressions[place].series)
    }
    for place in report.drifts.indices {
      report.drifts[place].budget = tightest(report.budgets, report.drifts[place].series)
    }
  }

  private var decisionsBesideFile: [SeriesDecision] {
    Array(decisions.dropFirst(budgets.decisions.count))
  }

  /// The limit with the least left, of those that hold the series' bytes.
  private func tightest(_ uses: [BudgetUse], _ series: SeriesID) -> BudgetUse? {
    uses.first { use in
      guard use.key == series.key, use.measure == series.measure, series.source != .estimate else {
        return false
      }
      switch use.subject {
      case .total: return series.container == nil
      case .category(let category): return category == series.category
      case .region(let name):
        return budgets.region(name)?.categories.contains(series.category) ?? false
      }
    }
  }

  /// A chart of each series with a finding that it shows, the weightiest first.
  private func charts(_ report: NightlyReport) -> [SeriesChart] {
    let lasting =
      report.regressions + report.drifts + report.improvements + report.accepted + report.muted
    let isLasting = Set(lasting.map(\.series))
    let bySeries = Dictionary(judged.map { ($0.history.id, $0) }) { first, _ in first }
    var seen: Set<SeriesID> = []
    return Array(
      (lasting + report.spikes).map(\.series).filter { seen.insert($0).inserted }
        .compactMap { bySeries[$0]?.chart }
        .filter { isLasting.contains($0.series) || !$0.spikes.isEmpty }
        .prefix(options.chartLimit))
  }
}

extension SeriesHistory {
  /// Seconds between runs, on the average.
  fileprivate var gap: Int64 {
    guard let first = points.first, let last = points.last, points.count > 1 else { return 0 }
    return (last.time.seconds - first.time.seconds) / Int64(points.count - 1)
  }
}
