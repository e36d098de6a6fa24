extension Document {
  /// What would spoil a recording, and how to mend it (`memtrace doctor`).
  package static func doctor(_ diagnosis: Diagnosis) -> Document {
    let findings = diagnosis.ranked
    let table = Table(
      "findings",
      columns: [
        .init("severity"), .init("check"), .init("found"), .init("why", isMachineOnly: true),
        .init("remedy", isMachineOnly: true),
      ],
      rows: findings.map { finding in
        Table.Row([
          .text(finding.severity.rawValue), .text(finding.check), .text(finding.found),
          .text(finding.why), .text(finding.remedy),
        ])
      })
    let advice = findings.filter { $0.severity != .ok }.flatMap(paragraph)
    return Document(
      headline: headline(diagnosis), tables: [table],
      preformatted: advice.isEmpty ? nil : advice.joined(separator: "\n"), json: json(diagnosis))
  }

  private static func headline(_ diagnosis: Diagnosis) -> [String] {
    let subject =
      diagnosis.command.isEmpty ? "this machine" : diagnosis.command.joined(separator: " ")
    let problems = Counted.text(diagnosis.count(.problem), "problem")
    let notes = Counted.text(diagnosis.count(.note), "note")
    var lines = ["\(subject): \(problems), \(notes)"]
    if let program = diagnosis.program { lines.append("program: \(program)") }
    return lines
  }

  private static func paragraph(_ finding: Finding) -> [String] {
    let width = 96
    var lines = ["\(finding.severity.rawValue): \(finding.check)"]
    if let why = finding.why { lines += WrappedText.lines(why, width: width, indent: "  ") }
    if let remedy = finding.remedy {
      lines += WrappedText.lines("help: \(remedy)", width: width, indent: "  ")
    }
    return lines
  }

  private static func json(_ diagnosis: Diagnosis) -> JSONValue {
    [
      "schema": "memtrace.doctor/1",
      "command": .array(diagnosis.command.map { .string($0) }),
      "program": .optional(diagnosis.program),
      "problemCount": .count(diagnosis.count(.problem)),
      "noteCount": .count(diagnosis.count(.note)),
      "findings": .array(
        diagnosis.ranked.map { finding in
          [
            "severity": .string(finding.severity.rawValue),
            "check": .string(finding.check),
            "found": .string(finding.found),
            "why": .optional(finding.why),
            "remedy": .optional(finding.remedy),
          ]
        }),
    ]
  }
}
