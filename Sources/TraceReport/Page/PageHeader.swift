/// The verdict, why, and what was looked at.
struct PageHeader {
  let report: NightlyReport

  init(_ report: NightlyReport) {
    self.report = report
  }

  var html: HTML {
    let words = VerdictWords(report.verdict)
    return """
      <header class="verdict \(report.verdict.rawValue)">
      <h1><span class="sign" aria-hidden="true">\(words.sign)</span> \(words.title)</h1>
      \(list(reasons, style: "reasons"))\
      <p class="scope">\(Document.scope(report))</p>
      \(list(report.warnings.map { "warning: \($0)" }, style: "warnings"))</header>
      """
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
