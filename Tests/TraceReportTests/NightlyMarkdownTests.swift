import MemtraceTestSupport
import Testing
import TraceModel
import TraceReport

/// The comment on a pull request: whole rows, nothing but what is shown, never too long.
@Suite struct NightlyMarkdownTests {
  /// Nouns of what is left out, and the tables that have the rest.
  private static let tables = [
    "regression": "regressions", "drift": "drifts", "budget": "budgets",
    "improvement": "improvements", "spike": "spikes", "accepted change": "accepted",
    "muted change": "muted",
  ]

  @Test(arguments: MemtraceTestSupport.SeededGenerator.seeds(6))
  func `a comment of any report fits, in whole rows`(_ seed: UInt64) {
    var generator = MemtraceTestSupport.SeededGenerator(seed: seed)
    let limit = [5, 60, 400, 5000].randomElement(using: &generator) ?? 5
    let report = NightlySamples.random(&generator, limit: limit)
    let text = ReportFormat.markdown.render(report)
    #expect(text.utf8.count <= 65_000)
    #expect(text.hasPrefix("<!-- memtrace report -->\n## memtrace: \(report.verdict.rawValue)\n"))
    #expect(Self.problems(in: text) == [])
    #expect(Self.counted(text) == Self.expected(report))
  }

  @Test func `five thousand findings fit, and what is left out is counted`() throws {
    var report = NightlySamples.planted
    let finding = try #require(report.regressions.first)
    report.regressions = Array(repeating: finding, count: 5000)
    report.improvements = Array(repeating: report.improvements[0], count: 12)
    let text = ReportFormat.markdown.render(report)
    #expect(text.utf8.count <= 65_000 && text.utf8.count > 60_000)
    #expect(Self.problems(in: text) == [])
    let last = try #require(text.split(separator: "\n").last)
    #expect(
      last.hasSuffix(
        "12 more improvements, 1 more spike, 1 more accepted change, 1 more muted "
          + "change, 1 more reason for unjudged series are left out; the JSON report has all."))
    #expect(Self.counted(text) == Self.expected(report))
  }

  @Test func `a comment that fits leaves nothing out`() {
    let text = ReportFormat.markdown.render(NightlySamples.withTrace)
    #expect(!text.contains("left out"))
    #expect(text.contains("<summary>sensor.zst: "))
    #expect(Self.problems(in: text) == [])
  }

  @Test func `a name of many kilobytes pushes nothing out`() {
    var report = NightlySamples.planted
    let name = String(repeating: "<\u{301}@a#1:x:", count: 5000)
    report.regressions[0].series.key[.module] = name
    report.regressions[0].grown[0].frames = [name]
    report.subject = name
    report.reasons = [name]
    let text = ReportFormat.markdown.render(report)
    #expect(!text.contains("left out"))
    #expect(text.utf8.count < 40_000)
    #expect(Self.problems(in: text) == [])
  }

  @Test func `hostile names open no element and call nobody`() {
    let text = ReportFormat.markdown.render(NightlySamples.hostileReport)
    #expect(Self.problems(in: text) == [])
    for call in ["@everyone", "#12", "https://", "\n# EOF", "\n</details></table>"] {
      #expect(!text.contains(call), "\(call)")
    }
  }

  /// What a reader of GitHub Markdown would trip over.
  static func problems(in text: String) -> [String] {
    var problems: [String] = []
    if !text.hasSuffix("\n") { problems.append("the last line has no end") }
    var depth = 0
    var columns: Int?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("<details><summary>") { depth += 1 }
      if line == "</details>" { depth -= 1 }
      if !(0...1).contains(depth) { problems.append("details inside details: \(line)") }
      guard line.hasPrefix("| ") else {
        columns = nil
        problems += elements(in: line)
        continue
      }
      let bars = bars(in: line)
      if bars != columns ?? bars { problems.append("\(bars) bars: \(line)") }
      if !line.hasSuffix(" |") { problems.append("cut: \(line)") }
      columns = bars
      problems += elements(in: line)
    }
    if depth != 0 { problems.append("details without an end") }
    return problems
  }

  /// Elements other than memtrace's own.
  private static func elements(in line: Substring) -> [String] {
    var rest = String(line)
    for own in [
      "<!-- memtrace report -->", "<details><summary>", "</summary>", "</details>",
      "<span>$</span>",
    ] {
      rest = rest.split(separator: own, omittingEmptySubsequences: false).joined()
    }
    return rest.contains("<") || rest.contains(">") ? ["an element: \(line)"] : []
  }

  private static func bars(in line: Substring) -> Int {
    var count = 0
    var isEscaped = false
    for scalar in line.unicodeScalars {
      if scalar == "|", !isEscaped { count += 1 }
      isEscaped = scalar == "\\" && !isEscaped
    }
    return count
  }

  /// Rows shown and rows said to be left out, for each table.
  private static func counted(_ text: String) -> [String: Int] {
    var counts: [String: Int] = [:]
    var table: String?
    for line in text.split(separator: "\n") {
      if let title = tables.values.first(where: {
        line.hasPrefix("**\($0)** (") || line.hasPrefix("<details><summary>\($0) (")
      }) {
        table = title
        // The two lines of the head.
        counts[title, default: 0] -= 2
      } else if line.hasPrefix("**") || line.hasPrefix("<details><summary>") {
        table = nil
      } else if line.hasPrefix("| "), let table {
        counts[table, default: 0] += 1
      }
    }
    for cut in (text.split(separator: "\n").last ?? "").split(separator: ", ") {
      let words = cut.split(separator: " ")
      guard words.count >= 3, words[1] == "more", let count = Int(words[0]) else { continue }
      for (noun, title) in tables
      where cut.dropFirst(words[0].count + 6).prefix(noun.count) == noun {
        counts[title, default: 0] += count
      }
    }
    return counts.filter { $0.value != 0 }
  }

  private static func expected(_ report: NightlyReport) -> [String: Int] {
    [
      "regressions": report.regressions.count, "drifts": report.drifts.count,
      "budgets": report.budgets.count, "improvements": report.improvements.count,
      "spikes": report.spikes.count, "accepted": report.accepted.count,
      "muted": report.muted.count,
    ].filter { $0.value != 0 }
  }
}
