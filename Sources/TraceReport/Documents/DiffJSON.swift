import TraceModel

/// The machine-readable form of a diff (`memtrace.diff/1`).
enum DiffJSON {
  static func value(_ diff: FootprintDiff, showingFields: Bool) -> JSONValue {
    var members: [JSONMember] = [
      JSONMember("schema", "memtrace.diff/1"),
      JSONMember("measure", .string(diff.right.measure.rawValue)),
      JSONMember("left", side(diff.left)),
      JSONMember("right", side(diff.right)),
      JSONMember("rows", .array(diff.rows.map(row))),
    ]
    if showingFields { members.append(JSONMember("fields", .array(diff.fields.map(field)))) }
    members += [
      JSONMember("totals", totals(diff.totals)),
      JSONMember("verdict", .string(diff.verdict.rawValue)),
      JSONMember("reasons", .array(diff.reasons.map { .string($0) })),
      JSONMember("warnings", .array(diff.warnings.map { .string($0) })),
    ]
    return .object(members)
  }

  private static func side(_ side: DiffSide) -> JSONValue {
    let labels = side.labels.sorted().map { label -> JSONValue in
      [
        "name": .string(label.name),
        "value": .string(label.value),
        "inferred": .bool(label.isInferred),
      ]
    }
    return [
      "name": .string(side.name),
      "source": .string(side.source.rawValue),
      "measure": .string(side.measure.rawValue),
      "covers": .categories(side.covers),
      "labels": .array(labels),
    ]
  }

  private static func row(_ row: DiffRow) -> JSONValue {
    [
      "category": .string(row.subject.id),
      "container": .optional(row.container?.id),
      "source": .string(row.source.rawValue),
      "leftBytes": .bytes(row.left),
      "rightBytes": .bytes(row.right),
      "leftUsedBytes": .bytes(row.leftUsed),
      "rightUsedBytes": .bytes(row.rightUsed),
      "deltaBytes": .bytes(row.delta),
      "ratio": .ratio(row.ratio),
      "allowedBytes": .bytes(row.allowed),
      "basis": .optional(row.basis?.rawValue),
      "verdict": .string(row.verdict.rawValue),
    ]
  }

  private static func field(_ field: FieldDiff) -> JSONValue {
    [
      "field": .string(field.field.name),
      "predictedBytes": .bytes(field.expectation?.predicted),
      "minBytes": .bytes(field.expectation?.minimum),
      "maxBytes": .bytes(field.expectation?.maximum),
      "printedBytes": .bytes(field.printed),
      "deltaBytes": .bytes(field.delta),
      "verdict": .string(field.verdict.rawValue),
    ]
  }

  private static func totals(_ totals: FootprintDiff.Totals) -> JSONValue {
    [
      "leftBytes": .bytes(totals.left),
      "rightBytes": .bytes(totals.right),
      "deltaBytes": .bytes(totals.delta),
      "ratio": .ratio(totals.ratio),
    ]
  }
}
