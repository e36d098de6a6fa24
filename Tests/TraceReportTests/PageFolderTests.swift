import Foundation
import Testing
import TraceReport

/// Pages for a browser: `MEMTRACE_PAGE_FOLDER=FOLDER swift test --filter PageFolderTests`.
@Suite struct PageFolderTests {
  static let folder = ProcessInfo.processInfo.environment["MEMTRACE_PAGE_FOLDER"]

  static func pages() -> [(name: String, report: NightlyReport)] {
    var large = PageSamples.regressed()
    large.traces = [PageTraces.trace()]
    var single = NightlyReport(
      subject: "run-2026-10-21.zst", verdict: .pass, reasons: ["nothing to compare with"])
    var trace = PageTraces.trace(buckets: 300, sites: 60)
    trace.diff = nil
    single.traces = [trace]
    return [
      ("regressed", large), ("pass", PageSamples.passed()), ("trace", single),
      ("hostile", PageTraces.hostile()),
    ]
  }

  @Test(.enabled(if: folder != nil)) func `sample pages are written`() throws {
    let folder = try #require(Self.folder)
    for (name, report) in Self.pages() {
      let page = ReportPage(report).text
      try page.write(toFile: "\(folder)/\(name).html", atomically: true, encoding: .utf8)
    }
  }
}
