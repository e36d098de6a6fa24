package import TraceModel

/// Totals over time: buckets of an event log, or the dumps of a capture.
package struct Timeline: Hashable, Sendable {
  package struct Point: Hashable, Sendable {
    /// Nanoseconds; nil for dumps without a time.
    package var start: UInt64?
    package var end: UInt64?
    package var peak: ByteCount
    /// The total at the point's end; nil for dumps.
    package var endBytes: ByteCount?
    /// What made up the peak, where that was asked for.
    package var rows: [FootprintRow]

    package init(
      start: UInt64?, end: UInt64?, peak: ByteCount, endBytes: ByteCount?, rows: [FootprintRow]
    ) {
      self.start = start
      self.end = end
      self.peak = peak
      self.endBytes = endBytes
      self.rows = rows
    }
  }

  package var source: FootprintSource
  package var points: [Point]
  /// Category or thread; nil for totals alone.
  package var key: FootprintKey?

  package init(source: FootprintSource, points: [Point], key: FootprintKey?) {
    self.source = source
    self.points = points
    self.key = key
  }
}

extension Document {
  /// The largest total in each part of the time (`memtrace timeline`).
  package static func timeline(_ timeline: Timeline) -> Document {
    let names = rowNames(timeline)
    var columns: [Table.Column] = [
      .number("from", key: "startNanoseconds"), .number("peak", key: "peakBytes"),
      .number("end", key: "endBytes"),
    ]
    columns += names.map { .number($0, key: $0) }
    let start = timeline.points.first?.start ?? 0
    let rows = timeline.points.enumerated().map { index, point in
      let time: TableCell =
        point.start.map { .nanoseconds($0 >= start ? $0 - start : 0) }
        ?? .text("dump \(index)")
      let parts = names.map { name -> TableCell in
        let bytes = point.rows.filter { rowName($0, timeline.key) == name }.map(\.bytes)
        return .bytes(bytes.reduce(.zero, +))
      }
      return Table.Row([time, .bytes(point.peak), .bytes(point.endBytes)] + parts)
    }
    return Document(
      headline: ["peak of each bucket, from \(timeline.source.rawValue)"],
      tables: [Table("timeline", columns: columns, rows: rows)],
      preformatted: TimelineChart(timeline.points.map(\.peak)).text, json: json(timeline))
  }

  private static func rowName(_ row: FootprintRow, _ key: FootprintKey?) -> String {
    key == .thread ? row.thread ?? "-" : row.category.id
  }

  /// The columns of a breakdown, the largest first.
  private static func rowNames(_ timeline: Timeline) -> [String] {
    var largest: [String: ByteCount] = [:]
    for point in timeline.points {
      var sums: [String: ByteCount] = [:]
      for row in point.rows { sums[rowName(row, timeline.key), default: .zero] += row.bytes }
      for (name, bytes) in sums { largest[name] = max(largest[name] ?? .zero, bytes) }
    }
    return largest.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }

  private static func json(_ timeline: Timeline) -> JSONValue {
    let buckets = timeline.points.map { point -> JSONValue in
      var members = [
        JSONMember("startNanoseconds", .unsigned(point.start)),
        JSONMember("endNanoseconds", .unsigned(point.end)),
        JSONMember("peakBytes", .bytes(point.peak)),
        JSONMember("endBytes", .bytes(point.endBytes)),
      ]
      if let key = timeline.key {
        let rows = point.rows.map { row -> JSONValue in
          .object([
            JSONMember(key.rawValue, .string(rowName(row, key))),
            JSONMember("bytes", .bytes(row.bytes)),
          ])
        }
        members.append(JSONMember("rows", .array(rows)))
      }
      return .object(members)
    }
    return [
      "schema": "memtrace.timeline/1", "measure": "committed",
      "source": .string(timeline.source.rawValue),
      "peakBytes": .bytes(timeline.points.map(\.peak).max() ?? .zero),
      "buckets": .array(buckets),
    ]
  }
}
