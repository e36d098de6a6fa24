package import TraceModel

extension HistoryFile {
  /// The run of a number that a point has.
  package func reference(of run: Int64) throws(TraceError) -> RunReference {
    let found = try connection.first(
      "SELECT digest, time, commit_id FROM runs WHERE id = ?", .integer(run)
    ) { row throws(TraceError) in
      RunReference(
        id: try digest(row, 0).id, time: UTCTime(seconds: row.integer(1)),
        commit: row.optionalText(2))
    }
    guard let found else { throw missing("run of number \(run)") }
    return found
  }

  /// Runs of the keys that a pattern matches, the newest first.
  package func runs(
    matching pattern: SeriesPattern? = nil, last limit: Int = .max
  ) throws(TraceError) -> [RunOutline] {
    let keys = try keys(matching: pattern)
    var runs: [RunOutline] = []
    guard limit > 0 else { return runs }
    try connection.eachUntil(
      "SELECT id, digest, time, commit_id, key FROM runs ORDER BY time DESC, id DESC"
    ) { row throws(TraceError) in
      guard let key = keys[row.integer(4)] else { return false }
      let reference = RunReference(
        id: try digest(row, 1).id, time: UTCTime(seconds: row.integer(2)),
        commit: row.optionalText(3))
      runs.append(
        RunOutline(
          number: row.integer(0), reference: reference, key: key,
          total: try total(ofRun: row.integer(0))))
      return runs.count == limit
    }
    return runs
  }

  /// The runs whose id begins with some hexadecimal digits: more than one where these are too few.
  package func runs(idPrefix: String) throws(TraceError) -> [RunReference] {
    let digits = idPrefix.lowercased()
    let isOdd = digits.utf8.count % 2 == 1
    guard !digits.isEmpty, digits.utf8.count <= 64,
      let first = RunDigest.bytes(hexadecimal: isOdd ? digits + "0" : digits)
    else { return [] }
    var references: [RunReference] = []
    try connection.eachUntil(
      "SELECT digest, time, commit_id FROM runs WHERE digest >= ? ORDER BY digest", [.blob(first)]
    ) { row throws(TraceError) in
      let digest = try digest(row, 0)
      guard digest.hexadecimal.hasPrefix(digits) else { return true }
      references.append(
        RunReference(
          id: digest.id, time: UTCTime(seconds: row.integer(1)), commit: row.optionalText(2)))
      return references.count == 20
    }
    return references
  }

  /// The whole run whose id this is; nil where there is none.
  package func run(id: String) throws(TraceError) -> HistoryEntry? {
    guard let first = RunDigest.bytes(hexadecimal: id.lowercased()) else { return nil }
    var number: Int64?
    try connection.eachUntil(
      "SELECT digest, id FROM runs WHERE digest >= ? ORDER BY digest LIMIT 1", [.blob(first)]
    ) { row throws(TraceError) in
      if try digest(row, 0).hexadecimal.hasPrefix(id.lowercased()) { number = row.integer(1) }
      return true
    }
    guard let number else { return nil }
    return try entry(number)
  }

  /// Calls `body` with every run of the keys that a pattern matches, whole, the oldest first.
  package func everyRun(
    matching pattern: SeriesPattern? = nil,
    _ body: (HistoryEntry) throws(TraceError) -> Void
  ) throws(TraceError) {
    let keys = try keys(matching: pattern)
    try connection.each("SELECT id, digest, time, commit_id, key FROM runs ORDER BY time, id") {
      row throws(TraceError) in
      guard let key = keys[row.integer(4)] else { return }
      var entry = try entryHead(row, key: key)
      try complete(&entry)
      try body(entry)
    }
  }

  // MARK: Parts of a run

  private func entry(_ number: Int64) throws(TraceError) -> HistoryEntry? {
    let found = try connection.first(
      """
      SELECT r.id, r.digest, r.time, r.commit_id, \(SeriesColumns.key)
      FROM runs AS r JOIN keys AS k ON k.id = r.key WHERE r.id = ?
      """, .integer(number)
    ) { row throws(TraceError) in
      try entryHead(row, key: SeriesColumns.key(row, from: 4))
    }
    guard var found else { return nil }
    try complete(&found)
    return found
  }

  /// A run from the columns id, digest, time and commit_id.
  private func entryHead(
    _ row: SQLStatement, key: RunKey
  ) throws(TraceError) -> HistoryEntry {
    HistoryEntry(
      number: row.integer(0), digest: try digest(row, 1),
      run: HistoryRun(
        key: key, time: UTCTime(seconds: row.integer(2)), commit: row.optionalText(3)))
  }

