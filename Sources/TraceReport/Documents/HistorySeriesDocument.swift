import TraceModel

extension Document {
  /// Values of series from run to run (`memtrace history show SERIES`).
  package static func historySeries(_ series: [SeriesListing]) -> Document {
    Document(
      headline: series.count > 1 ? ["\(series.count) series"] : [],
      tables: series.map(table),
      json: [
        "schema": "memtrace.history-series/1",
        "series": .array(
          series.map { listing in
            [
              "name": .string(listing.id.text), "series": HistoryJSON.series(listing.id),
              "kind": .string(listing.kind.rawValue),
              "points": .array(listing.points.map(point)),
            ]
          }),
      ])
  }

  private static func point(_ point: SeriesListing.Point) -> JSONValue {
    [
      "run": .string(point.run.id), "time": .optional(point.run.time?.description),
      "commit": .optional(point.run.commit), "bytes": .bytes(point.bytes),
    ]
  }

  private static func table(_ listing: SeriesListing) -> Table {
    var before: ByteCount?
    let rows = listing.points.map { point in
      defer { before = point.bytes }
      return Table.Row([
        .text(listing.id.text), .text(listing.kind.rawValue), .text(point.run.time?.description),
        .text(point.run.id), .text(point.run.commit), .bytes(point.bytes),
        .signedBytes(before.map { point.bytes - $0 }, otherwise: ""),
      ])
    }
    return Table(
      "points", title: "\(listing.id.text) (\(listing.kind.rawValue))",
      columns: [
        .init("series", key: "name", isMachineOnly: true), .init("kind", isMachineOnly: true),
        .init("time"), .init("run"), .init("commit"), .number("bytes"),
        .number("change", key: "deltaBytes"),
      ],
      rows: rows)
  }
}
