import MemtraceTestSupport
import Testing
import TraceModel
import TraceReport

/// JUnit XML by the rules of Jenkins' `junit-10.xsd` (jenkinsci/xunit-plugin).
///
/// The schema itself is not kept here: `Tools/validate-junit FILE junit-10.xsd` holds a file against
/// it with xmllint; the goldens `nightly*.report.junit` validate. `JUnitRules` says the same rules.
@Suite struct NightlyJUnitTests {
  @Test(arguments: MemtraceTestSupport.SeededGenerator.seeds(6))
  func `any report is XML by the rules`(_ seed: UInt64) throws {
    var generator = MemtraceTestSupport.SeededGenerator(seed: seed)
    let report = NightlySamples.random(&generator, limit: 300)
    let root = try XMLReading.root(of: ReportFormat.junit.render(report))
    #expect(JUnitRules.problems(root) == [])
    #expect(root.descendants("testcase").count > 0)
  }

  @Test func `each budget and each series is one test, and worse ones fail`() throws {
    let root = try XMLReading.root(of: ReportFormat.junit.render(NightlySamples.planted))
    #expect(JUnitRules.problems(root) == [])
    let cases = root.descendants("testcase")
    let names = { (element: String) in
      cases.filter { $0.children.contains { $0.name == element } }
        .map { "\($0.attributes["classname"] ?? "") \($0.attributes["name"] ?? "")" }
    }
    #expect(cases.count == 12)
    #expect(
      names("failure") == [
        "gateway.wasm/x86_64/2.4.4/fast-interp libc-heap@linear-memory",
        "sensor.wasm/thumbv7em/2.4.4/aot budget linear-memory",
        "sensor.wasm/thumbv7em/2.4.4/aot linear-memory",
      ])
    #expect(
      names("skipped") == [
        "gateway.wasm/x86_64/2.4.4/fast-interp host", "new.wasm/thumbv7em/2.4.4/aot module",
        "new.wasm/thumbv7em/2.4.4/aot linear-memory",
      ])
    let failures = root.descendants("failure")
    #expect(failures.map { $0.attributes["type"] } == ["drift", "budget", "regression"])
    let sentence = FindingSentence(NightlySamples.planted.regressions[0]).text
    #expect(failures.last?.attributes["message"] == sentence)
    #expect(root.children.allSatisfy { $0.attributes["timestamp"] == "2026-10-31T02:00:00" })
  }

  @Test func `hostile names are read back as the terminal spells them`() throws {
    let root = try XMLReading.root(of: ReportFormat.junit.render(NightlySamples.hostileReport))
    #expect(JUnitRules.problems(root) == [])
    let modules = Set(
      root.descendants("property").filter { $0.attributes["name"] == "module" }
        .compactMap { $0.attributes["value"] })
    let expected = NightlySamples.hostile.filter { !$0.isEmpty }.map { name in
      TerminalText.escaped(name).replacing("\u{FFFE}", with: "\\u{fffe}")
    }
    #expect(modules == Set(expected))
    for failure in root.descendants("failure") {
      #expect(!failure.text.split(separator: "\n").contains { $0.hasPrefix("::") })
    }
  }

  @Test(arguments: [
    (Verdict.pass, nil), (.improved, nil), (.insufficientData, "skipped"), (.regressed, "failure"),
  ])
  func `a report without findings has the verdict as its test`(
    _ verdict: Verdict, _ element: String?
  ) throws {
    let report = NightlyReport(subject: "nights.db", verdict: verdict, reasons: ["so"])
    let root = try XMLReading.root(of: ReportFormat.junit.render(report))
    #expect(JUnitRules.problems(root) == [])
    let test = try #require(root.descendants("testcase").first)
    #expect(test.attributes["name"] == "verdict")
    #expect(root.descendants("skipped").count == (element == "skipped" ? 1 : 0))
    #expect(root.descendants("failure").count == (element == "failure" ? 1 : 0))
  }

  @Test func `the rules find what the schema refuses`() throws {
    let bad = """
      <testsuites tests="2" failures="0"><testsuite name="a" tests="2" failures="0" time="x">\
      <testcase time="0"/><wrong/></testsuite></testsuites>
      """
    #expect(
      JUnitRules.problems(try XMLReading.root(of: bad)) == [
        "testsuite has no errors", "testsuite has the time x", "testcase has no name",
        "wrong in testsuite", "tests=2, there are 1", "tests=2, there are 1",
      ])
  }
}
