import TraceModel

/// Writes a nightly report as JUnit XML: a suite for each key, a test for each budget and for each
/// series that something is said of.
///
/// The form is that of Jenkins' `junit-10.xsd`, which GitLab, Azure and Buildkite read as well.
package struct ReportJUnit {
  package init() {}

  package func render(_ report: NightlyReport) -> String {
    let suites = JUnitSuites(report).suites
    let cases = suites.flatMap(\.cases)
    var xml = XMLText()
    xml.open(
      "testsuites",
      [
        ("name", "memtrace"), ("tests", "\(cases.count)"),
        ("failures", "\(cases.count(where: \.isFailure))"), ("errors", "0"), ("time", "0"),
      ])
    for suite in suites { write(suite, report, to: &xml) }
    xml.close("testsuites")
    return xml.text
  }

  private func write(_ suite: JUnitSuite, _ report: NightlyReport, to xml: inout XMLText) {
    var attributes = [
      ("name", suite.name), ("tests", "\(suite.cases.count)"),
      ("failures", "\(suite.cases.count(where: \.isFailure))"), ("errors", "0"),
      ("skipped", "\(suite.cases.count(where: \.isSkipped))"), ("time", "0"),
    ]
    // No clock: the newest run's time, as Ant has it, without a zone.
    if let until = report.until {
      attributes.append(("timestamp", String(until.description.dropLast())))
    }
    xml.open("testsuite", attributes)
    if !suite.properties.isEmpty {
      xml.open("properties")
      for property in suite.properties {
        xml.empty("property", [("name", property.name), ("value", property.value)])
      }
      xml.close("properties")
    }
    for test in suite.cases { write(test, of: suite, to: &xml) }
    xml.close("testsuite")
  }

  private func write(_ test: JUnitCase, of suite: JUnitSuite, to xml: inout XMLText) {
    let attributes = [("classname", suite.name), ("name", test.name), ("time", "0")]
    // Line by line: a line end in a name must not begin a line of its own.
    let details = test.details.map { TerminalText.escaped($0) }.joined(separator: "\n")
    if case .passed = test.outcome, details.isEmpty {
      xml.empty("testcase", attributes)
      return
    }
    xml.open("testcase", attributes)
    switch test.outcome {
    case .passed: xml.element("system-out", details)
    case .skipped(let reason): xml.empty("skipped", [("message", reason)])
    case .failed(let type, let message):
      xml.element("failure", details, [("message", message), ("type", type)])
    }
    xml.close("testcase")
  }
}
