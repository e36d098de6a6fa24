/// How many of each kind a nightly report has found.
package struct NightlyCounts: Hashable, Sendable {
  package let report: NightlyReport

  package init(_ report: NightlyReport) {
    self.report = report
  }

  /// `2 regressions, 1 exceeded budget, 12 unjudged series`; what there is none of is left out.
  package var text: String {
    let worse = [
      Counted.text(report.regressions.count, "regression"),
      Counted.text(report.drifts.count, "drift"),
      Counted.text(report.budgets.count(where: \.isOver), "exceeded budget"),
    ]
    let others = [
      Counted.text(report.improvements.count, "improvement"),
      Counted.text(report.spikes.count, "spike"), "\(report.accepted.count) accepted",
      "\(report.muted.count) muted", "\(report.unjudged.count) unjudged series",
    ]
    let found = (worse + others).filter { !$0.hasPrefix("0 ") }
    return found.isEmpty ? "nothing changed" : found.joined(separator: ", ")
  }
}
