import TraceModel

/// The tables of a nightly report, in the order in which people read them.
package struct NightlyTables {
  package let report: NightlyReport

  package init(_ report: NightlyReport) {
    self.report = report
  }

  /// Every table that has rows.
  package var all: [Table] {
    [
      findings(report.regressions, "regressions"), findings(report.drifts, "drifts"), grown,
      budgets, findings(report.improvements, "improvements"), findings(report.spikes, "spikes"),
      findings(report.accepted, "accepted"), findings(report.muted, "muted"), unjudged, estimates,
    ].filter { !$0.rows.isEmpty }
  }

  package var regressions: Table { findings(report.regressions, "regressions") }
  package var drifts: Table { findings(report.drifts, "drifts") }
  package var improvements: Table { findings(report.improvements, "improvements") }
  package var spikes: Table { findings(report.spikes, "spikes") }
  package var accepted: Table { findings(report.accepted, "accepted") }
  package var muted: Table { findings(report.muted, "muted") }

  /// Findings, with what was good before and bad since.
  private func findings(_ findings: [SeriesFinding], _ name: String) -> Table {
    let showsNote = findings.contains { $0.note != nil }
    var columns: [Table.Column] = [
      .init("series", key: "name"), .number("before", key: "beforeBytes"),
      .number("after", key: "afterBytes"), .number("delta", key: "deltaBytes"),
      .number("ratio"), .init("since", key: "sinceTime"),
      .init("run", key: "sinceRun", isMachineOnly: true),
      .init("commits", key: "commits"), .number("runs", key: "runCount"),
      .number(
        "estimate", key: "estimateBytes", isMachineOnly: !findings.contains { $0.estimate != nil }),
      .number(
        "budget left", key: "leftBytes", isMachineOnly: !findings.contains { $0.budget != nil }),
    ]
    if showsNote { columns.append(.init("note")) }
    let rows = findings.map { finding in
      var cells: [TableCell] = [
        .text(finding.series.text), .bytes(finding.before), .bytes(finding.after),
        .signedBytes(finding.delta), .ratio(finding.ratio),
        .text(finding.since.time.date), .text(finding.since.id),
        .text(NightlyTables.commits(finding)), .integer(Int64(finding.runCount)),
        .bytes(finding.estimate), .bytes(finding.budget?.left),
      ]
      if showsNote { cells.append(.text(finding.note)) }
      return Table.Row(cells)
    }
    return Table(name, title: name, columns: columns, rows: rows)
  }

  /// `good..bad`, as git takes it.
  package static func commits(_ finding: SeriesFinding) -> String? {
    guard let bad = finding.since.commit.map(short) else { return nil }
    guard let good = finding.lastGood?.commit.map(short) else { return bad }
    return good == bad ? bad : "\(good)..\(bad)"
  }

  /// The first twelve digits of a hash; another name whole.
  private static func short(_ commit: String) -> String {
    let isHash = commit.count >= 20 && commit.allSatisfy { $0.isHexDigit }
    return isHash ? String(commit.prefix(12)) : commit
  }

  /// Who grew, for each regression and drift.
  package var grown: Table {
    let rows = (report.regressions + report.drifts).flatMap { finding in
      finding.grown.map { part in
        Table.Row([
          .text(finding.series.text), .text(part.thread),
          .text(SiteFrame.readable(part.frames)), .bytes(part.before), .bytes(part.after),
          .signedBytes(part.delta),
        ])
      }
    }
    return Table(
      "grown", title: "who grew",
      columns: [
        .init("series", key: "name"), .init("thread"), .init("frame", key: "function"),
        .number("before", key: "beforeBytes"), .number("after", key: "afterBytes"),
        .number("delta", key: "deltaBytes"),
      ], rows: rows)
  }

  package var budgets: Table { NightlyTables.budgets(report.budgets) }

  /// Limits, the least left first.
  package static func budgets(_ uses: [BudgetUse]) -> Table {
    Table(
      "budgets", title: "budgets",
      columns: [
        .init("run", key: "key"), .init("subject"), .init("bound"),
        .number("bytes"), .number("limit", key: "limitBytes"),
        .number("left", key: "leftBytes"), .init("verdict"),
      ],
      rows: uses.map { use in
        Table.Row([
          .text(use.key.text), .text(use.subject.text), .text(use.bound.rawValue),
          .bytes(use.bytes), .bytes(use.limit), .signedBytes(use.left),
          .text(use.isOver ? "over" : "within"),
        ])
      })
  }

  /// How many series are unjudged for each reason.
  package var unjudged: Table {
    let counts = Dictionary(grouping: report.unjudged, by: \.reason).mapValues(\.count)
    return Table(
      "unjudged", title: "unjudged",
      columns: [.init("reason"), .number("series", key: "seriesCount")],
      rows: counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { reason, count in
        Table.Row([.text(reason), .integer(Int64(count))])
      })
  }

  /// Estimate against measured, each key's rows together.
  package var estimates: Table {
    Table(
      "estimates", title: "estimate against measured",
      columns: [
        .init("run", key: "key"), .init("category"),
        .init("container", isMachineOnly: true), .number("estimate", key: "estimateBytes"),
        .number("at most", key: "maxBytes"), .number("measured", key: "measuredBytes"),
        .number("delta", key: "deltaBytes"),
      ],
      rows: report.estimates.flatMap { comparison in
        comparison.rows.map { row in
          Table.Row([
            .text(comparison.key.text), .text(row.category.id), .text(row.container?.id),
            .bytes(row.expected), .bytes(row.maximum, otherwise: "unbounded"),
            .bytes(row.measured), .signedBytes(row.measured - row.expected),
          ])
        }
      })
  }
}
