import TraceModel

/// One run against a file of budgets (`memtrace check`).
package struct CheckReport: Hashable, Sendable {
  /// The run's file and the budgets', as the user named them.
  package var run: String
  package var budgetFile: String
  package var check: BudgetCheck
  package var warnings: [String]

  package init(run: String, budgetFile: String, check: BudgetCheck, warnings: [String] = []) {
    self.run = run
    self.budgetFile = budgetFile
    self.check = check
    self.warnings = warnings
  }

  package var verdict: Verdict { check.verdict }

  /// A sentence for each limit that is exceeded; else what was judged.
  package var reasons: [String] {
    let over = check.over.map { BudgetSentence($0).text }
    if !over.isEmpty { return over }
    if check.uses.isEmpty {
      return check.unjudged.isEmpty
        ? ["no [[budget]] of \(budgetFile) matches the run"]
        : ["no limit that matches the run could be judged"]
    }
    let waived = check.uses.filter { $0.standing != .within }.count
    let within = "\(Counted.text(check.uses.count, "limit")) judged, "
    return [within + (waived == 0 ? "all kept" : "\(waived) accepted or muted, the others kept")]
  }
}

extension Document {
  package static func check(_ report: CheckReport) -> Document {
    var tables = [NightlyTables.budgets(report.check.uses)].filter { !$0.rows.isEmpty }
    if !report.check.unjudged.isEmpty { tables.append(unjudged(report.check.unjudged)) }
    return Document(
      headline: [
        "\(report.run) against \(report.budgetFile)", "verdict: \(report.verdict.rawValue)",
      ] + report.reasons, tables: tables,
      footnotes: report.warnings.map { "warning: \($0)" },
      json: [
        "schema": "memtrace.check/1", "run": .string(report.run),
        "budgetFile": .string(report.budgetFile), "verdict": .string(report.verdict.rawValue),
        "reasons": .array(report.reasons.map { .string($0) }),
        "limits": .array(report.check.uses.map(NightlyJSON.budget)),
        "unjudged": .array(
          report.check.unjudged.map { limit in
            [
              "key": .string(limit.key.text), "subject": .string(limit.subject.text),
              "bound": .string(limit.bound.rawValue), "reason": .string(limit.reason),
            ]
          }),
        "warnings": .array(report.warnings.map { .string($0) }),
      ])
  }

  private static func unjudged(_ limits: [BudgetCheck.Unjudged]) -> Table {
    Table(
      "unjudged", title: "not judged",
      columns: [
        .init("run", key: "key", isMachineOnly: true), .init("subject"), .init("bound"),
        .init("reason"),
      ],
      rows: limits.map { limit in
        Table.Row([
          .text(limit.key.text), .text(limit.subject.text), .text(limit.bound.rawValue),
          .text(limit.reason),
        ])
      })
  }
}
