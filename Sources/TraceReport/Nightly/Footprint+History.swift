package import TraceModel

extension Footprint {
  /// The measured footprints among a run's rows, one for each measure; of two sources, from events.
  package static func measured(_ rows: [HistoryRow]) -> [Footprint] {
    let measured = rows.filter { $0.source != .estimate }
    return Measure.allCases.compactMap { measure in
      let all = measured.filter { $0.measure == measure }
      let source: FootprintSource = all.contains { $0.source == .events } ? .events : .snapshots
      let rows = all.filter { $0.source == source }
        .map { FootprintRow($0.category, $0.bytes, container: $0.container) }
      guard !rows.isEmpty else { return nil }
      var footprint = Footprint(
        measure: measure, source: source, rows: rows, covers: Set(rows.map(\.category)))
      footprint.sortRows()
      return footprint
    }
  }
}
