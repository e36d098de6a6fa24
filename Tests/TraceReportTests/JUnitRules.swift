/// What Jenkins' `junit-10.xsd` demands of the elements that memtrace writes, and that counts agree.
enum JUnitRules {
  private static let children: [String: Set<String>] = [
    "testsuites": ["testsuite"],
    "testsuite": ["testsuite", "properties", "testcase", "system-out", "system-err"],
    "properties": ["property"],
    "testcase": ["skipped", "error", "failure", "system-out", "system-err"],
  ]
  private static let required: [String: [String]] = [
    "testsuite": ["name", "tests", "failures", "errors"], "testcase": ["name"],
    "property": ["name", "value"],
  ]
  private static let allowed: [String: Set<String>] = [
    "testsuites": ["name", "time", "tests", "failures", "errors"],
    "testsuite": [
      "name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname",
      "id", "package", "file", "log", "url", "version",
    ],
    "properties": [], "property": ["name", "value"],
    "testcase": ["name", "time", "classname", "group"],
    "failure": ["type", "message"], "error": ["type", "message"], "skipped": ["type", "message"],
    "system-out": [], "system-err": [],
  ]
  /// Elements that may hold text.
  private static let mixed: Set<String> = [
    "failure", "error", "skipped", "system-out", "system-err",
  ]

  static func problems(_ root: XMLElementValue) -> [String] {
    var problems = root.name == "testsuites" ? [] : ["the root is \(root.name)"]
    problems += elementProblems(root)
    for suite in root.descendants("testsuite") + [root] {
      for (attribute, element) in [
        ("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped"),
      ] {
        guard let said = suite.attributes[attribute] else { continue }
        let count = suite.descendants("testcase").count { test in
          element == "testcase" || test.children.contains { $0.name == element }
        }
        if said != "\(count)" { problems.append("\(attribute)=\(said), there are \(count)") }
      }
    }
    return problems
  }

  private static func elementProblems(_ element: XMLElementValue) -> [String] {
    guard let allowed = allowed[element.name] else { return ["\(element.name) is no element"] }
    var problems: [String] = []
    for name in required[element.name] ?? [] where element.attributes[name] == nil {
      problems.append("\(element.name) has no \(name)")
    }
    for name in element.attributes.keys where !allowed.contains(name) {
      problems.append("\(element.name) has \(name)")
    }
    // Seconds with at most three digits behind the point.
    if element.name.hasPrefix("testsuite"), let time = element.attributes["time"],
      time.wholeMatch(of: /[0-9]*(\.[0-9]{0,3})?/) == nil
    {
      problems.append("\(element.name) has the time \(time)")
    }
    if !mixed.contains(element.name), !element.text.allSatisfy(\.isWhitespace) {
      problems.append("text in \(element.name)")
    }
    for child in element.children {
      if children[element.name]?.contains(child.name) != true {
        problems.append("\(child.name) in \(element.name)")
      } else {
        problems += elementProblems(child)
      }
    }
    return problems
  }
}
