package import TraceModel

/// The newest value of every series, put together as the footprint of each key's newest run.
package struct NewestRuns {
  private struct Value {
    var run: Int64
    var time: UTCTime
    var bytes: ByteCount
    var baseline: ByteCount?

    func isNewer(than other: Value) -> Bool { (time, run) > (other.time, other.run) }
  }

  private var byKey: [RunKey: [SeriesID: Value]] = [:]
  /// A value of the newest estimate of each key, by module.
  private var estimates: [String: [RunKey: Value]] = [:]
  private(set) var firstTime: UTCTime?
  private(set) var lastTime: UTCTime?

  var keys: [RunKey] { byKey.keys.sorted() }

  /// In the order of the series.
  var values: [SeriesValue] {
    byKey.values.flatMap { $0.map { SeriesValue(series: $0.key, bytes: $0.value.bytes) } }
      .sorted { $0.series < $1.series }
  }

  package init() {}

  package mutating func note(_ history: SeriesHistory) {
    guard let first = history.points.first, let last = history.points.last else { return }
    let key = history.id.key
    let value = Value(run: last.run, time: last.time, bytes: last.bytes)
    byKey[key, default: [:]][history.id] = value
    if history.id.source == .estimate {
      let known = estimates[key[.module]]?[key] ?? value
      estimates[key[.module], default: [:]][key] = value.isNewer(than: known) ? value : known
    }
    firstTime = min(firstTime ?? first.time, first.time)
    lastTime = max(lastTime ?? last.time, last.time)
  }

  mutating func setBaseline(of series: SeriesID, _ bytes: ByteCount) {
    byKey[series.key]?[series]?.baseline = bytes
  }

  /// What the newest estimate of the key says of the series' category.
  func estimate(of series: SeriesID) -> ByteCount? {
    guard series.source != .estimate, series.measure == .committed,
      let key = estimateKey(for: series.key)
    else { return nil }
    var expected = series
    expected.key = key
    expected.source = .estimate
    return byKey[key]?[expected]?.bytes
  }

  /// The measured footprints of a key's newest run, one for each measure.
  package func footprints(of key: RunKey) -> [Footprint] { footprints(of: key) { $0.bytes } }

  /// The same by what growth is counted from.
  func baselines(of key: RunKey) -> [Footprint] { footprints(of: key) { $0.baseline ?? $0.bytes } }

  private func footprints(of key: RunKey, _ bytes: (Value) -> ByteCount) -> [Footprint] {
    Measure.allCases.compactMap { measure in
      guard let newest = newest(of: key, measure) else { return nil }
      let rows = (byKey[key] ?? [:]).filter {
        $0.key.measure == measure && $0.key.source == newest.source
          && $0.value.run == newest.run
      }
      .map { FootprintRow($0.key.category, bytes($0.value), container: $0.key.container) }
      var footprint = Footprint(
        measure: measure, source: newest.source, rows: rows,
        covers: Set(rows.map(\.category)))
      footprint.sortRows()
      return footprint
    }
  }

  /// The key's newest measured run, and where its bytes are from: of two sources, from events.
  private func newest(
    of key: RunKey, _ measure: Measure
  ) -> (run: Int64, source: FootprintSource)? {
    let measured = (byKey[key] ?? [:]).filter {
      $0.key.measure == measure && $0.key.source != .estimate
    }
    guard let run = measured.values.max(by: { $1.isNewer(than: $0) })?.run else { return nil }
    let hasEvents = measured.contains { $0.key.source == .events && $0.value.run == run }
    return (run, hasEvents ? .events : .snapshots)
  }

  /// When the newest run of a key was.
  func time(of key: RunKey) -> UTCTime? { byKey[key]?.values.map(\.time).max() }

  /// The key of the newest estimate that speaks of a run: what the run does not say of itself, such
  /// as its build's features, may be anything.
  private func estimateKey(for key: RunKey) -> RunKey? {
    let matching = (estimates[key[.module]] ?? [:]).filter { other, _ in
      RunKey.Part.allCases.allSatisfy { key[$0].isEmpty || key[$0] == other[$0] }
    }
    return matching.max { first, second in
      if first.value.run == second.value.run { return second.key < first.key }
      return second.value.isNewer(than: first.value)
    }?.key
  }

  /// Estimate against measured, for each key that has both.
  func comparisons(_ lookup: RunLookup) throws(TraceError) -> [EstimateComparison] {
    var comparisons: [EstimateComparison] = []
    for key in keys {
      guard let run = newest(of: key, .committed)?.run,
        let estimate = estimateKey(for: key).flatMap({ estimates[$0[.module]]?[$0] })
      else { continue }
      let expected = try lookup.rows(estimate.run).filter { $0.source == .estimate }
      let measured = footprints(of: key).first { $0.measure == .committed }?.rows ?? []
      let rows = measured.compactMap { row -> EstimateComparison.Row? in
        guard
          let other = expected.first(where: {
            $0.category == row.category && $0.container == row.container
          })
        else { return nil }
        return EstimateComparison.Row(
          category: row.category, container: row.container, expected: other.bytes,
          maximum: other.maximum, measured: row.bytes)
      }
      guard !rows.isEmpty else { continue }
      comparisons.append(
        EstimateComparison(key: key, run: try lookup.reference(run), rows: rows))
    }
    return comparisons
  }
}
