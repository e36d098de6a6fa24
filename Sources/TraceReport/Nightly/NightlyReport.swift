package import TraceModel

/// What got worse, since when, by how much and where; finished numbers for every renderer.
package struct NightlyReport: Hashable, Sendable {
  /// What was looked at: the history's file, or sets of traces, as the user named them.
  package var subject: String
  package var verdict: Verdict
  /// Why the verdict is what it is, the weightiest first.
  package var reasons: [String]
  package var warnings: [String] = []
  /// The times of the oldest and the newest run that were looked at.
  package var from: UTCTime?
  package var until: UTCTime?
  package var runCount = 0
  package var keyCount = 0
  package var seriesCount = 0
  /// The largest change first, as in all lists of findings.
  package var regressions: [SeriesFinding] = []
  package var drifts: [SeriesFinding] = []
  package var improvements: [SeriesFinding] = []
  package var spikes: [SeriesFinding] = []
  package var accepted: [SeriesFinding] = []
  package var muted: [SeriesFinding] = []
  package var unjudged: [UnjudgedSeries] = []
  /// Budgets of the newest run of each key.
  package var budgets: [BudgetUse] = []
  /// Estimate against measured, for the newest run of each key that has both.
  package var estimates: [EstimateComparison] = []
  /// What the newest run of each key has in each of its series, in the order of the series.
  package var latest: [SeriesValue] = []
  /// The last runs of each series with a finding.
  package var charts: [SeriesChart] = []
  package var traces: [TraceOverview] = []

  package init(subject: String, verdict: Verdict, reasons: [String]) {
    self.subject = subject
    self.verdict = verdict
    self.reasons = reasons
  }
}

/// One value of a series.
package struct SeriesValue: Hashable, Sendable {
  package var series: SeriesID
  package var bytes: ByteCount

  package init(series: SeriesID, bytes: ByteCount) {
    self.series = series
    self.bytes = bytes
  }
}

/// The newest runs of one series, with what was found in them.
package struct SeriesChart: Hashable, Sendable {
  /// How many of the newest values a chart shows.
  package static let pointLimit = 30

  /// Consecutive points around one level.
  package struct Level: Hashable, Sendable {
    /// Indices into the points.
    package var range: ClosedRange<Int>
    package var bytes: ByteCount

    package init(range: ClosedRange<Int>, bytes: ByteCount) {
      self.range = range
      self.bytes = bytes
    }
  }

  package var series: SeriesID
  package var points: [SeriesHistory.Point]
  package var levels: [Level]
  /// Indices of points that are spikes.
  package var spikes: [Int]

  package init(
    series: SeriesID, points: [SeriesHistory.Point], levels: [Level], spikes: [Int]
  ) {
    self.series = series
    self.points = points
    self.levels = levels
    self.spikes = spikes
  }
}

/// What an estimate expected of a key against what its newest run measured.
package struct EstimateComparison: Hashable, Sendable {
  package struct Row: Hashable, Sendable {
    package var category: MemoryCategory
    package var container: MemoryCategory?
    package var expected: ByteCount
    /// Above this the estimate was wrong; nil where nothing bounds it.
    package var maximum: ByteCount?
    package var measured: ByteCount

    package init(
      category: MemoryCategory, container: MemoryCategory?, expected: ByteCount,
      maximum: ByteCount?, measured: ByteCount
    ) {
      self.category = category
      self.container = container
      self.expected = expected
      self.maximum = maximum
      self.measured = measured
    }
  }

  package var key: RunKey
  package var run: RunReference
  package var rows: [Row]

  package init(key: RunKey, run: RunReference, rows: [Row]) {
    self.key = key
    self.run = run
    self.rows = rows
  }
}
