import ChangeDetection
import TraceModel

/// One series with what happened in it, reduced to what still holds.
struct JudgedSeries {
  /// Something that a report may list, in indices of the series' points.
  struct Change {
    var change: SeriesFinding.Change
    /// The first value that is different.
    var index: Int
    var before: Int64
    var after: Int64
  }

  let history: SeriesHistory
  let assessment: SeriesAssessment
  /// Steps and drift that nothing has undone since.
  let lasting: [Change]
  /// Among the newest ``spikeWindow`` values.
  let spikes: [Change]

  /// How far back spikes are told.
  static let spikeWindow = 90

  init(_ history: SeriesHistory, options: DetectionOptions) {
    self.history = history
    let values = history.points.map(\.bytes.rawValue)
    let assessment = SeriesAssessment(values: values, kind: history.kind, options: options)
    self.assessment = assessment
    var lasting = assessment.steps.enumerated().filter { place, step in
      !JudgedSeries.isUndone(
        step, by: assessment.levels.filter { $0.range.lowerBound > step.index })
    }.map { _, step in
      Change(change: .step, index: step.index, before: step.before, after: step.after)
    }
    if let drift = assessment.drift {
      lasting.append(
        Change(
          change: .drift, index: drift.startIndex + 1, before: drift.before, after: drift.after))
    }
    self.lasting = lasting
    spikes = assessment.spikes.filter { $0.index >= values.count - JudgedSeries.spikeWindow }
      .map { Change(change: .spike, index: $0.index, before: $0.level, after: $0.bytes) }
  }

  /// Whether a later level lies nearer to where the step began than to where it led.
  private static func isUndone(
    _ step: SeriesAssessment.Step, by later: [SeriesAssessment.Level]
  ) -> Bool {
    let middle = step.before / 2 + step.after / 2
    return later.contains { level in
      step.after > step.before ? level.bytes < middle : level.bytes > middle
    }
  }

  /// Whether the series without its newest value shows the change, too.
  ///
  /// A spike is told on its own night, as one that nothing confirms yet.
  func wasKnown(_ change: Change, options: DetectionOptions) -> Bool {
    let values = history.points.dropLast().map(\.bytes.rawValue)
    guard change.index < values.count else { return false }
    guard change.change != .spike else { return true }
    let earlier = SeriesAssessment(values: values, kind: history.kind, options: options)
    // What is a drift tonight was perhaps a step the night before, and the other way round.
    if earlier.drift != nil { return true }
    let isUp = change.after > change.before
    return earlier.steps.contains { step in
      (step.after > step.before) == isUp
        && (change.change == .drift || abs(step.index - change.index) <= 2)
    }
  }

  /// The newest ``SeriesChart/pointLimit`` values with their levels.
  var chart: SeriesChart {
    let first = max(0, history.points.count - SeriesChart.pointLimit)
    let end = history.points.count
    return SeriesChart(
      series: history.id, points: Array(history.points[first...]),
      levels: assessment.levels.compactMap { level in
        let lower = max(level.range.lowerBound, first)
        let upper = min(level.range.upperBound, end)
        guard lower < upper else { return nil }
        return SeriesChart.Level(
          range: lower - first...upper - 1 - first, bytes: ByteCount(level.bytes))
      },
      spikes: assessment.spikes.map { $0.index - first }.filter { $0 >= 0 })
  }
}
