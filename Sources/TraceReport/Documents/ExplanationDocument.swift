import TraceAnalysis
import TraceModel

extension Document {
  /// Why the memory is needed and what would change it (`memtrace explain`).
  package static func explanation(_ explanation: Explanation) -> Document {
    let rows = NestedRows(explanation.rows) { RowPlace($0.category.id, in: $0.container?.id) }.rows
    var tables = [
      Table(
        "rows", columns: rowColumns(explanation),
        rows: rows.map { Table.Row(cells($0.row), depth: $0.depth) })
    ]
    if !explanation.changes.isEmpty {
      tables.append(
        Table(
          "changes", title: "what would change it", columns: changeColumns,
          rows: explanation.changes.map { Table.Row(cells($0)) }))
    }
    return Document(
      headline: headline(explanation), tables: tables,
      preformatted: rows.flatMap { paragraph($0.row) }.joined(separator: "\n"),
      footnotes: explanation.notes, json: json(explanation))
  }

  private static let width = 96

  /// People see no column that is empty.
  private static func rowColumns(_ explanation: Explanation) -> [Table.Column] {
    let showsUsed = explanation.rows.contains { $0.used != nil }
    let showsBasis = explanation.rows.contains { $0.basis != nil }
    return [
      .init("category"),
      .init("container", isMachineOnly: true),
      .number("bytes"),
      .number("used", key: "usedBytes", isMachineOnly: !showsUsed),
      .init("basis", isMachineOnly: !showsBasis),
      .init("why", isMachineOnly: true),
    ]
  }

  private static let changeColumns: [Table.Column] = [
    .number("saves", key: "savedBytes"),
    .init("in", key: "category"),
    .init("change", key: "action"),
  ]

  private static func cells(_ row: Explanation.Row) -> [TableCell] {
    [
      .text(row.category.id), .text(row.container?.id), .bytes(row.bytes), .bytes(row.used),
      .text(row.basis?.rawValue), .text(row.sentence),
    ]
  }

  private static func cells(_ change: Explanation.Change) -> [TableCell] {
    [
      .bytes(change.saved), .text(change.categories.map(\.id).joined(separator: ", ")),
      .text(change.action),
    ]
  }

  private static func paragraph(_ row: Explanation.Row) -> [String] {
    [row.category.id] + WrappedText.lines(row.sentence, width: width, indent: "  ")
      + row.rules.flatMap { share in
        WrappedText.lines(ruleText(share), width: width, indent: "  ")
      }
  }

  private static func ruleText(_ share: RuleUse.Share) -> String {
    let bytes = Counted.text(share.bytes, "byte")
    guard let rule = share.rule else { return "no rule: \(bytes) by usage or pattern" }
    return "rule \(rule): \(bytes). \(share.why)"
  }

  private static func headline(_ explanation: Explanation) -> [String] {
    let size = ByteCountFormat.scaled.text(explanation.total)
    let total = "\(size) committed (\(explanation.total.rawValue) bytes)"
    switch explanation.source {
    case .estimate:
      var lines = ["expected: \(total)"]
      if let module = explanation.module {
        let bytes = Counted.text(module.bytes.rawValue, "byte")
        lines.insert("\(module.path): \(module.kind), \(bytes)", at: 0)
      }
      return lines
    case .events, .snapshots:
      var moment = "from \(explanation.source.rawValue)"
      if let event = explanation.event {
        moment += explanation.source == .events ? ", after event \(event)" : ", dump \(event)"
      }
      return ["peak: \(total)", moment]
    }
  }

  private static func json(_ explanation: Explanation) -> JSONValue {
    [
      "schema": "memtrace.explain/1",
      "source": .string(explanation.source.rawValue),
      "event": .unsigned(explanation.event),
      "totalBytes": .bytes(explanation.total),
      "rows": .array(
        explanation.rows.map { row in
          [
            "category": .string(row.category.id),
            "container": .optional(row.container?.id),
            "bytes": .bytes(row.bytes),
            "usedBytes": .bytes(row.used),
            "basis": .optional(row.basis?.rawValue),
            "why": .string(row.sentence),
            "rules": .array(
              row.rules.map { share in
                ["rule": .optional(share.rule), "bytes": .integer(share.bytes)]
              }),
          ]
        }),
      "changes": .array(
        explanation.changes.map { change in
          [
            "categories": .categories(change.categories),
            "action": .string(change.action),
            "savedBytes": .bytes(change.saved),
          ]
        }),
      "notes": .array(explanation.notes.map { .string($0) }),
    ]
  }
}
