package import TraceModel

extension Document {
  /// One run of a history (`memtrace history show RUN-ID`).
  package static func historyRun(_ run: HistoryRun, _ reference: RunReference) -> Document {
    var headline = ["\(reference.id): \(run.key.text)", "of \(run.time)"]
    if let commit = run.commit { headline.append("commit \(commit)") }
    return Document(
      headline: headline,
      tables: [labels(run), rows(run), details(run), verdicts(run)].filter { !$0.rows.isEmpty },
      json: [
        "schema": "memtrace.history-run/1", "id": .string(reference.id),
        "time": .string(run.time.description), "commit": .optional(run.commit),
        "key": .string(run.key.text), "labels": HistoryJSON.labels(run.key),
        "otherLabels": .array(
          run.labels.map { ["name": .string($0.name), "value": .string($0.value)] }),
        "rows": .array(run.rows.map(HistoryJSON.row)),
        "details": .array(run.details.map(HistoryLine.value)),
        "verdicts": .array(
          run.verdicts.map { verdict in
            [
              "subject": .string(verdict.subject), "bytes": .bytes(verdict.bytes),
              "limitBytes": .bytes(verdict.limit), "over": .bool(verdict.isOver),
            ]
          }),
      ])
  }

  private static func labels(_ run: HistoryRun) -> Table {
    Table(
      "otherLabels", title: "labels", columns: [.init("label", key: "name"), .init("value")],
      rows: run.labels.map { Table.Row([.text($0.name), .text($0.value)]) })
  }

  private static func rows(_ run: HistoryRun) -> Table {
    let hasBounds = run.rows.contains { $0.minimum != nil || $0.maximum != nil }
    return Table(
      "rows", title: "values",
      columns: [
        .init("category"), .init("in", key: "container"), .init("measure"), .init("source"),
        .init("kind"), .number("bytes"),
        .number("at least", key: "minBytes", isMachineOnly: !hasBounds),
        .number("at most", key: "maxBytes", isMachineOnly: !hasBounds),
      ],
      rows: run.rows.map { row in
        Table.Row([
          .text(row.category.id), .text(row.container?.id), .text(row.measure.rawValue),
          .text(row.source.rawValue), .text(row.kind.rawValue), .bytes(row.bytes),
          .bytes(row.minimum), .bytes(row.maximum),
        ])
      })
  }

  private static func details(_ run: HistoryRun) -> Table {
    Table(
      "details", title: "at the peak",
      columns: [
        .init("category"), .init("thread"), .number("bytes"),
        .init("frame", isMachineOnly: true), .init("frame", key: "function"),
      ],
      rows: run.details.map { detail in
        Table.Row([
          .text(detail.category.id), .text(detail.thread), .bytes(detail.bytes),
          .text(detail.frames.first ?? ""), .text(SiteFrame.readable(detail.frames) ?? ""),
        ])
      })
  }

  private static func verdicts(_ run: HistoryRun) -> Table {
    Table(
      "verdicts", title: "budgets",
      columns: [
        .init("budget", key: "subject"), .number("bytes"), .number("limit", key: "limitBytes"),
        .init("over"),
      ],
      rows: run.verdicts.map { verdict in
        Table.Row([
          .text(verdict.subject), .bytes(verdict.bytes), .bytes(verdict.limit),
          .text(verdict.isOver ? "yes" : "no"),
        ])
      })
  }
}
