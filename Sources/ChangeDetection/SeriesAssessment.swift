package import TraceModel

/// What happened in one series: its levels, and what is no level.
///
/// Values are one per night and in order of time; a night without a run is absent. Judge a night by
/// the assessment of the values up to it. `ChangeDetection.md` has the method and what it reaches.
package struct SeriesAssessment: Hashable, Sendable {
  /// False where there is too little history: nothing is then said but the level.
  package internal(set) var isJudged: Bool
  /// The levels, oldest first; together they hold every value.
  package internal(set) var levels: [Level] = []
  /// Lasting changes in either direction, oldest first.
  package internal(set) var steps: [Step] = []
  /// Single nights in either direction, oldest first; also a last night that nothing confirms yet.
  package internal(set) var spikes: [Spike] = []
  /// The newest slow change that no single step explains.
  package internal(set) var drift: Drift?
  /// One standard deviation of the newest level's noise, in bytes; 0 for an exact series.
  package internal(set) var noise: Int64 = 0

  package init(
    values: [Int64], kind: SeriesKind, options: DetectionOptions = DetectionOptions()
  ) {
    switch kind {
    case .exact: self = ExactSeries(values, options).assessment
    case .noisy: self = NoisySeries(values, options).assessment
    }
  }

  init(isJudged: Bool) {
    self.isJudged = isJudged
  }
}

extension SeriesAssessment {
  /// Nights between which nothing lasting changed, or the nights of the drift.
  package struct Level: Hashable, Sendable {
    package var range: Range<Int>
    package var bytes: Int64

    package init(range: Range<Int>, bytes: Int64) {
      self.range = range
      self.bytes = bytes
    }
  }

  /// A change from one level to the next.
  package struct Step: Hashable, Sendable {
    /// The first value of the new level.
    package var index: Int
    package var before: Int64
    package var after: Int64

    package init(index: Int, before: Int64, after: Int64) {
      self.index = index
      self.before = before
      self.after = after
    }
  }

  /// A night apart from the level around it.
  package struct Spike: Hashable, Sendable {
    package var index: Int
    package var bytes: Int64
    /// What was expected instead.
    package var level: Int64

    package init(index: Int, bytes: Int64, level: Int64) {
      self.index = index
      self.bytes = bytes
      self.level = level
    }
  }

  /// A change over many nights.
  package struct Drift: Hashable, Sendable {
    /// The last value of the level before; the change begins after it.
    package var startIndex: Int
    /// The value at which the change is complete so far.
    package var endIndex: Int
    package var before: Int64
    package var after: Int64

    package init(startIndex: Int, endIndex: Int, before: Int64, after: Int64) {
      self.startIndex = startIndex
      self.endIndex = endIndex
      self.before = before
      self.after = after
    }
  }
}
