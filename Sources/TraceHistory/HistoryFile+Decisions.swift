package import TraceModel

extension HistoryFile {
  /// Keeps a decision; false where the very same one is kept already.
  @discardableResult
  package func decide(_ decision: SeriesDecision) throws(TraceError) -> Bool {
    try transaction { () throws(TraceError) in
      if try decisions().contains(decision) { return false }
      try connection.run(
        """
        INSERT INTO decisions (kind, series, bytes, reason, until_time, from_time)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        .text(decision.kind.rawValue), .text(decision.series.text), .optional(decision.bytes),
        .text(decision.reason), .optional(decision.until?.seconds),
        .optional(decision.from?.seconds))
      return true
    }
  }

  /// Takes back what was decided of series by this very pattern; how many decisions that were.
  package func withdraw(
    _ kind: SeriesDecision.Kind, _ series: SeriesPattern
  ) throws(TraceError) -> Int {
    try transaction { () throws(TraceError) in
      try connection.run(
        "DELETE FROM decisions WHERE kind = ? AND series = ?", .text(kind.rawValue),
        .text(series.text))
      return connection.changes
    }
  }

  /// What was decided, the oldest decision first.
  package func decisions() throws(TraceError) -> [SeriesDecision] {
    var decisions: [SeriesDecision] = []
    try connection.each(
      """
      SELECT kind, series, bytes, reason, until_time, from_time FROM decisions ORDER BY id
      """
    ) { row throws(TraceError) in
      guard let kind = SeriesDecision.Kind(rawValue: row.text(0)),
        let series = SeriesPattern(row.text(1))
      else {
        throw TraceError(
          .unsupportedVersion, "the history has a decision that this memtrace does not know",
          at: SourceLocation(file: path), remedy: "use a newer memtrace")
      }
      decisions.append(
        SeriesDecision(
          kind, series, bytes: row.optionalBytes(2), reason: row.text(3),
          until: row.optionalInteger(4).map { UTCTime(seconds: $0) },
          from: row.optionalInteger(5).map { UTCTime(seconds: $0) }))
    }
    return decisions
  }
}
