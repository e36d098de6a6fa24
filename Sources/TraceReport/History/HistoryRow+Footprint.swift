package import TraceModel

extension HistoryRow {
  /// A footprint's bytes by category and container, over all threads.
  package static func rows(of footprint: Footprint, rule: SeriesKindRule) -> [HistoryRow] {
    struct Place: Hashable {
      var category: MemoryCategory
      var container: MemoryCategory?
    }
    var sums: [Place: ByteCount] = [:]
    for row in footprint.rows {
      sums[Place(category: row.category, container: row.container), default: .zero] += row.bytes
    }
    return sums.map { place, bytes in
      HistoryRow(
        place.category, bytes,
        kind: rule.kind(
          of: place.category, measure: footprint.measure, source: footprint.source),
        container: place.container, measure: footprint.measure, source: footprint.source)
    }.sorted { $0.series(of: RunKey()) < $1.series(of: RunKey()) }
  }

  /// What an estimate expects, with its bounds.
  package static func rows(of estimate: Estimate) -> [HistoryRow] {
    estimate.rows.map { row in
      HistoryRow(
        row.category, row.expected, kind: .exact, container: row.container, source: .estimate,
        minimum: row.minimum, maximum: row.maximum)
    }.sorted { $0.series(of: RunKey()) < $1.series(of: RunKey()) }
  }
}

extension HistoryDetail {
  /// How many parts of a run a history tells apart.
  package static let limit = 50

  /// The largest parts of a footprint that has a row for each category, thread and site; behind
  /// them, for each category, the sum of the others.
  package static func details(
    of footprint: Footprint, frames: [String: [String]]
  ) -> [HistoryDetail] {
    var sorted = footprint
    sorted.sortRows()
    let parts = sorted.rows.filter { $0.container == nil }
    var rest: [MemoryCategory: ByteCount] = [:]
    for row in parts.dropFirst(limit) { rest[row.category, default: .zero] += row.bytes }
    return parts.prefix(limit).map { row in
      HistoryDetail(
        row.category, row.bytes, thread: row.thread,
        frames: row.site.flatMap { frames[$0] } ?? [])
    }
      + rest.sorted { $0.key < $1.key }.map {
        HistoryDetail($0.key, $0.value, thread: nil, frames: [])
      }
  }
}
