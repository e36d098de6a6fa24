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
      regressions, drifts, grown, budgets, estimates, improvements, spikes, accepted, muted,
      unjudged,
    ].filter { !$0.rows.isEmpty }
  }

  /// What the headline says, in one row.
  package var summary: Table {
    Table(
      "report",
      columns: [
        .init("verdict"), .init("subject"), .init("from"), .init("until"),
        .number("runs", key: "runCount"), .number("keys", key: "keyCount"),
        .number("series", key: "seriesCount"),
      ],
      rows: [
        Table.Row([
          .text(report.verdict.rawValue), .text(report.subject),
          .text(report.from?.description), .text(report.until?.description),
          .integer(Int64(report.runCount)), .integer(Int64(report.keyCount)),
          .integer(Int64(report.seriesCount)),
        ])
      ])
  }

  package var regressions: Table { findings(report.regressions, "regressions") }
  package var drifts: Table { findings(report.drifts, "drifts") }
  package var improvements: Table { findings(report.improvements, "improvements") }
  package var spikes: Table { findings(report.spikes, "spikes") }
  package var accepted: Table { findings(report.accepted, "accepted") }
  package var muted: Table { findings(report.muted, "muted") }

  /// Findings, with what was good before and bad since.
  private func findings(_ findings: [SeriesFinding], _ name: String) -> Table {
    let lacks = { (value: (SeriesFinding) -> Bool) in !findings.contains(where: value) }
    let columns: [Table.Column] = [
      .init("series", key: "name"), .number("before", key: "beforeBytes"),
      .number("after", key: "afterBytes"), .number("delta", key: "deltaBytes"),
      .number("ratio"),
      .number("noise", key: "noiseBytes", isMachineOnly: lacks { $0.noise != .zero }),
      .init("since", key: "sinceDate"),
      .init("commits", isMachineOnly: lacks { NightlyTables.commits($0) != nil }),
      .number("runs", key: "runCount"),
      .number("estimate", key: "estimateBytes", isMachineOnly: lacks { $0.estimate != nil }),
      .number("budget left", key: "leftBytes", isMachineOnly: lacks { $0.budget != nil }),
      .init("note", isMachineOnly: lacks { $0.note != nil }),
    ]
    let rows = findings.map { finding in
      Table.Row(
        [
          .text(finding.series.text), .bytes(finding.before), .bytes(finding.after),
          .signedBytes(finding.delta), .ratio(finding.ratio), .bytes(finding.noise),
          .text(finding.since.time?.date ?? finding.since.id),
          .text(NightlyTables.commits(finding)),
          .integer(Int64(finding.runCount)), .bytes(finding.estimate),
          .bytes(finding.budget?.left), .text(finding.note),
        ] + NightlyTables.machineCells(finding))
    }
    return Table(
      name, title: name, columns: columns + NightlyTables.machineColumns, rows: rows)
  }

  /// What a spreadsheet filters by: the parts of the series' name, and runs by their ids.
  private static let machineColumns: [Table.Column] =
    [
      "key", "category", "container", "measure", "source", "kind", "change", "sinceRun",
      "sinceTime", "lastGoodRun", "lastGoodTime",
    ].map { Table.Column($0, isMachineOnly: true) }

  private static func machineCells(_ finding: SeriesFinding) -> [TableCell] {
    let series = finding.series
    return [
      .text(series.key.text), .text(series.category.id), .text(series.container?.id),
      .text(series.measure.rawValue), .text(series.source.rawValue),
      .text(finding.kind.rawValue), .text(finding.change.rawValue), .text(finding.since.id),
      .text(finding.since.time?.description), .text(finding.lastGood?.id),
      .text(finding.lastGood?.time?.description),
    ]
  }

  /// `good..bad`, as git takes it.
  package static func commits(_ finding: SeriesFinding) -> String? {
    guard let bad = finding.since.commit else { return nil }
    guard let good = finding.lastGood?.commit, good != bad else { return short(bad) }
    let areAlike = short(good) == short(bad)
    return areAlike ? "\(good)..\(bad)" : "\(short(good))..\(short(bad))"
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
          .text(SiteFrame.readable(part.frames), otherwise: "(whole thread)"), .bytes(part.before),
          .bytes(part.after),
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
    let isCommitted = uses.allSatisfy { $0.measure == .committed }
    return Table(
      "budgets", title: "budgets",
      columns: [
        .init("run", key: "key"), .init("subject"), .init("measure", isMachineOnly: isCommitted),
        .init("bound"), .number("bytes"), .number("limit", key: "limitBytes"),
        .number("left", key: "leftBytes"), .init("verdict"),
        .init("note", isMachineOnly: uses.allSatisfy { $0.note == nil }),
        .number("baseline", key: "baselineBytes", isMachineOnly: true),
      ],
      rows: uses.map { use in
        Table.Row([
          .text(use.key.text), .text(use.subject.text), .text(use.measure.rawValue),
          .text(use.bound.rawValue), .bytes(use.bytes), .bytes(use.limit),
          .signedBytes(use.left), .text(use.standing.rawValue), .text(use.note),
          .bytes(use.baseline),
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
    let isFlat = report.estimates.allSatisfy { $0.rows.allSatisfy { $0.container == nil } }
    return Table(
      "estimates", title: "estimate against measured",
      columns: [
        .init("run", key: "key"), .init("category"),
        .init("inside", key: "container", isMachineOnly: isFlat),
        .number("estimate", key: "estimateBytes"),
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
