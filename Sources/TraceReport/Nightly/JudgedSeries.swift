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
    var changes = assessment.steps.map { step in
      (
        change: Change(
          change: .step, index: step.index, before: step.before, after: step.after),
        end: step.index + 1
      )
    }
    if let drift = assessment.drift {
      changes.append(
        (
          change: Change(
            change: .drift, index: drift.startIndex + 1, before: drift.before,
            after: drift.after), end: drift.endIndex
        ))
    }
    let floor = JudgedSeries.floor(of: assessment, history.kind, options)
    lasting = changes.compactMap { change, end in
      change.lasting(
        later: assessment.levels.filter { $0.range.lowerBound >= end }.map(\.bytes), floor: floor)
    }
    spikes = assessment.spikes.filter { $0.index >= values.count - JudgedSeries.spikeWindow }
      .map { Change(change: .spike, index: $0.index, before: $0.level, after: $0.bytes) }
  }

  /// What is left of a change that was undone must be more than this to be told.
  private static func floor(
    of assessment: SeriesAssessment, _ kind: SeriesKind, _ options: DetectionOptions
  ) -> Int64 {
    guard kind == .noisy else { return options.exactFloor }
    let level = assessment.levels.last?.bytes ?? 0
    let share = Double(level) * Double(options.noisyFloorBasisPoints) / 10_000
    return max(options.noisyFloor, Int64(share), ByteCount(assessment.noise).doubled.rawValue)
  }

  /// Whether the series without its newest value shows the change, too.
  ///
  /// A spike is told on its own night, as one that nothing confirms yet.
  func wasKnown(_ change: Change, options: DetectionOptions) -> Bool {
    let values = history.points.dropLast().map(\.bytes.rawValue)
    guard change.index < values.count else { return false }
    guard change.change != .spike else { return true }
    let earlier = SeriesAssessment(values: values, kind: history.kind, options: options)
    let isUp = change.after > change.before
    // What is a drift tonight was perhaps a step the night before, and the other way round.
    if let drift = earlier.drift, (drift.after > drift.before) == isUp,
      (drift.startIndex - 1...drift.endIndex + 2).contains(change.index)
    {
      return true
    }
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

extension JudgedSeries.Change {
  /// What still holds of a change after the levels that came later; nil where nothing does.
  ///
  /// It is undone where a later level lies nearer to where it began than to where it led. What then
  /// is left of it, in its direction, is told as it stands now.
  fileprivate func lasting(later levels: [Int64], floor: Int64) -> JudgedSeries.Change? {
    let middle = before / 2 + after / 2
    let isUp = after > before
    guard levels.contains(where: { isUp ? $0 < middle : $0 > middle }), let now = levels.last else {
      return self
    }
    let left = isUp ? ByteCount(now) - ByteCount(before) : ByteCount(before) - ByteCount(now)
    guard left.rawValue >= floor else { return nil }
    var rest = self
    rest.after = now
    return rest
  }
}

extension ByteCount {
  fileprivate var doubled: ByteCount { self + self }
}
