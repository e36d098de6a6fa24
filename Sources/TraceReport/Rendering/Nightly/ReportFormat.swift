package import TraceModel

/// How a nightly report is written (`memtrace report --out FORMAT=FILE`).
package enum ReportFormat: String, CaseIterable, Sendable {
  case text
  case markdown
  case json
  case csv

  /// The report as text that ends with a line end; `bytes` is how people read sizes, what programs
  /// read has exact integers always.
  package func render(_ report: NightlyReport, bytes: ByteCountFormat = .scaled) -> String {
    switch self {
    case .text: Document.report(report).render(.text, bytes: bytes)
    case .markdown: ReportMarkdown(bytes: bytes).render(report)
    case .json: Document.report(report).render(.json)
    case .csv: Document.report(report).render(.csv)
    }
  }
}
