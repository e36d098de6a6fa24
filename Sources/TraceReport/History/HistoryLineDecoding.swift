package import TraceModel

extension HistoryLine {
  /// Reads a line; keys it does not know are ignored.
  package init(json bytes: [UInt8], file: String, line: Int) throws(TraceError) {
    do {
      let value = try JSONParser.parse(bytes, file: file)
      try self.init(JSONPlace(value: value, path: "", file: file))
    } catch {
      var error = error
      error.location = SourceLocation(file: file, line: line)
      error.remedy =
        error.remedy ?? "memtrace history import --help shows a line; nothing was added"
      throw error
    }
  }

  private init(_ place: JSONPlace) throws(TraceError) {
    guard case .object = place.value else {
      throw place.failure("expected an object with \"labels\", \"time\" and \"rows\"")
    }
    let identity = RunIdentity(try HistoryLine.labels(try place.required("labels")))
    guard !identity.key[.module].isEmpty else {
      throw place.failure("labels: the key \"module\" is missing")
    }
    var run = HistoryRun(key: identity.key, time: try HistoryLine.time(place.required("time")))
    run.commit = try place.member("commit")?.string() ?? identity.commit
    run.labels = identity.labels
    var figures: Set<Figure> = []
    for element in try place.required("rows").elements() {
      let row = try HistoryRow(element)
      guard figures.insert(Figure(row)).inserted else {
        throw element.failure("a second row for \(row.series(of: RunKey()).figure)")
      }
      run.rows.append(row)
    }
    for element in try place.member("details")?.elements() ?? [] {
      run.details.append(try HistoryDetail(element))
    }
    for element in try place.member("verdicts")?.elements() ?? [] {
      run.verdicts.append(try BudgetVerdict(element))
    }
    self.init(run: run, digest: try place.member("digest")?.string())
  }

  private static func labels(_ place: JSONPlace) throws(TraceError) -> [RunLabel] {
    var labels: [RunLabel] = []
    for (name, member) in try place.members() where member.value != .null {
      guard !name.isEmpty else { throw place.failure("a label without a name") }
      labels.append(RunLabel(name: name, value: try member.string(), isInferred: false))
    }
    return labels
  }

  private static func time(_ place: JSONPlace) throws(TraceError) -> UTCTime {
    let text = try place.string()
    guard let time = UTCTime(text) else {
      throw place.failure("expected a time such as 2026-11-01T02:00:00Z, found \"\(text)\"")
    }
    return time
  }
}

/// What tells the rows of one run apart.
private struct Figure: Hashable {
  var category: MemoryCategory
  var container: MemoryCategory?
  var measure: Measure
  var source: FootprintSource

  init(_ row: HistoryRow) {
    category = row.category
    container = row.container
    measure = row.measure
    source = row.source
  }
}

extension HistoryRow {
  fileprivate init(_ place: JSONPlace) throws(TraceError) {
    self.init(
      try place.required("category").category(), try place.required("bytes").size(),
      kind: try place.choice("kind", SeriesKind.init(rawValue:), "exact or noisy") ?? .noisy)
    if let member = place.member("container") {
      container = try member.category()
      if container == category { throw member.failure("a category cannot contain itself") }
    }
    measure =
      try place.choice(
        "measure", Measure.init(rawValue:), "committed, reserved, resident or used") ?? .committed
    source =
      try place.choice(
        "source", FootprintSource.init(rawValue:), "events, snapshots or estimate") ?? .events
    minimum = try place.optionalSize("minBytes")
    maximum = try place.optionalSize("maxBytes")
    if let minimum, let maximum, maximum < minimum {
      throw place.failure("maxBytes is below minBytes")
    }
  }
}

extension HistoryDetail {
  fileprivate init(_ place: JSONPlace) throws(TraceError) {
    var frames: [String] = []
    for frame in try place.member("frames")?.elements() ?? [] {
      frames.append(try frame.string())
    }
    self.init(
      try place.required("category").category(), try place.required("bytes").signedSize(),
      thread: try place.member("thread")?.string(), frames: frames)
  }
}

extension BudgetVerdict {
  fileprivate init(_ place: JSONPlace) throws(TraceError) {
    self.init(
      subject: try place.required("subject").string(),
      bytes: try place.required("bytes").signedSize(),
      limit: try place.required("limitBytes").signedSize())
  }
}

extension JSONPlace {
  /// A number of bytes that may be a difference.
  fileprivate func signedSize() throws(TraceError) -> ByteCount {
    guard case .integer(let bytes) = value else { return try size() }
    return ByteCount(bytes)
  }

  /// The value of a closed list that a member names; nil where it is missing.
  fileprivate func choice<Choice>(
    _ name: String, _ choice: (String) -> Choice?, _ choices: String
  ) throws(TraceError) -> Choice? {
    guard let member = member(name) else { return nil }
    let text = try member.string()
    guard let value = choice(text) else {
      throw member.failure("expected \(choices), found \"\(text)\"")
    }
    return value
  }
}
