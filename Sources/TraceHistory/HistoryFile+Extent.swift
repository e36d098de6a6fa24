package import TraceModel

extension HistoryFile {
  /// How much there is of the keys that a pattern matches.
  package struct Extent: Hashable, Sendable {
    package var runCount = 0
    /// The time of the newest run; nil without runs.
    package var newest: UTCTime?
  }

  package func extent(
    matching pattern: SeriesPattern? = nil
  ) throws(TraceError) -> Extent {
    let keys = try keys(matching: pattern)
    var extent = Extent()
    try connection.each("SELECT key, COUNT(*), MAX(time) FROM runs GROUP BY key") { row in
      guard keys[row.integer(0)] != nil else { return }
      extent.runCount += Int(row.integer(1))
      let time = UTCTime(seconds: row.integer(2))
      extent.newest = max(extent.newest ?? time, time)
    }
    return extent
  }
}
