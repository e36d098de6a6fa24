import TraceModel

extension Document {
  /// A comparison of two footprints (`memtrace diff`).
  package static func diff(_ diff: FootprintDiff, showingFields: Bool = false) -> Document {
    var tables = [rowTable(diff)]
    if showingFields { tables.append(fieldTable(diff.fields)) }
    return Document(
      headline: [
        "\(diff.left.name) (\(diff.left.source.rawValue)) against "
          + "\(diff.right.name) (\(diff.right.source.rawValue)), \(diff.right.measure.rawValue)",
        "verdict: \(diff.verdict.rawValue)",
      ],
      tables: tables,
      footnotes: diff.reasons + diff.warnings.map { "warning: \($0)" },
      json: DiffJSON.value(diff, showingFields: showingFields)
    )
  }

  private static func rowTable(_ diff: FootprintDiff) -> Table {
    let isShown = { (row: DiffRow) in !row.isEmpty || row.subject == .category(.unattributed) }
    let rows = NestedRows(diff.rows.filter(isShown)) {
      RowPlace($0.subject.id, in: $0.container?.id)
    }.rows.map { Table.Row(cells($0.row), depth: $0.depth) }
    let total = Table.Row(
      [
        .text("total of compared rows"), .none, .none, .bytes(diff.totals.left),
        .bytes(diff.totals.right), .none, .none, .signedBytes(diff.totals.delta),
        .ratio(diff.totals.ratio, otherwise: "n/a"), .none, .none, .none,
      ],
      isSummary: true
    )
    let showsUse = diff.rows.contains { $0.rightUsed != nil }
    return Table("diff", columns: columns(showingUse: showsUse), rows: rows + [total])
  }

  /// What was used inside is shown where the right side has it; CSV has it always.
  private static func columns(showingUse: Bool) -> [Table.Column] {
    [
      .init("category"),
      .init("container", isMachineOnly: true),
      .init("source", isMachineOnly: true),
      .number("left", key: "leftBytes"),
      .number("right", key: "rightBytes"),
      .number("left used", key: "leftUsedBytes", isMachineOnly: !showingUse),
      .number("right used", key: "rightUsedBytes", isMachineOnly: !showingUse),
      .number("delta", key: "deltaBytes"),
      .number("ratio"),
      .number("allowed", key: "allowedBytes"),
      .init("basis", isMachineOnly: true),
      .init("verdict"),
    ]
  }

  private static func cells(_ row: DiffRow) -> [TableCell] {
    let ratioText = row.delta == nil ? "-" : "n/a"
    return [
      .text(row.subject.id), .text(row.container?.id), .text(row.source.rawValue),
      .bytes(row.left), .bytes(row.right), .bytes(row.leftUsed), .bytes(row.rightUsed),
      .signedBytes(row.delta), .ratio(row.ratio, otherwise: ratioText),
      .bytes(row.allowed, otherwise: row.isUnbounded ? "unbounded" : "-"),
      .text(row.basis?.rawValue), .text(row.verdict.rawValue),
    ]
  }

  private static func fieldTable(_ fields: [FieldDiff]) -> Table {
    let columns: [Table.Column] = [
      .init("field"),
      .number("predicted", key: "predictedBytes"),
      .number("min", key: "minBytes"),
      .number("max", key: "maxBytes"),
      .number("printed", key: "printedBytes"),
      .number("delta", key: "deltaBytes"),
      .init("verdict"),
    ]
    let rows = fields.map { field in
      Table.Row([
        .text(field.field.name), .bytes(field.expectation?.predicted),
        .bytes(field.expectation?.minimum), .bytes(field.expectation?.maximum),
        .bytes(field.printed), .signedBytes(field.delta), .text(field.verdict.rawValue),
      ])
    }
    return Table("fields", title: "dump fields", columns: columns, rows: rows)
  }
}
