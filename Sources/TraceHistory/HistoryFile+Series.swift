package import TraceModel

extension HistoryFile {
  /// Calls `body` with each series that a pattern matches and that has a value, in their order.
  ///
  /// One series is in memory at a time.
  package func forEachSeries(
    matching pattern: SeriesPattern? = nil,
    _ body: (SeriesHistory) throws(TraceError) -> Void
  ) throws(TraceError) {
    for (id, number) in try seriesNumbers(matching: pattern) {
      var kind = SeriesKind.noisy
      var points: [SeriesHistory.Point] = []
      try connection.each(
        "SELECT run, time, bytes, noisy FROM points WHERE series = ? ORDER BY time, run",
        [.integer(number)]
      ) { row in
        points.append(
          SeriesHistory.Point(
            run: row.integer(0), time: UTCTime(seconds: row.integer(1)),
            bytes: ByteCount(row.integer(2))))
        kind = row.integer(3) == 0 ? .exact : .noisy
      }
      guard !points.isEmpty else { continue }
      try body(SeriesHistory(id: id, kind: kind, points: points))
    }
  }

  package func seriesHistories(
    matching pattern: SeriesPattern? = nil
  ) throws(TraceError) -> [SeriesHistory] {
    var histories: [SeriesHistory] = []
    try forEachSeries(matching: pattern) { histories.append($0) }
    return histories
  }

  private func seriesNumbers(
    matching pattern: SeriesPattern?
  ) throws(TraceError) -> [(id: SeriesID, number: Int64)] {
    let keys = try keys(matching: pattern)
    var series: [(id: SeriesID, number: Int64)] = []
    try connection.each("SELECT s.id, s.key, \(SeriesColumns.figure) FROM series AS s") {
      row throws(TraceError) in
      guard let key = keys[row.integer(1)] else { return }
      let id = try SeriesColumns.series(of: key, row, from: 2, file: path)
      if pattern?.matches(id) != false { series.append((id, row.integer(0))) }
    }
    return series.sorted { $0.id < $1.id }
  }

  /// The keys that a pattern matches, whatever its figure, by their number.
  func keys(matching pattern: SeriesPattern?) throws(TraceError) -> [Int64: RunKey] {
    var keys: [Int64: RunKey] = [:]
    try connection.each("SELECT k.id, \(SeriesColumns.key) FROM keys AS k") { row in
      let key = SeriesColumns.key(row, from: 1)
      if pattern?.matches(key) != false { keys[row.integer(0)] = key }
    }
    return keys
  }
}
