import TraceModel

/// The verdict, why, and what was looked at.
struct PageHeader {
  let report: NightlyReport

  init(_ report: NightlyReport) {
    self.report = report
  }

  /// The verdict; of traces that nothing judges, what they take.
  var title: String {
    if isJudged { return VerdictWords(report.verdict).title }
    guard report.traces.count == 1, let trace = report.traces.first else {
      return Counted.text(report.traces.count, "trace")
    }
    return "\(ByteCountFormat.scaled.text(trace.peak.total)) at the peak"
  }

  var html: HTML {
    let sign: HTML? =
      isJudged
      ? "<span class=\"sign\" aria-hidden=\"true\">\(VerdictWords(report.verdict).sign)</span> "
      : nil
    return """
      <header class="verdict \(isJudged ? report.verdict.rawValue : "shown")">
      <h1>\(sign)\(title)</h1>
      \(list(reasons, style: "reasons"))\
      <p class="scope">\(Document.scope(report))</p>
      \(list(report.warnings.map { "warning: \($0)" }, style: "warnings"))</header>
      """
  }

  /// Traces without a budget, an estimate or a history pass, but a page that says so misleads.
  private var isJudged: Bool {
    report.traces.isEmpty || report.verdict != .pass || report.seriesCount > 0
      || !report.budgets.isEmpty || report.traces.contains { $0.diff != nil }
  }

  /// Without those that a card says in the same words.
  private var reasons: [String] {
    let said = Set((report.regressions + report.drifts).map { FindingSentence($0).text })
    return report.reasons.filter { !said.contains($0) }
  }

  private func list(_ texts: [String], style: HTML) -> HTML? {
    guard !texts.isEmpty else { return nil }
    return "<ul class=\"\(style)\">\(texts.map { text -> HTML in "<li>\(text)</li>" })</ul>\n"
  }
}
