package import TraceModel

extension Document {
  /// Which runs a history has (`memtrace history list`).
  package static func historyRuns(_ runs: [RunOutline]) -> Document {
    let columns: [Table.Column] = [
      .init("id"), .init("time"), .init("commit"), .init("key"),
      .number("total", key: "totalBytes"),
    ]
    return Document(
      headline: [Counted.text(runs.count, "run")],
      tables: runs.isEmpty
        ? []
        : [
          Table(
            "runs", columns: columns,
            rows: runs.map { run in
              Table.Row([
                .text(run.reference.id), .text(run.reference.time?.description),
                .text(run.reference.commit), .text(run.key.text), .bytes(run.total),
              ])
            })
        ],
      json: [
        "schema": "memtrace.history-runs/1",
        "runs": .array(
          runs.map { run in
            [
              "id": .string(run.reference.id), "time": .optional(run.reference.time?.description),
              "commit": .optional(run.reference.commit), "key": .string(run.key.text),
              "labels": HistoryJSON.labels(run.key), "totalBytes": .bytes(run.total),
            ]
          }),
      ])
  }
}
