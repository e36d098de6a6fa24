extension Document {
  /// What the gate does on a history of one's own (`memtrace history selftest`).
  package static func selfTest(_ test: GateSelfTest) -> Document {
    let counts = [("as it was", test.replayed), ("without changes", test.shuffled)]
    return Document(
      headline: ["verdict: \(test.verdict.rawValue)"] + test.reasons + [
        "\(test.seriesCount) series that vary"
          + (test.leftOutCount == 0 ? "" : "; \(test.leftOutCount) others left out")
      ],
      tables: [
        Table(
          "selftest",
          columns: [
            .init("history"), .number("nights", key: "nightCount"),
            .number("regressions", key: "regressionCount"),
            .number("improvements", key: "improvementCount"),
            .number("flags in 1000 nights", key: "flagsPerThousand"),
            .init("even", key: "balanced"),
          ],
          rows: counts.map { name, count in
            Table.Row([
              .text(name), .integer(Int64(count.nights)), .integer(Int64(count.regressions)),
              .integer(Int64(count.improvements)), .text(perThousand(count)),
              .text(count.isBalanced ? "yes" : "no"),
            ])
          })
      ],
      json: [
        "schema": "memtrace.history-selftest/1", "verdict": .string(test.verdict.rawValue),
        "reasons": .array(test.reasons.map { .string($0) }),
        "seriesCount": .count(test.seriesCount), "leftOutCount": .count(test.leftOutCount),
        "replayed": json(test.replayed), "shuffled": json(test.shuffled),
      ])
  }

  /// `0.25`: hundredths, rounded down.
  private static func perThousand(_ count: GateSelfTest.Count) -> String {
    let hundredths = count.perMillion / 10
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  private static func json(_ count: GateSelfTest.Count) -> JSONValue {
    [
      "nightCount": .count(count.nights), "regressionCount": .count(count.regressions),
      "improvementCount": .count(count.improvements), "flagsPerMillion": .count(count.perMillion),
      "balanced": .bool(count.isBalanced),
    ]
  }
}
