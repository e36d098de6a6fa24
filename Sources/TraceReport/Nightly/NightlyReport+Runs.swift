import TraceModel

extension NightlyReport {
  /// Verdict and reasons of a report of single runs, from budgets and estimates.
  package mutating func judge(_ runs: [TraceOverview]) {
    let diffs = runs.compactMap { run in run.diff.map { (run.name, $0) } }
    let over = budgets.filter(\.isOver)
    reasons = over.map { BudgetSentence($0).text }
    for (name, diff) in diffs where diff.verdict != .pass {
      reasons += diff.reasons.map { "\(name): \($0)" }
    }
    let verdicts = diffs.map(\.1.verdict)
    if !over.isEmpty || verdicts.contains(.regressed) {
      verdict = .regressed
    } else if verdicts.contains(.insufficientData) {
      verdict = .insufficientData
    } else {
      verdict = verdicts.contains(.improved) ? .improved : .pass
    }
    guard reasons.isEmpty else { return }
    if budgets.isEmpty, diffs.isEmpty {
      reasons = ["shown, not judged: there is no budget, estimate or history to judge by"]
    } else {
      var judged: [String] = []
      if !budgets.isEmpty { judged.append("\(Counted.text(budgets.count, "budget")) kept") }
      if !diffs.isEmpty { judged.append("as the estimate expects") }
      reasons = [judged.joined(separator: "; ")]
    }
  }
}
