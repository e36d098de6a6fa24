import MemtraceTestSupport
import Testing
import TraceModel
import TraceReport

/// Annotations as GitHub's runner reads them.
@Suite struct NightlyAnnotationTests {
  private struct Annotation: Equatable {
    var level: String
    var title: String
    var message: String
  }

  @Test(arguments: MemtraceTestSupport.SeededGenerator.seeds(6))
  func `any report has at most ten commands, one a line, the last a notice`(
    _ seed: UInt64
  ) throws {
    var generator = MemtraceTestSupport.SeededGenerator(seed: seed)
    let report = NightlySamples.random(&generator, limit: 200)
    let lines = ReportFormat.github.render(report).split(separator: "\n")
    #expect(lines.count <= 10)
    let annotations = try lines.map { try #require(Self.annotation($0)) }
    #expect(annotations.dropLast().allSatisfy { ["error", "warning"].contains($0.level) })
    #expect(annotations.last?.level == "notice")
    let order = annotations.compactMap { ["error", "warning", "notice"].firstIndex(of: $0.level) }
    #expect(order == order.sorted())
  }

  @Test func `the worst stand first, and the last says how many more there are`() throws {
    var report = NightlySamples.planted
    let finding = report.regressions[0]
    report.regressions = (0..<20).map { place in
      var finding = finding
      finding.after = ByteCount(300_000 + Int64(place))
      finding.budget = nil
      return finding
    }
    let annotations = ReportFormat.github.render(report).split(separator: "\n")
      .compactMap(Self.annotation)
    #expect(annotations.count == 10)
    #expect(annotations[0].title.hasPrefix("memory grew: linear-memory of sensor.wasm"))
    // 20 regressions, a drift, an exceeded budget and a new spike, of which 9 are shown.
    #expect(annotations[9].message.hasSuffix("14 more than these annotations show."))
  }

  @Test func `names cannot end a title, a message or a line`() throws {
    let text = ReportFormat.github.render(NightlySamples.hostileReport)
    let annotations = try text.split(separator: "\n").map { try #require(Self.annotation($0)) }
    #expect(annotations.count == 10)
    #expect(annotations.allSatisfy { ["error", "notice"].contains($0.level) })
    // What was escaped is what the sentences say.
    let sentences = Set(
      NightlySamples.hostileReport.regressions.map {
        TerminalText.escaped(FindingSentence($0).text)
      })
    #expect(annotations.dropLast().allSatisfy { sentences.contains($0.message) })
  }

  @Test func `a quiet report is one notice`() {
    let report = NightlyReport(subject: "nights.db", verdict: .pass, reasons: [])
    #expect(
      ReportFormat.github.render(report)
        == "::notice title=memtrace%3A pass::nothing changed. nights.db.\n")
  }

  /// The runner's own way: properties end at `::`, then what was escaped is unescaped.
  private static func annotation(_ line: some StringProtocol) -> Annotation? {
    guard let match = String(line).wholeMatch(of: /::([a-z]+) title=([^:,\r\n]*)::([^\r\n]*)/)
    else { return nil }
    return Annotation(
      level: String(match.1), title: unescaped(String(match.2), property: true),
      message: unescaped(String(match.3), property: false))
  }

  private static func unescaped(_ text: String, property: Bool) -> String {
    var result = text
    for (code, character) in [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")]
    where property || code.hasPrefix("%0") {
      result = result.replacing(code, with: character)
    }
    return result.replacing("%25", with: "%")
  }
}