  private func complete(_ entry: inout HistoryEntry) throws(TraceError) {
    entry.run.labels = try labels(ofRun: entry.number)
    entry.run.rows = try rows(ofRun: entry.number)
    entry.run.details = try details(ofRun: entry.number)
    entry.run.verdicts = try verdicts(ofRun: entry.number)
  }

  private func labels(ofRun run: Int64) throws(TraceError) -> [RunLabel] {
    var labels: [RunLabel] = []
    try connection.each("SELECT name, value FROM labels WHERE run = ?", [.integer(run)]) { row in
      labels.append(RunLabel(name: row.text(0), value: row.text(1), isInferred: false))
    }
    return labels.sorted()
  }

  /// A run's values, in the order of their series.
  package func rows(ofRun run: Int64) throws(TraceError) -> [HistoryRow] {
    var rows: [HistoryRow] = []
    try connection.each(
      """
      SELECT \(SeriesColumns.figure), p.bytes, p.noisy, p.minimum, p.maximum
      FROM points AS p JOIN series AS s ON s.id = p.series WHERE p.run = ?
      """, [.integer(run)]
    ) { row throws(TraceError) in
      let series = try SeriesColumns.series(of: RunKey(), row, from: 0, file: path)
      rows.append(
        HistoryRow(
          series.category, ByteCount(row.integer(4)), kind: row.integer(5) == 0 ? .exact : .noisy,
          container: series.container, measure: series.measure, source: series.source,
          minimum: row.optionalBytes(6), maximum: row.optionalBytes(7)))
    }
    return rows.sorted(by: HistoryRow.isBefore)
  }

  /// What made up a run's rows, in the order in which it was added.
  package func details(ofRun run: Int64) throws(TraceError) -> [HistoryDetail] {
    var details: [HistoryDetail] = []
    try connection.each(
      "SELECT category, bytes, thread, stack FROM details WHERE run = ? ORDER BY place",
      [.integer(run)]
    ) { row throws(TraceError) in
      details.append(
        HistoryDetail(
          try SeriesColumns.category(row.integer(0), file: path), ByteCount(row.integer(1)),
          thread: row.optionalText(2), frames: try frames(ofStack: row.integer(3))))
    }
    return details
  }

  /// What budgets said of a run, in the order in which it was added.
  package func verdicts(ofRun run: Int64) throws(TraceError) -> [BudgetVerdict] {
    var verdicts: [BudgetVerdict] = []
    try connection.each(
      "SELECT subject, bytes, limit_bytes FROM verdicts WHERE run = ? ORDER BY place",
      [.integer(run)]
    ) { row in
      verdicts.append(
        BudgetVerdict(
          subject: row.text(0), bytes: ByteCount(row.integer(1)),
          limit: ByteCount(row.integer(2))))
    }
    return verdicts
  }

  /// Of several sources, the one that was measured most directly is the total's.
  private func total(ofRun run: Int64) throws(TraceError) -> ByteCount? {
    var totals: [FootprintSource: ByteCount] = [:]
    for row in try rows(ofRun: run) where row.container == nil && row.measure == .committed {
      totals[row.source, default: .zero] = totals[row.source, default: .zero] + row.bytes
    }
    return totals[.events] ?? totals[.snapshots] ?? totals[.estimate]
  }

  /// Innermost first; a stack's parent has always been there before it.
  private func frames(ofStack stack: Int64) throws(TraceError) -> [String] {
    var frames: [String] = []
    var next = stack
    while next != 0 {
      let found = try connection.first(
        """
        SELECT f.name, s.parent FROM stacks AS s JOIN frames AS f ON f.id = s.frame
        WHERE s.id = ?
        """, .integer(next)
      ) { row in
        (name: row.text(0), parent: row.integer(1))
      }
      guard let found, found.parent < next else {
        throw missing("call stack of number \(stack)")
      }
      frames.append(found.name)
      next = found.parent
    }
    return frames
  }

  private func digest(_ row: SQLStatement, _ column: Int32) throws(TraceError) -> RunDigest {
    guard let digest = RunDigest(bytes: row.blob(column)) else {
      throw missing("digest of a run")
    }
    return digest
  }

  private func missing(_ what: String) -> TraceError {
    TraceError(
      .corrupted, "the history is not whole: it lacks the \(what)", at: SourceLocation(file: path),
      remedy: "take a copy of it from before")
  }
}
