import TraceModel

/// Writes what got worse as annotations of a GitHub workflow, the worst first.
///
/// GitHub shows ten of a kind for each step and drops the others in silence, so there are ten in
/// all, and the last says how many more there would be.
package struct ReportAnnotations {
  package static let limit = 10

  package init() {}

  package func render(_ report: NightlyReport) -> String {
    let errors = NightlySentences(report).all.map { sentence in
      line("error", title(sentence.subject), sentence.text)
    }
    let warnings = report.spikes.filter(\.isNew).map { finding in
      line("warning", "spike of \(figure(finding))", FindingSentence(finding).text)
    }
    let shown = (errors + warnings).prefix(ReportAnnotations.limit - 1)
    var summary = "\(NightlyCounts(report).text). \(Document.scope(report))."
    let more = errors.count + warnings.count - shown.count
    if more > 0 { summary += " \(more) more than these annotations show." }
    let notice = line("notice", "memtrace: \(report.verdict.rawValue)", summary)
    return (shown + [notice]).map { $0 + "\n" }.joined()
  }

  private func title(_ subject: NightlySentences.Subject) -> String {
    switch subject {
    case .regression(let finding): "memory grew: \(figure(finding))"
    case .drift(let finding): "memory creeps: \(figure(finding))"
    case .budget(let use): "budget exceeded: \(BudgetSentence(use).subject)"
    }
  }

  private func figure(_ finding: SeriesFinding) -> String { SeriesWords(finding.series).text }

  /// `::error title=…::…`.
  private func line(_ level: String, _ title: String, _ message: String) -> String {
    "::\(level) title=\(WorkflowCommand.property(safe(title, 300)))::"
      + WorkflowCommand.data(safe(message, 3000))
  }

  /// Harmless in a log on a terminal, and short enough that a name does not push out the rest.
  private func safe(_ text: String, _ count: Int) -> String {
    TerminalText.escaped(MarkdownText.shortened(text, to: count))
  }
}

/// How GitHub's toolkit (`actions/toolkit`, `core/src/command.ts`) spells what a command carries.
enum WorkflowCommand {
  /// The message behind `::`.
  static func data(_ text: String) -> String { escaped(text, ["%", "\r", "\n"]) }

  /// The value of a property.
  static func property(_ text: String) -> String { escaped(text, ["%", "\r", "\n", ":", ","]) }

  private static func escaped(_ text: String, _ special: Set<Unicode.Scalar>) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if special.contains(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
