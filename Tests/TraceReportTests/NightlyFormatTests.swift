import MemtraceTestSupport
import Testing
import TraceModel
import TraceReport

/// A report with planted findings in every format, whole.
@Suite struct NightlyFormatTests {
  /// The page has tests of its own.
  static let formats = ReportFormat.allCases.filter { $0 != .html }

  @Test(arguments: formats)
  func `a planted report reads as it shall`(_ format: ReportFormat) {
    let text = format.render(NightlySamples.planted)
    #expect(Golden.problem(with: text, as: "nightly.report.\(format.rawValue)") == nil)
  }

  @Test(arguments: ReportFormat.allCases)
  func `hostile names do nothing in any format`(_ format: ReportFormat) {
    let text = format.render(NightlySamples.hostileReport)
    let unsafe = Set(text.unicodeScalars.filter { TerminalText.isUnsafe($0) })
    #expect(unsafe.isSubset(of: format == .csv ? ["\n", "\r"] : ["\n"]))
    // The others are written by renderers that have tests of their own.
    guard [.markdown, .junit, .github, .openmetrics].contains(format) else { return }
    #expect(Golden.problem(with: text, as: "nightly-hostile.report.\(format.rawValue)") == nil)
  }

  @Test func `a report without findings says so in every format`() {
    let report = NightlyReport(subject: "nights.db", verdict: .pass, reasons: ["all quiet"])
    #expect(
      ReportFormat.text.render(report) == """
        verdict: pass
        all quiet
        nothing changed
        nights.db

        """)
    for format in ReportFormat.allCases {
      #expect(format.render(report).utf8.last == UInt8(ascii: "\n"))
    }
    #expect(
      ReportFormat.csv.render(report)
        == "verdict,subject,from,until,runCount,keyCount,seriesCount\r\npass,nights.db,,,0,0,0\r\n")
  }
}
