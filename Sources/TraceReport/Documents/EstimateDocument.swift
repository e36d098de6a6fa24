package import FootprintEstimate
package import TraceModel

extension Document {
  /// What a module will need (`memtrace estimate`), with its sections and functions where wanted.
  package static func estimate(
    _ estimate: Estimate, sections: [SectionSize]? = nil, functions: [FunctionSize]? = nil
  ) -> Document {
    let rows = NestedRows(estimate.rows) { RowPlace($0.category.id, in: $0.container?.id) }.rows
    let total = estimate.rows.filter { $0.container == nil }.map(\.expected).reduce(.zero, +)
    let sum = Table.Row(
      [.text("total"), .none, .none, .bytes(total), .none, .none, .none, .none, .none],
      isSummary: true)
    var headline: [String] = []
    if let module = estimate.module {
      headline.append(
        "\(module.path): \(module.kind), \(Counted.text(module.bytes.rawValue, "byte"))")
    }
    headline += settingLines(estimate.configuration)
    var tables = [
      Table(
        "rows", columns: estimateColumns,
        rows: rows.map { Table.Row(cells($0.row), depth: $0.depth) } + [sum])
    ]
    if let pool = estimate.pool { tables.append(poolTable(pool)) }
    if let sections { tables.append(sectionTable(sections)) }
    if let functions { tables.append(functionTable(functions)) }
    return Document(
      headline: headline, tables: tables,
      footnotes: estimate.assumptions.map { "assumed: \($0)" },
      json: EstimateJSON.value(estimate, sections: sections, functions: functions))
  }

  private static let estimateColumns: [Table.Column] = [
    .init("category"),
    .init("container", isMachineOnly: true),
    .number("min", key: "minBytes"),
    .number("expected", key: "expectedBytes"),
    .number("max", key: "maxBytes"),
    .number("reserved", key: "reservedBytes"),
    .number("used", key: "usedBytes"),
    .init("basis"),
    .init("why", isMachineOnly: true),
  ]

  private static func cells(_ row: Estimate.Row) -> [TableCell] {
    [
      .text(row.category.id), .text(row.container?.id), .bytes(row.minimum),
      .bytes(row.expected),
      .bytes(row.maximum, otherwise: row.basis == .bound ? "unbounded" : "-"),
      .bytes(row.reserved), .bytes(row.used), .text(row.basis?.rawValue), .text(row.why),
    ]
  }

  /// The run in one line, the build's options that are on in another.
  private static func settingLines(_ settings: [Estimate.Setting]) -> [String] {
    let short = settings.filter { $0.name != "features" }.map { setting in
      switch setting.value {
      case .text(let text): "\(setting.name) \(text)"
      case .number(let number): "\(setting.name) \(number)"
      case .flag(let flag): "\(setting.name) \(flag ? "yes" : "no")"
      }
    }
    let features = settings.compactMap { setting -> String? in
      guard setting.name == "features", case .text(let text) = setting.value else { return nil }
      let on = text.split(separator: " ").filter { !$0.hasSuffix("=0") }
      return "features \(on.joined(separator: " "))"
    }
    return [short.joined(separator: ", ")].filter { !$0.isEmpty } + features
  }

  private static func poolTable(_ pool: Estimate.Pool) -> Table {
    Table(
      "pool",
      title: "smallest global-heap pool: \(pool.minimum.rawValue) bytes, "
        + "largest block \(pool.largestBlock.rawValue) bytes",
      columns: [
        .init("phase"),
        .number("pool needed", key: "minimumBytes"),
        .number("largest block", key: "largestBlockBytes"),
        .init("for", key: "largestBlockFor"),
      ],
      rows: pool.phases.map { phase in
        Table.Row([
          .text(phase.name), .bytes(phase.minimum), .bytes(phase.largestBlock),
          .text(phase.largestFor),
        ])
      })
  }

  private static func sectionTable(_ sections: [SectionSize]) -> Table {
    Table(
      "sections", title: "sections of the file",
      columns: [
        .init("section"),
        .init("container", isMachineOnly: true),
        .number("offset"),
        .number("bytes"),
        .number("count"),
      ],
      rows: sections.map { section in
        Table.Row(
          [
            .text(section.name), .text(section.container), .integer(Int64(section.offset)),
            .bytes(ByteCount(Int64(section.bytes))), .integer(section.count.map { Int64($0) }),
          ], depth: section.container == nil ? 0 : 1)
      })
  }

  private static func functionTable(_ functions: [FunctionSize]) -> Table {
    let bytes = { (count: Int64?) in TableCell.bytes(count.map { ByteCount($0) }) }
    return Table(
      "functions", title: "functions, the largest first",
      columns: [
        .init("function"),
        .number("index"),
        .number("file", key: "fileBytes"),
        .number("compiled", key: "compiledBytes"),
        .number("shadow frame", key: "shadowFrameBytes"),
        .number("shadow depth", key: "shadowDepthBytes"),
        .number("cells", key: "stackCells"),
        .number("native frame", key: "nativeFrameBytes"),
      ],
      rows: functions.sorted { ($1.fileBytes, $0.index) < ($0.fileBytes, $1.index) }.map {
        Table.Row([
          .text($0.name), .integer(Int64($0.index)), bytes(Int64($0.fileBytes)),
          bytes($0.compiledBytes), bytes($0.shadowFrameBytes), bytes($0.shadowDepthBytes),
          .integer($0.stackCells), bytes($0.nativeFrameBytes),
        ])
      })
  }
}
