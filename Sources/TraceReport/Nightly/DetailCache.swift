import TraceModel

/// What made up runs; each is read once.
struct DetailCache {
  let lookup: RunLookup
  private var known: [Int64: [HistoryDetail]] = [:]

  init(_ lookup: RunLookup) {
    self.lookup = lookup
  }

  /// The parts of a series that grew most from one of its points to its newest.
  mutating func grown(
    in history: SeriesHistory, since index: Int
  ) throws(TraceError) -> [GrownPart] {
    guard index >= 0, let last = history.points.last else { return [] }
    return GrownPart.largest(
      in: history.id, before: try details(of: history.points[index].run),
      after: try details(of: last.run))
  }

  private mutating func details(of run: Int64) throws(TraceError) -> [HistoryDetail] {
    if let details = known[run] { return details }
    let details = try lookup.details(run)
    known[run] = details
    return details
  }
}
