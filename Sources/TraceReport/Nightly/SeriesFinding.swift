package import TraceModel

/// Something that happened in one series.
package struct SeriesFinding: Hashable, Sendable {
  package enum Change: String, Sendable {
    /// A new level that stayed.
    case step
    /// One night, or one not yet confirmed.
    case spike
    /// A slow change that no single night explains.
    case drift
  }

  package var series: SeriesID
  package var kind: SeriesKind
  package var change: Change
  /// The first run that is different, and the last one before it.
  package var since: RunReference
  package var lastGood: RunReference?
  package var before: ByteCount
  package var after: ByteCount
  /// Runs of the series from `since` on.
  package var runCount: Int
  /// One standard deviation of the series' noise; 0 for an exact one.
  package var noise: ByteCount
  /// Nobody could know it before the series' newest run.
  package var isNew = false
  /// Threads and call stacks that grew most between `lastGood` and the newest run.
  package var grown: [GrownPart] = []
  /// What the newest estimate of the same key expects of the category.
  package var estimate: ByteCount?
  /// The tightest budget on the category, where there is one.
  package var budget: BudgetUse?
  /// Why it is accepted or muted, or what else is to be said.
  package var note: String?

  package init(
    series: SeriesID, kind: SeriesKind, change: Change, since: RunReference,
    lastGood: RunReference?, before: ByteCount, after: ByteCount, runCount: Int, noise: ByteCount
  ) {
    self.series = series
    self.kind = kind
    self.change = change
    self.since = since
    self.lastGood = lastGood
    self.before = before
    self.after = after
    self.runCount = runCount
    self.noise = noise
  }

  package var delta: ByteCount { after - before }
  package var ratio: Ratio? { Ratio(after, of: before) }

  /// The largest change first, in either direction; then by name and time.
  package static func precedes(_ first: SeriesFinding, _ second: SeriesFinding) -> Bool {
    let sizes = (first.delta.rawValue.magnitude, second.delta.rawValue.magnitude)
    if sizes.0 != sizes.1 { return sizes.0 > sizes.1 }
    if first.series != second.series { return first.series < second.series }
    if let left = first.since.time, let right = second.since.time { return left < right }
    return first.since.id < second.since.id
  }
}

/// A thread or a call stack that holds more than it did.
package struct GrownPart: Hashable, Sendable {
  /// Nil where the source does not tell threads apart.
  package var thread: String?
  /// The call stack, innermost first; empty where it is the thread as a whole.
  package var frames: [String]
  package var before: ByteCount
  package var after: ByteCount

  package init(thread: String?, frames: [String], before: ByteCount, after: ByteCount) {
    self.thread = thread
    self.frames = frames
    self.before = before
    self.after = after
  }

  package var delta: ByteCount { after - before }
}

/// A series of which nothing can be said.
package struct UnjudgedSeries: Hashable, Sendable {
  package var series: SeriesID
  package var pointCount: Int
  package var reason: String

  package init(series: SeriesID, pointCount: Int, reason: String) {
    self.series = series
    self.pointCount = pointCount
    self.reason = reason
  }
}
