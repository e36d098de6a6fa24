package import TraceModel

extension Document {
  /// What was accepted and muted (`memtrace history list --decisions`).
  package static func historyDecisions(_ decisions: [SeriesDecision]) -> Document {
    let columns: [Table.Column] = [
      .init("decision", key: "kind"), .init("series"), .number("up to", key: "bytes"),
      .init("from"), .init("until"), .init("reason"),
    ]
    return Document(
      headline: [Counted.text(decisions.count, "decision")],
      tables: decisions.isEmpty
        ? []
        : [
          Table(
            "decisions", columns: columns,
            rows: decisions.map { decision in
              Table.Row([
                .text(decision.kind.rawValue), .text(decision.series.text),
                .signedBytes(decision.bytes), .text(decision.from?.date),
                .text(decision.until?.date), .text(decision.reason),
              ])
            })
        ],
      json: [
        "schema": "memtrace.history-decisions/1",
        "decisions": .array(
          decisions.map { decision in
            [
              "kind": .string(decision.kind.rawValue), "series": .string(decision.series.text),
              "bytes": .bytes(decision.bytes), "from": .optional(decision.from?.description),
              "until": .optional(decision.until?.description), "reason": .string(decision.reason),
            ]
          }),
      ])
  }
}
