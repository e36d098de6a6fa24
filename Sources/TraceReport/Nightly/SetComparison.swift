import ChangeDetection
package import TraceModel

/// Two sets of runs, before and after a change: what the change did to each series.
///
/// An exact series is compared by its medians. One that varies is judged like a history whose last
/// nights are the runs after the change, or, where a tolerance is given, by its medians, too.
package struct SetComparison {
  /// One run, under the name of its file.
  package struct Run: Hashable, Sendable {
    package var name: String
    package var key: RunKey
    package var rows: [HistoryRow]
    package var details: [HistoryDetail]

    package init(name: String, key: RunKey, rows: [HistoryRow], details: [HistoryDetail]) {
      self.name = name
      self.key = key
      self.rows = rows
      self.details = details
    }
  }

  private let runs: [Run]
  /// How many of the runs stand before the change.
  private let beforeCount: Int
  private let tolerance: Tolerance?
  private let detection = DetectionOptions()

  package init(before: [Run], after: [Run], tolerance: Tolerance?) {
    runs = before + after
    beforeCount = before.count
    self.tolerance = tolerance
  }

  package func report(
    budgets: BudgetFile, decisions: [SeriesDecision], today: UTCTime?
  ) -> NightlyReport {
    let all = series
    var report = NightlyReport(subject: subject, verdict: .pass, reasons: [])
    report.runCount = runs.count
    report.keyCount = Set(runs.map(\.key)).count
    report.seriesCount = all.count
    let list = DecisionList(budgets.decisions + decisions, on: today)
    var judged = 0
    for values in all {
      switch outcome(of: values) {
      case .unjudged(let reason):
        report.unjudged.append(
          UnjudgedSeries(series: values.id, pointCount: values.points.count, reason: reason))
      case .same: judged += 1
      case .changed(let before, let after):
        judged += 1
        report.add(finding(values, before: before, after: after), by: list)
      }
      if let last = values.points.last {
        report.latest.append(SeriesValue(series: values.id, bytes: last.bytes))
      }
    }
    for key in Set(runs.map(\.key)).sorted() {
      let check = BudgetCheck(
        budgets, key: key, footprints: footprints(of: key, runs[beforeCount...]),
        baselines: footprints(of: key, runs[..<beforeCount]), decisions: decisions, today: today)
      report.budgets += check.uses
      report.warnings += check.unjudged.map {
        "\(key.text): \($0.subject.text) is not judged: \($0.reason)"
      }
    }
    report.conclude(deciding: .open, judgedCount: judged)
    return report
  }

  // MARK: Series

  private struct Values {
    var id: SeriesID
    var kind: SeriesKind
    var points: [(run: Int, bytes: ByteCount)]
  }

  private enum Outcome {
    case unjudged(String)
    case same
    case changed(before: ByteCount, after: ByteCount)
  }

  private var series: [Values] {
    var series: [SeriesID: Values] = [:]
    for (number, run) in runs.enumerated() {
      for row in run.rows {
        let id = row.series(of: run.key)
        series[id, default: Values(id: id, kind: row.kind, points: [])].points
          .append((number, row.bytes))
        series[id]?.kind = row.kind
      }
    }
    return series.values.sorted { $0.id < $1.id }
  }

  private func outcome(of values: Values) -> Outcome {
    let before = values.points.filter { $0.run < beforeCount }.map(\.bytes)
    let after = values.points.filter { $0.run >= beforeCount }.map(\.bytes)
    guard let first = median(before), let last = median(after) else {
      return .unjudged(before.isEmpty ? "only in the runs after" : "only in the runs before")
    }
    let change = last - first
    let size = change < .zero ? .zero - change : change
    if values.kind == .exact {
      return size.rawValue >= detection.exactFloor ? .changed(before: first, after: last) : .same
    }
    if let tolerance {
      return size > tolerance.allowed(for: first) ? .changed(before: first, after: last) : .same
    }
    guard before.count >= detection.minimumHistory, after.count >= 2 else {
      return .unjudged(
        "it varies, and there are fewer than \(detection.minimumHistory) runs before or 2 after "
          + "(--tolerance judges fewer)")
    }
    let assessment = SeriesAssessment(
      values: (before + after).map(\.rawValue), kind: .noisy, options: detection)
    let boundary = before.count
    guard let step = assessment.steps.first(where: { abs($0.index - boundary) <= 1 }) else {
      return .same
    }
    return .changed(before: ByteCount(step.before), after: ByteCount(step.after))
  }

  /// The lower one of two middle values; nil without any.
  private func median(_ values: [ByteCount]) -> ByteCount? {
    values.isEmpty ? nil : values.sorted()[(values.count - 1) / 2]
  }

  // MARK: Findings

  private func finding(_ values: Values, before: ByteCount, after: ByteCount) -> SeriesFinding {
    let points = values.points.filter { $0.run >= beforeCount }
    let first = points.first?.run ?? beforeCount
    let last = values.points.last { $0.run < beforeCount }?.run
    var finding = SeriesFinding(
      series: values.id, kind: values.kind, change: .step, since: reference(first),
      lastGood: last.map(reference), before: before, after: after, runCount: points.count,
      noise: .zero)
    finding.isNew = true
    if let last, finding.delta > .zero, let newest = points.last?.run {
      finding.grown = GrownPart.largest(
        in: values.id, before: runs[last].details, after: runs[newest].details)
    }
    return finding
  }

  private func reference(_ run: Int) -> RunReference {
    RunReference(id: runs[run].name, time: nil, commit: nil)
  }

  private var subject: String {
    "\(Counted.text(beforeCount, "run")) before against "
      + "\(Counted.text(runs.count - beforeCount, "run")) after"
  }

  /// The newest run's footprints among some, one for each measure.
  private func footprints(of key: RunKey, _ some: ArraySlice<Run>) -> [Footprint] {
    guard let run = some.last(where: { $0.key == key }) else { return [] }
    return Footprint.measured(run.rows)
  }
}
