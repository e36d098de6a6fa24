import TraceModel

extension NightlyReport {
  /// Puts a lasting change where it belongs: muted, improved, accepted, or worse.
  mutating func add(_ finding: SeriesFinding, by decisions: DecisionList) {
    var finding = finding
    if let mute = decisions.mute(finding.series) {
      finding.note = mute.reason
      muted.append(finding)
    } else if finding.delta < .zero {
      improvements.append(finding)
    } else if let reason = decisions.acceptance(
      of: finding.delta, in: finding.series, since: finding.since.time)
    {
      finding.note = reason
      accepted.append(finding)
    } else if finding.change == .drift {
      drifts.append(finding)
    } else {
      regressions.append(finding)
    }
  }

  mutating func addSpike(_ finding: SeriesFinding, by decisions: DecisionList) {
    guard let mute = decisions.mute(finding.series) else { return spikes.append(finding) }
    var finding = finding
    finding.note = mute.reason
    muted.append(finding)
  }

  /// Order, verdict and reasons, once everything is in its list.
  mutating func conclude(deciding: NightlyOptions.Deciding, judgedCount: Int) {
    regressions.sort(by: SeriesFinding.precedes)
    drifts.sort(by: SeriesFinding.precedes)
    improvements.sort(by: SeriesFinding.precedes)
    spikes.sort(by: SeriesFinding.precedes)
    accepted.sort(by: SeriesFinding.precedes)
    muted.sort(by: SeriesFinding.precedes)
    unjudged.sort { ($0.reason, $0.series) < ($1.reason, $1.series) }
    budgets.sort(by: BudgetUse.precedes)
    let conclusion = NightlyVerdict(self, deciding: deciding, judgedCount: judgedCount)
    verdict = conclusion.verdict
    reasons = conclusion.reasons
  }
}
