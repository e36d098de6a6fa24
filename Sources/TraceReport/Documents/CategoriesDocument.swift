import TraceModel

extension Document {
  /// The taxonomy (`memtrace categories`).
  package static func categories() -> Document {
    let columns: [Table.Column] = [
      .number("code"), .init("id"), .init("container"), .init("what"),
    ]
    let rows = MemoryCategory.allCases.map { category in
      Table.Row([
        .integer(Int64(category.code)), .text(category.id),
        .text(category.defaultContainer?.id, otherwise: ""), .text(category.explanation),
      ])
    }
    let elements = MemoryCategory.allCases.map { category -> JSONValue in
      [
        "code": .integer(Int64(category.code)),
        "id": .string(category.id),
        "container": .optional(category.defaultContainer?.id),
        "what": .string(category.explanation),
      ]
    }
    return Document(
      tables: [Table("categories", columns: columns, rows: rows)],
      json: ["schema": "memtrace.categories/1", "categories": .array(elements)]
    )
  }
}
