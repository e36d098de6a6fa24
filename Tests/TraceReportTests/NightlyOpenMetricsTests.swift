import MemtraceTestSupport
import Testing
import TraceModel
import TraceReport

/// OpenMetrics text by its own grammar.
///
/// The goldens `nightly*.report.openmetrics` pass `promtool check metrics` (Prometheus, which reads
/// UNIT and EOF as comments) and the parser of PyPI's prometheus_client, which does not.
@Suite struct NightlyOpenMetricsTests {
  @Test(arguments: MemtraceTestSupport.SeededGenerator.seeds(6))
  func `every line of any report is by the grammar`(_ seed: UInt64) {
    var generator = MemtraceTestSupport.SeededGenerator(seed: seed)
    let report = NightlySamples.random(&generator, limit: 300)
    #expect(Self.problems(in: ReportFormat.openmetrics.render(report)) == [])
  }

  @Test func `hostile names are labels and nothing else`() {
    let text = ReportFormat.openmetrics.render(NightlySamples.hostileReport)
    #expect(Self.problems(in: text) == [])
    #expect(text.contains("module=\"a\\\\\""))
    #expect(text.contains("module=\"a\\nb\\\\r\\n::error::c\""))
  }

  @Test func `what the newest runs take, what was expected, and what is allowed`() {
    let text = ReportFormat.openmetrics.render(NightlySamples.planted)
    let labels = "module=\"sensor.wasm\",target=\"thumbv7em\",wamr=\"2.4.4\",mode=\"aot\""
    for line in [
      "memtrace_measured_bytes{\(labels),category=\"linear-memory\",measure=\"committed\","
        + "source=\"events\"} 327680",
      "memtrace_estimate_bytes{\(labels),category=\"linear-memory\"} 262144",
      "memtrace_budget_limit_bytes{\(labels),subject=\"linear-memory\",bound=\"size\","
        + "measure=\"committed\"} 300000",
      "memtrace_regressions 1", "memtrace_exceeded_budgets 1",
    ] {
      #expect(text.contains("\n\(line)\n"))
    }
    #expect(!text.contains("source=\"estimate\""))
  }

  @Test func `two values with the same labels are one`() {
    var report = NightlySamples.planted
    report.latest += report.latest
    report.budgets += report.budgets
    let text = ReportFormat.openmetrics.render(report)
    let once = ReportFormat.openmetrics.render(NightlySamples.planted)
    #expect(text.replacing("exceeded_budgets 2", with: "exceeded_budgets 1") == once)
  }

  static func problems(in text: String) -> [String] {
    var problems: [String] = []
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.popLast() != "" || lines.popLast() != "# EOF" { problems.append("no # EOF") }
    var families: Set<String> = []
    var samples: Set<String> = []
    var family = ""
    let sample =
      /([a-z_]+)(\{[a-z]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z]+="(?:[^"\\\n]|\\[\\"n])*")*\})? -?[0-9]+/
    for line in lines {
      if let match = line.wholeMatch(of: /# TYPE ([a-z_]+) gauge/) {
        family = String(match.1)
        if !families.insert(family).inserted { problems.append("twice: \(line)") }
      } else if let match = line.wholeMatch(of: /# UNIT ([a-z_]+) bytes/) {
        if match.1 != family || !family.hasSuffix("_bytes") { problems.append(line) }
      } else if let match = line.wholeMatch(of: /# HELP ([a-z_]+) [A-Z][^\\\n]*\./) {
        if String(match.1) != family { problems.append(line) }
      } else if let match = line.wholeMatch(of: sample) {
        if String(match.1) != family { problems.append("outside its family: \(line)") }
        if !samples.insert("\(match.1)\(match.2 ?? "")").inserted {
          problems.append("twice: \(line)")
        }
      } else {
        problems.append("no line of OpenMetrics: \(line)")
      }
    }
    return problems
  }
}
