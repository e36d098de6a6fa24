import TraceModel

/// Writes the newest values of a nightly report as OpenMetrics text: gauges for Prometheus' text
/// files and GitLab's metrics reports.
///
/// GitLab compares values as text, so they are integers; there are no times, since Prometheus
/// refuses them in text files.
package struct ReportOpenMetrics {
  package init() {}

  package func render(_ report: NightlyReport) -> String {
    let measured = report.latest.filter { $0.series.source != .estimate }
    var families = [
      MetricFamily(
        "memtrace_measured_bytes", "Bytes in the newest run of each key.", isBytes: true,
        measured.map { (series($0.series), $0.bytes.rawValue) })
    ]
    families += estimates(report) + budgets(report.budgets) + counts(report)
    return families.filter { !$0.samples.isEmpty }.map(\.text).joined() + "# EOF\n"
  }

  private func estimates(_ report: NightlyReport) -> [MetricFamily] {
    let rows = report.estimates.flatMap { comparison in
      comparison.rows.map { row in
        (
          key(comparison.key)
            + [("category", row.category.id), ("container", row.container?.id ?? "")], row
        )
      }
    }
    return [
      MetricFamily(
        "memtrace_estimate_bytes", "Committed bytes that the newest estimate expects.",
        isBytes: true, rows.map { ($0.0, $0.1.expected.rawValue) }),
      MetricFamily(
        "memtrace_estimate_max_bytes", "Committed bytes above which the estimate was wrong.",
        isBytes: true,
        rows.compactMap { row in row.1.maximum.map { (row.0, $0.rawValue) } }),
    ]
  }

  private func budgets(_ uses: [BudgetUse]) -> [MetricFamily] {
    // By name: the order by what is left changes from night to night.
    let labelled = uses.map { use in
      (
        [
          ("subject", use.subject.text), ("bound", use.bound.rawValue),
          ("measure", use.measure.rawValue),
        ], use
      )
    }
    .sorted { first, second in
      if first.1.key != second.1.key { return first.1.key < second.1.key }
      return first.0.map(\.1).lexicographicallyPrecedes(second.0.map(\.1))
    }
    .map { (key($0.1.key) + $0.0, $0.1) }
    return [
      MetricFamily(
        "memtrace_budget_used_bytes", "Bytes of the newest run that a budget limits.",
        isBytes: true, labelled.map { ($0.0, $0.1.bytes.rawValue) }),
      MetricFamily(
        "memtrace_budget_limit_bytes", "Bytes that a budget allows.", isBytes: true,
        labelled.map { ($0.0, $0.1.limit.rawValue) }),
    ]
  }

  private func counts(_ report: NightlyReport) -> [MetricFamily] {
    let counts: [(String, String, Int)] = [
      ("memtrace_regressions", "Series that got worse and stayed so.", report.regressions.count),
      ("memtrace_drifts", "Series that get worse slowly.", report.drifts.count),
      ("memtrace_improvements", "Series that got better.", report.improvements.count),
      ("memtrace_spikes", "Single runs that stand out.", report.spikes.count),
      ("memtrace_accepted", "Growth that somebody accepted.", report.accepted.count),
      ("memtrace_muted", "Changes of muted series.", report.muted.count),
      ("memtrace_unjudged", "Series of which nothing can be said.", report.unjudged.count),
      (
        "memtrace_exceeded_budgets", "Budgets that the newest runs exceed.",
        report.budgets.count(where: \.isOver)
      ),
    ]
    return counts.map { name, help, count in MetricFamily(name, help, [([], Int64(count))]) }
  }

  private func series(_ series: SeriesID) -> [(String, String)] {
    key(series.key) + [
      ("category", series.category.id), ("container", series.container?.id ?? ""),
      ("measure", series.measure.rawValue), ("source", series.source.rawValue),
    ]
  }

  private func key(_ key: RunKey) -> [(String, String)] {
    RunKey.Part.allCases.map { ($0.rawValue, key[$0]) }
  }
}
