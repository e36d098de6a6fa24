package import TraceModel

/// How a nightly report is written (`memtrace report --out FORMAT=FILE`).
package enum ReportFormat: String, CaseIterable, Sendable {
  case text
  /// A comment on a pull request.
  case markdown
  case json
  /// Tests for a continuous-integration server.
  case junit
  /// Annotations of a GitHub workflow.
  case github
  /// Gauges for Prometheus and GitLab.
  case openmetrics
  case csv
  /// A page that needs nothing else.
  case html

  /// The report as text that ends with a line end; `bytes` is how people read sizes, what programs
  /// read has exact integers always.
  package func render(_ report: NightlyReport, bytes: ByteCountFormat = .scaled) -> String {
    switch self {
    case .text: Document.report(report).render(.text, bytes: bytes)
    case .markdown: ReportMarkdown(bytes: bytes).render(report)
    case .json: Document.report(report).render(.json)
    case .junit: ReportJUnit().render(report)
    case .github: ReportAnnotations().render(report)
    case .openmetrics: ReportOpenMetrics().render(report)
    case .html: ReportPage(report).text
    case .csv: ReportFormat.spreadsheet(report).render(.csv)
    }
  }

  /// The document with the verdict as a table of its own, so that no file is without a row.
  private static func spreadsheet(_ report: NightlyReport) -> Document {
    var document = Document.report(report)
    document.tables.insert(NightlyTables(report).summary, at: 0)
    return document
  }
}
