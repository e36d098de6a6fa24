import TraceModel

/// The parts of a report in the order in which people ask: what got worse, by whom, and then the rest.
struct PageSections {
  let report: NightlyReport
  private let tables: NightlyTables

  init(_ report: NightlyReport) {
    self.report = report
    tables = NightlyTables(report)
  }

  var all: [PageSection] {
    [
      findings("regressions", report.regressions, tables.regressions),
      findings("drifts", report.drifts, tables.drifts), grown, budgets, series,
      folded("improvements", report.improvements, tables.improvements),
      folded("spikes", report.spikes, tables.spikes),
      folded("accepted", report.accepted, tables.accepted),
      folded("muted", report.muted, tables.muted), unjudged, estimates,
    ].compactMap(\.self)
      + report.traces.enumerated().map { TraceSection(trace: $1, index: $0).section }
  }

  private func findings(
    _ title: String, _ findings: [SeriesFinding], _ table: Table
  ) -> PageSection? {
    guard !findings.isEmpty else { return nil }
    let cards = FindingCards(findings: findings, charts: report.charts).html
    return PageSection(
      id: title, title: title, count: findings.count, content: "\(cards)\(HTMLTable(table).html)")
  }

  private func folded(
    _ title: String, _ findings: [SeriesFinding], _ table: Table
  ) -> PageSection? {
    guard !findings.isEmpty else { return nil }
    return PageSection(
      id: title, title: title, count: findings.count, isFolded: true,
      content: "\(FindingCards.list(findings))\(HTMLTable(table).html)")
  }

  private var grown: PageSection? {
    let table = tables.grown
    guard !table.rows.isEmpty else { return nil }
    return PageSection(id: "grown", title: "who grew", content: HTMLTable(table).html)
  }

  private var budgets: PageSection? {
    guard !report.budgets.isEmpty else { return nil }
    let over = report.budgets.count { $0.isOver }
    let figure = PageFigure(
      chart: "budgets", index: 0,
      label: "\(Counted.text(report.budgets.count, "budget")), \(over) exceeded",
      table: tables.budgets, isOpen: true)
    return PageSection(
      id: "budgets", title: over > 0 ? "budgets exceeded" : "budgets",
      count: over > 0 ? over : nil, content: figure.html)
  }

  /// The last runs of every series with a finding, two charts beside each other.
  private var series: PageSection? {
    guard !report.charts.isEmpty else { return nil }
    let figures = report.charts.enumerated().map { index, chart -> HTML in
      let label = PageSections.label(chart)
      return PageFigure(
        chart: "series", index: index, label: label, caption: SeriesWords(chart.series).text,
        sketch: SeriesSketch(chart).html(label: label), table: ChartTables.series(chart)
      ).html
    }
    return PageSection(
      id: "series", title: "last runs", content: "<div class=\"grid\">\(figures)</div>")
  }

  private static func label(_ chart: SeriesChart) -> String {
    let size = ByteCountFormat.scaled.text
    var text = "\(SeriesWords(chart.series).text): \(Counted.text(chart.points.count, "run"))"
    if let last = chart.points.last { text += ", the newest \(size(last.bytes))" }
    if chart.levels.count > 1 {
      text += ", levels " + chart.levels.map { size($0.bytes) }.joined(separator: " then ")
    }
    if !chart.spikes.isEmpty { text += ", \(Counted.text(chart.spikes.count, "spike"))" }
    return text
  }

  private var unjudged: PageSection? {
    guard !report.unjudged.isEmpty else { return nil }
    return PageSection(
      id: "unjudged", title: "unjudged", count: report.unjudged.count, isFolded: true,
      content: HTMLTable(tables.unjudged).html)
  }

  private var estimates: PageSection? {
    guard !report.estimates.isEmpty else { return nil }
    let table = tables.estimates
    let figures = report.estimates.enumerated().map { index, comparison -> HTML in
      let key = comparison.key.text
      return PageFigure(
        chart: "estimates", index: index,
        label: "estimate against measured of \(key), \(Counted.text(comparison.rows.count, "row"))",
        caption: key, table: PageSections.rows(of: key, in: table)
      ).html
    }
    return PageSection(
      id: "estimates", title: "estimate against measured", content: "\(figures)")
  }

  /// The rows of one key out of the table of all.
  private static func rows(of key: String, in table: Table) -> Table {
    var part = table
    part.rows.removeAll { $0.cells.first != .text(key) }
    return part
  }
}
