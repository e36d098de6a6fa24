import TraceModel

/// What a report comes to, and why.
struct NightlyVerdict {
  let verdict: Verdict
  let reasons: [String]

  init(_ report: NightlyReport, deciding: NightlyOptions.Deciding, judgedCount: Int) {
    let worse = report.regressions + report.drifts
    let fresh = worse.filter(\.isNew)
    let over = report.budgets.filter(\.isOver)
    var reasons: [String] = []
    if let largest = worse.max(by: { $0.delta < $1.delta }) {
      let count = Counted.text(worse.count, "finding")
      reasons.append(
        "\(count) of growth, \(fresh.count) new; the largest: \(largest.series.text) "
          + ByteCountFormat.scaled.signedText(largest.delta))
    }
    if let tightest = over.first {
      let count = over.count == 1 ? "1 budget is" : "\(over.count) budgets are"
      reasons.append(
        "\(count) exceeded; the most: \(tightest.subject.text) of \(tightest.key.text) by "
          + ByteCountFormat.scaled.text(.zero - tightest.left))
    }
    let decisive = deciding == .new ? fresh : worse
    if !decisive.isEmpty || !over.isEmpty {
      verdict = .regressed
    } else if judgedCount == 0, report.budgets.isEmpty {
      verdict = .insufficientData
      reasons.append(
        report.seriesCount == 0
          ? "there are no runs to judge" : "no series has enough runs to be judged")
    } else {
      verdict = report.improvements.isEmpty ? .pass : .improved
    }
    if verdict == .pass || verdict == .improved {
      var text = "\(judgedCount) series judged, none got worse"
      if !worse.isEmpty { text = "\(judgedCount) series judged, none got worse in the newest runs" }
      reasons.insert(text, at: 0)
    }
    if let best = report.improvements.min(by: { $0.delta < $1.delta }), verdict == .improved {
      reasons.append(
        "\(Counted.text(report.improvements.count, "improvement")); the largest: "
          + "\(best.series.text) \(ByteCountFormat.scaled.signedText(best.delta))")
    }
    self.reasons = reasons
  }
}
