import TraceModel

/// Parts of a history's documents as JSON.
enum HistoryJSON {
  /// The labels that a key says.
  static func labels(_ key: RunKey) -> JSONValue {
    .object(
      RunKey.Part.allCases.filter { !key[$0].isEmpty }
        .map { JSONMember($0.rawValue, .string(key[$0])) })
  }

  static func series(_ series: SeriesID) -> JSONValue {
    guard case .object(let labels) = labels(series.key) else { return .null }
    return .object(labels + figure(series))
  }

  private static func figure(_ series: SeriesID) -> [JSONMember] {
    [
      JSONMember("category", .string(series.category.id)),
      JSONMember("container", .optional(series.container?.id)),
      JSONMember("measure", .string(series.measure.rawValue)),
      JSONMember("source", .string(series.source.rawValue)),
    ]
  }

  static func row(_ row: HistoryRow) -> JSONValue {
    .object(
      figure(row.series(of: RunKey())) + [
        JSONMember("bytes", .bytes(row.bytes)), JSONMember("kind", .string(row.kind.rawValue)),
        JSONMember("minBytes", .bytes(row.minimum)), JSONMember("maxBytes", .bytes(row.maximum)),
      ])
  }
}
