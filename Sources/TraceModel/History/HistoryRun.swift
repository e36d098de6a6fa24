/// One run of a key on one night, as the history keeps it.
package struct HistoryRun: Hashable, Sendable {
  package var key: RunKey
  package var time: UTCTime
  package var commit: String?
  /// What else is known of the run; never compared.
  package var labels: [RunLabel]
  /// One for each series the run has a value of.
  package var rows: [HistoryRow]
  /// What made up rows, by thread and call stack: the parts of one row sum to it.
  package var details: [HistoryDetail]
  package var verdicts: [BudgetVerdict]

  package init(
    key: RunKey, time: UTCTime, commit: String? = nil, labels: [RunLabel] = [],
    rows: [HistoryRow] = [], details: [HistoryDetail] = [], verdicts: [BudgetVerdict] = []
  ) {
    self.key = key
    self.time = time
    self.commit = commit
    self.labels = labels
    self.rows = rows
    self.details = details
    self.verdicts = verdicts
  }
}

/// A run's value in one series.
package struct HistoryRow: Hashable, Sendable {
  package var category: MemoryCategory
  package var container: MemoryCategory?
  package var measure: Measure
  package var source: FootprintSource
  package var kind: SeriesKind
  package var bytes: ByteCount
  /// An estimate's bounds; nil where there is none.
  package var minimum: ByteCount?
  package var maximum: ByteCount?

  package init(
    _ category: MemoryCategory, _ bytes: ByteCount, kind: SeriesKind,
    container: MemoryCategory? = nil, measure: Measure = .committed,
    source: FootprintSource = .events, minimum: ByteCount? = nil, maximum: ByteCount? = nil
  ) {
    self.category = category
    self.bytes = bytes
    self.kind = kind
    self.container = container
    self.measure = measure
    self.source = source
    self.minimum = minimum
    self.maximum = maximum
  }

  package func series(of key: RunKey) -> SeriesID {
    SeriesID(
      key: key, category: category, container: container, measure: measure, source: source)
  }
}

/// Committed bytes of one category that one thread holds through one call stack, at the peak.
package struct HistoryDetail: Hashable, Sendable {
  package var category: MemoryCategory
  package var thread: String?
  /// The call stack, innermost first; empty for the sum of all that are not told apart.
  package var frames: [String]
  package var bytes: ByteCount

  package init(
    _ category: MemoryCategory, _ bytes: ByteCount, thread: String?, frames: [String]
  ) {
    self.category = category
    self.bytes = bytes
    self.thread = thread
    self.frames = frames
  }
}

/// What a budget said of a run.
package struct BudgetVerdict: Hashable, Sendable {
  /// `total`, a category, or `region NAME`; with ` growth` where growth was limited.
  package var subject: String
  package var bytes: ByteCount
  package var limit: ByteCount
  package var isOver: Bool { bytes > limit }

  package init(subject: String, bytes: ByteCount, limit: ByteCount) {
    self.subject = subject
    self.bytes = bytes
    self.limit = limit
  }
}

/// A run of the history, by what tells it from others.
package struct RunReference: Hashable, Sendable {
  /// The first 16 hexadecimal digits of the digest of its content: the same in every history.
  package var id: String
  /// Nil for a run that is in no history, whose id is the name of its file.
  package var time: UTCTime?
  package var commit: String?

  package init(id: String, time: UTCTime?, commit: String?) {
    self.id = id
    self.time = time
    self.commit = commit
  }
}

/// The values of one series, oldest first.
package struct SeriesHistory: Hashable, Sendable {
  /// One night's value.
  package struct Point: Hashable, Sendable {
    /// The run's number in the history that it came from.
    package var run: Int64
    package var time: UTCTime
    package var bytes: ByteCount

    package init(run: Int64, time: UTCTime, bytes: ByteCount) {
      self.run = run
      self.time = time
      self.bytes = bytes
    }
  }

  package var id: SeriesID
  /// As the newest run has it.
  package var kind: SeriesKind
  package var points: [Point]

  package init(id: SeriesID, kind: SeriesKind, points: [Point]) {
    self.id = id
    self.kind = kind
    self.points = points
  }
}

/// What a team said of series: a growth that is fine, or a series that nobody wants to hear of.
package struct SeriesDecision: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case accept
    case mute
  }

  package var kind: Kind
  package var series: SeriesPattern
  /// Growth up to which an acceptance holds; nil for any.
  package var bytes: ByteCount?
  package var reason: String
  /// The last day on which it holds; nil for ever.
  package var until: UTCTime?
  /// Changes that began later are not accepted; nil for any.
  package var from: UTCTime?

  package init(
    _ kind: Kind, _ series: SeriesPattern, bytes: ByteCount? = nil, reason: String,
    until: UTCTime? = nil, from: UTCTime? = nil
  ) {
    self.kind = kind
    self.series = series
    self.bytes = bytes
    self.reason = reason
    self.until = until
    self.from = from
  }
}
