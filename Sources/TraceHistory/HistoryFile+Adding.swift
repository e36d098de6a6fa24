package import TraceModel

extension HistoryFile {
  /// What adding a run came to.
  package enum Addition: Hashable, Sendable {
    case added(RunReference)
    /// The same run is in the history already, and nothing was changed.
    case alreadyThere(RunReference)

    package var reference: RunReference {
      switch self {
      case .added(let reference), .alreadyThere(let reference): reference
      }
    }
  }

  /// Adds a run whose whole content tells it from others.
  package func add(_ run: HistoryRun) throws(TraceError) -> Addition {
    try add(run, digest: RunDigest(of: run))
  }

  /// Adds a run, unless one with this digest is there; when it returns, the run is on disk.
  ///
  /// Inside ``transaction(_:)`` it is on disk when that returns.
  package func add(_ run: HistoryRun, digest: RunDigest) throws(TraceError) -> Addition {
    guard connection.isInTransaction else {
      return try transaction { () throws(TraceError) in try insert(run, digest) }
    }
    return try insert(run, digest)
  }

  private func insert(_ run: HistoryRun, _ digest: RunDigest) throws(TraceError) -> Addition {
    if let there = try reference(digest) { return .alreadyThere(there) }
    let key = try number(of: run.key)
    try connection.run(
      "INSERT INTO runs (key, time, commit_id, digest) VALUES (?, ?, ?, ?)",
      .integer(key), .integer(run.time.seconds), .optional(run.commit), .blob(digest.bytes))
    let number = connection.lastRow
    for row in run.rows { try insert(row, of: run, number, key: key) }
    for label in run.labels {
      // Of two values of one label, the later one holds.
      try connection.run(
        "INSERT OR REPLACE INTO labels (run, name, value) VALUES (?, ?, ?)",
        .integer(number), .text(label.name), .text(label.value))
    }
    for (place, detail) in run.details.enumerated() {
      try connection.run(
        """
        INSERT INTO details (run, place, category, thread, stack, bytes)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        .integer(number), .integer(Int64(place)), .integer(Int64(detail.category.code)),
        .optional(detail.thread), .integer(try self.number(ofStack: detail.frames)),
        .integer(detail.bytes.rawValue))
    }
    for (place, verdict) in run.verdicts.enumerated() {
      try connection.run(
        "INSERT INTO verdicts (run, place, subject, bytes, limit_bytes) VALUES (?, ?, ?, ?, ?)",
        .integer(number), .integer(Int64(place)), .text(verdict.subject),
        .integer(verdict.bytes.rawValue), .integer(verdict.limit.rawValue))
    }
    return .added(RunReference(id: digest.id, time: run.time, commit: run.commit))
  }

  private func insert(
    _ row: HistoryRow, of run: HistoryRun, _ number: Int64, key: Int64
  ) throws(TraceError) {
    try connection.run(
      """
      INSERT INTO points (series, time, run, bytes, noisy, minimum, maximum)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      .integer(try self.number(of: row, key: key)), .integer(run.time.seconds), .integer(number),
      .integer(row.bytes.rawValue), .integer(row.kind == .noisy ? 1 : 0), .optional(row.minimum),
      .optional(row.maximum))
  }

  private func reference(_ digest: RunDigest) throws(TraceError) -> RunReference? {
    try connection.first(
      "SELECT time, commit_id FROM runs WHERE digest = ?", .blob(digest.bytes)
    ) { row in
      RunReference(
        id: digest.id, time: UTCTime(seconds: row.integer(0)), commit: row.optionalText(1))
    }
  }

  // MARK: Numbers

  private func number(of key: RunKey) throws(TraceError) -> Int64 {
    if let number = known.keys[key] { return number }
    let columns = "module, target, wamr, mode, features, device"
    let values = RunKey.Part.allCases.map { SQLValue.text(key[$0]) }
    let number = try number(
      "SELECT id FROM keys WHERE (\(columns)) = (?, ?, ?, ?, ?, ?)",
      else: "INSERT INTO keys (\(columns)) VALUES (?, ?, ?, ?, ?, ?)", values)
    known.keys[key] = number
    return number
  }

  private func number(of row: HistoryRow, key: Int64) throws(TraceError) -> Int64 {
    let series = KnownNumbers.Series(
      key: key, category: row.category, container: row.container, measure: row.measure,
      source: row.source)
    if let number = known.series[series] { return number }
    let columns = "key, category, container, measure, source"
    let number = try number(
      "SELECT id FROM series WHERE (\(columns)) = (?, ?, ?, ?, ?)",
      else: "INSERT INTO series (\(columns)) VALUES (?, ?, ?, ?, ?)",
      [
        .integer(key), .integer(Int64(row.category.code)),
        .integer(SeriesColumns.code(of: row.container)), .text(row.measure.rawValue),
        .text(row.source.rawValue),
      ])
    known.series[series] = number
    return number
  }

  /// The stack's number, from its outermost frame inwards; 0 for the empty one.
  private func number(ofStack frames: [String]) throws(TraceError) -> Int64 {
    var number: Int64 = 0
    for frame in frames.reversed() {
      let stack = KnownNumbers.Stack(parent: number, frame: try self.number(ofFrame: frame))
      if let found = known.stacks[stack] {
        number = found
        continue
      }
      number = try self.number(
        "SELECT id FROM stacks WHERE parent = ? AND frame = ?",
        else: "INSERT INTO stacks (parent, frame) VALUES (?, ?)",
        [.integer(stack.parent), .integer(stack.frame)])
      known.stacks[stack] = number
    }
    return number
  }

  private func number(ofFrame name: String) throws(TraceError) -> Int64 {
    if let number = known.frames[name] { return number }
    let number = try number(
      "SELECT id FROM frames WHERE name = ?", else: "INSERT INTO frames (name) VALUES (?)",
      [.text(name)])
    known.frames[name] = number
    return number
  }

  /// The number that a statement finds, or else the one of the row that another inserts.
  private func number(
    _ find: String, else insert: String, _ values: [SQLValue]
  ) throws(TraceError) -> Int64 {
    var found: Int64?
    try connection.each(find, values) { found = $0.integer(0) }
    if let found { return found }
    try connection.each(insert, values) { _ throws(TraceError) in }
    return connection.lastRow
  }
}
