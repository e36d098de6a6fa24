import ChangeDetection
import Foundation
import Testing
import TraceModel

/// Assesses the series of a file for `Tools/compare-detectors`.
@Suite struct AssessedFileTests {
  /// A line of the file is a series' values; one of the result its steps, as `+30` for one up at
  /// index 30, and then its drift.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["MEMTRACE_ASSESS"] != nil))
  func `each series of the file is assessed`() throws {
    let path = try #require(ProcessInfo.processInfo.environment["MEMTRACE_ASSESS"])
    var result = ""
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let values = line.split(separator: " ").compactMap { Int64($0) }
      let assessment = SeriesAssessment(values: values, kind: .noisy)
      let steps = assessment.steps.map { "\($0.after > $0.before ? "+" : "-")\($0.index)" }
      let drift = assessment.drift.map { ["drift\($0.startIndex)"] } ?? []
      result += (steps + drift).joined(separator: " ") + "\n"
    }
    try result.write(toFile: path + ".assessed", atomically: true, encoding: .utf8)
  }
}
