import TraceModel

/// The tests of one key.
struct JUnitSuite {
  var name: String
  /// The parts of the key.
  var properties: [(name: String, value: String)] = []
  var cases: [JUnitCase] = []
}

/// One thing that is judged.
struct JUnitCase {
  enum Outcome {
    case passed
    case skipped(String)
    case failed(type: String, message: String)
  }

  var name: String
  var outcome: Outcome
  /// Lines for people.
  var details: [String] = []

  var isFailure: Bool { if case .failed = outcome { true } else { false } }
  var isSkipped: Bool { if case .skipped = outcome { true } else { false } }
}

/// A nightly report as tests.
///
/// A series has one test whatever is said of it: the worst thing decides, the others stand in the
/// details. So a test keeps its name from night to night, and servers can follow it.
struct JUnitSuites {
  let report: NightlyReport

  init(_ report: NightlyReport) {
    self.report = report
  }

  /// In the order of their keys; one that says the verdict where nothing else does, since servers
  /// take a file without tests for a broken one.
  var suites: [JUnitSuite] {
    var cases: [RunKey: [JUnitCase]] = [:]
    for (key, test) in budgetCases + seriesCases { cases[key, default: []].append(test) }
    let suites = cases.sorted { $0.key < $1.key }.map { key, cases in
      let parts = RunKey.Part.allCases.filter { !key[$0].isEmpty }
      return JUnitSuite(
        name: key.text, properties: parts.map { ($0.rawValue, key[$0]) }, cases: cases)
    }
    let hasFailure = suites.contains { $0.cases.contains(where: \.isFailure) }
    if !suites.isEmpty, hasFailure || report.verdict != .regressed { return suites }
    return [JUnitSuite(name: "memtrace", cases: [verdictCase])] + suites
  }

  private var verdictCase: JUnitCase {
    let message = report.reasons.first ?? report.verdict.rawValue
    let outcome: JUnitCase.Outcome =
      switch report.verdict {
      case .pass, .improved: .passed
      case .insufficientData: .skipped(message)
      case .regressed: .failed(type: "regression", message: message)
      }
    return JUnitCase(name: "verdict", outcome: outcome, details: report.reasons)
  }

  private var budgetCases: [(RunKey, JUnitCase)] {
    report.budgets.map { use in
      var name = "budget \(use.subject.text)"
      if use.measure != .committed { name += ",\(use.measure.rawValue)" }
      if use.bound == .growth { name += " growth" }
      let sentence = BudgetSentence(use).text
      let outcome: JUnitCase.Outcome =
        switch use.standing {
        case .within, .accepted: .passed
        case .over: .failed(type: "budget", message: sentence)
        case .muted: .skipped(use.note ?? "muted")
        }
      return (use.key, JUnitCase(name: name, outcome: outcome, details: [sentence]))
    }
  }

  /// What is said of a series.
  private struct Statement {
    var outcome: JUnitCase.Outcome
    var details: [String]
  }

  private var seriesCases: [(RunKey, JUnitCase)] {
    // The worst first: the first statement about a series decides.
    var statements: [(SeriesID, Statement)] = []
    statements += report.regressions.map { ($0.series, failure($0, "regression")) }
    statements += report.drifts.map { ($0.series, failure($0, "drift")) }
    statements += report.muted.map { finding in
      (finding.series, Statement(outcome: .skipped(muted(finding)), details: details(finding)))
    }
    for findings in [report.accepted, report.spikes, report.improvements] {
      statements += findings.map { finding in
        (finding.series, Statement(outcome: .passed, details: details(finding)))
      }
    }
    statements += report.unjudged.map {
      ($0.series, Statement(outcome: .skipped($0.reason), details: []))
    }
    return Dictionary(grouping: statements, by: \.0).sorted { $0.key < $1.key }.map { series, all in
      let details = all.flatMap { $0.1.details }
      let outcome = all.first?.1.outcome ?? .passed
      return (series.key, JUnitCase(name: series.figure, outcome: outcome, details: details))
    }
  }

  private func failure(_ finding: SeriesFinding, _ type: String) -> Statement {
    Statement(
      outcome: .failed(type: type, message: FindingSentence(finding).text),
      details: details(finding))
  }

  private func muted(_ finding: SeriesFinding) -> String {
    finding.note.map { "muted: \($0)" } ?? "muted"
  }

  /// The sentence, and exact numbers that a person can search for.
  private func details(_ finding: SeriesFinding) -> [String] {
    var lines = [
      FindingSentence(finding).text, "series: \(finding.series.text)",
      "before: \(finding.before.rawValue) bytes, after: \(finding.after.rawValue) bytes, "
        + "since run \(finding.since.id)",
    ]
    if let note = finding.note { lines.append("note: \(note)") }
    for part in finding.grown {
      let thread = part.thread.map { "thread \($0), " } ?? ""
      let stack = part.frames.isEmpty ? "all of it" : part.frames.joined(separator: " < ")
      lines.append("\(ByteCountFormat.exact.signedText(part.delta)) bytes: \(thread)\(stack)")
    }
    return lines
  }
}
