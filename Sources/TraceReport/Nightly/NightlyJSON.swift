import TraceModel

/// The machine-readable form of a nightly report: `memtrace.report/1`.
struct NightlyJSON {
  let report: NightlyReport

  var document: JSONValue {
    [
      "schema": "memtrace.report/1", "subject": .string(report.subject),
      "verdict": .string(report.verdict.rawValue),
      "reasons": .array(report.reasons.map { .string($0) }),
      "warnings": .array(report.warnings.map { .string($0) }),
      "from": .optional(report.from?.description), "until": .optional(report.until?.description),
      "runCount": .count(report.runCount), "keyCount": .count(report.keyCount),
      "seriesCount": .count(report.seriesCount),
      "regressions": findings(report.regressions), "drifts": findings(report.drifts),
      "improvements": findings(report.improvements), "spikes": findings(report.spikes),
      "accepted": findings(report.accepted), "muted": findings(report.muted),
      "unjudged": .array(report.unjudged.map(NightlyJSON.unjudged)),
      "budgets": .array(report.budgets.map(NightlyJSON.budget)),
      "estimates": .array(report.estimates.map(NightlyJSON.comparison)),
      "latest": .array(report.latest.map(NightlyJSON.latest)),
      "charts": .array(report.charts.map(NightlyJSON.chart)),
      "traces": .array(report.traces.map { TraceOverviewJSON(overview: $0).document }),
    ]
  }

  private func findings(_ findings: [SeriesFinding]) -> JSONValue {
    .array(findings.map(NightlyJSON.finding))
  }

  private static func finding(_ finding: SeriesFinding) -> JSONValue {
    [
      "name": .string(finding.series.text), "series": series(finding.series),
      "kind": .string(finding.kind.rawValue), "change": .string(finding.change.rawValue),
      "sinceRun": .string(finding.since.id),
      "sinceTime": .optional(finding.since.time?.description),
      "sinceCommit": .optional(finding.since.commit),
      "lastGoodRun": .optional(finding.lastGood?.id),
      "lastGoodTime": .optional(finding.lastGood?.time?.description),
      "lastGoodCommit": .optional(finding.lastGood?.commit),
      "beforeBytes": .bytes(finding.before), "afterBytes": .bytes(finding.after),
      "deltaBytes": .bytes(finding.delta), "ratio": .ratio(finding.ratio),
      "noiseBytes": .bytes(finding.noise), "runCount": .count(finding.runCount),
      "new": .bool(finding.isNew),
      "grown": .array(finding.grown.map(grownPart)),
      "estimateBytes": .bytes(finding.estimate), "budget": finding.budget.map(budget) ?? .null,
      "note": .optional(finding.note),
    ]
  }

  /// The labels that the key says, then the figure.
  static func series(_ series: SeriesID) -> JSONValue {
    var members = labels(series.key)
    members += [
      JSONMember("category", .string(series.category.id)),
      JSONMember("container", .optional(series.container?.id)),
      JSONMember("measure", .string(series.measure.rawValue)),
      JSONMember("source", .string(series.source.rawValue)),
    ]
    return .object(members)
  }

  private static func labels(_ key: RunKey) -> [JSONMember] {
    RunKey.Part.allCases.filter { !key[$0].isEmpty }
      .map { JSONMember($0.rawValue, .string(key[$0])) }
  }

  private static func grownPart(_ part: GrownPart) -> JSONValue {
    [
      "thread": .optional(part.thread), "frames": .array(part.frames.map { .string($0) }),
      "beforeBytes": .bytes(part.before), "afterBytes": .bytes(part.after),
      "deltaBytes": .bytes(part.delta),
    ]
  }

  private static func unjudged(_ series: UnjudgedSeries) -> JSONValue {
    [
      "name": .string(series.series.text), "series": NightlyJSON.series(series.series),
      "pointCount": .count(series.pointCount), "reason": .string(series.reason),
    ]
  }

  static func budget(_ use: BudgetUse) -> JSONValue {
    [
      "key": .string(use.key.text), "subject": .string(use.subject.text),
      "bound": .string(use.bound.rawValue), "measure": .string(use.measure.rawValue),
      "bytes": .bytes(use.bytes),
      "baselineBytes": .bytes(use.baseline), "limitBytes": .bytes(use.limit),
      "leftBytes": .bytes(use.left), "verdict": .string(use.standing.rawValue),
      "note": .optional(use.note),
    ]
  }

  private static func comparison(_ comparison: EstimateComparison) -> JSONValue {
    [
      "key": .string(comparison.key.text), "run": .string(comparison.run.id),
      "rows": .array(
        comparison.rows.map { row in
          [
            "category": .string(row.category.id), "container": .optional(row.container?.id),
            "estimateBytes": .bytes(row.expected), "maxBytes": .bytes(row.maximum),
            "measuredBytes": .bytes(row.measured),
          ]
        }),
    ]
  }

  private static func latest(_ value: SeriesValue) -> JSONValue {
    ["name": .string(value.series.text), "bytes": .bytes(value.bytes)]
  }

  private static func chart(_ chart: SeriesChart) -> JSONValue {
    [
      "name": .string(chart.series.text), "series": series(chart.series),
      "points": .array(
        chart.points.map { point in
          ["time": .string(point.time.description), "bytes": .bytes(point.bytes)]
        }),
      "levels": .array(
        chart.levels.map { level in
          [
            "first": .count(level.range.lowerBound), "last": .count(level.range.upperBound),
            "bytes": .bytes(level.bytes),
          ]
        }),
      "spikes": .array(chart.spikes.map { .count($0) }),
    ]
  }
}

/// One trace inside a report: the documents of the commands that show the same.
struct TraceOverviewJSON {
  let overview: TraceOverview

  var document: JSONValue {
    [
      "name": .string(overview.name),
      "labels": .array(
        overview.labels.sorted().map { label in
          ["name": .string(label.name), "value": .string(label.value)]
        }),
      "peak": Document.peak(overview.peak, by: [.category]).json,
      "timeline": overview.timeline.map { Document.timeline($0).json } ?? .null,
      "marks": .array(overview.marks.map(mark)),
      "marksLeftOut": .object(
        TraceOverview.Mark.Kind.allCases.compactMap { kind in
          overview.marksLeftOut[kind].map { JSONMember(kind.rawValue, .count($0)) }
        }),
      "sites": overview.sites.map { Document.sites($0).json } ?? .null,
      "threads": overview.threads.isEmpty ? .null : Document.threads(overview.threads).json,
      "diff": overview.diff.map { Document.diff($0, showingFields: false).json } ?? .null,
    ]
  }

  private func mark(_ mark: TraceOverview.Mark) -> JSONValue {
    [
      "kind": .string(mark.kind.rawValue), "timeNanoseconds": .unsigned(mark.timeNanoseconds),
      "event": .unsigned(mark.event), "bytes": .bytes(mark.bytes), "label": .string(mark.label),
    ]
  }
}
