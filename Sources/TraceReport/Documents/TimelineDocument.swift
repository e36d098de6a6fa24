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
      .number("from", key: "offsetNanoseconds"),
      .number("start", key: "startNanoseconds", isMachineOnly: true),
      .number("end", key: "endNanoseconds", isMachineOnly: true),
      .number("peak", key: "peakBytes"), .number("end", key: "endBytes"),
    ]
    columns += names.map { .number($0, key: $0) }
    let start = timeline.points.first?.start ?? 0
    let rows = timeline.points.enumerated().map { index, point in
      let time: TableCell =
        point.start.map { .nanoseconds($0 >= start ? $0 - start : 0) }
        ?? .absent("dump \(index)")
      let sums = sums(of: point, timeline.key)
      let parts = names.map { name -> TableCell in .bytes(sums[name] ?? .zero) }
      let clock = [point.start, point.end].map { $0.map { TableCell.nanoseconds($0) } ?? .none }
      return Table.Row([time] + clock + [.bytes(point.peak), .bytes(point.endBytes)] + parts)
    }
    return Document(
      headline: [
        timeline.source == .events
          ? "peak of each bucket, from events" : "total of each complete dump"
      ],
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
      for (name, bytes) in sums(of: point, timeline.key) {
        largest[name] = max(largest[name] ?? .zero, bytes)
      }
    }
    return largestFirst(largest).map(\.key)
  }

  /// The bytes of a point by category or thread.
  private static func sums(
    of point: Timeline.Point, _ key: FootprintKey?
  ) -> [String: ByteCount] {
    point.rows.reduce(into: [:]) { $0[rowName($1, key), default: .zero] += $1.bytes }
  }

  private static func largestFirst(
    _ sums: [String: ByteCount]
  ) -> [(key: String, value: ByteCount)] {
    sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
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
        let rows = largestFirst(sums(of: point, key)).map { name, bytes -> JSONValue in
          .object([
            JSONMember(key.rawValue, .string(name)), JSONMember("bytes", .bytes(bytes)),
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
