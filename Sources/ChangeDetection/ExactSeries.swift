import TraceModel

/// A series that repeats to the byte while nothing changes: any change beyond the floor is one.
///
/// Values are compared with the last reported level, so that changes below the floor add up.
struct ExactSeries {
  private let values: [Int64]
  private let floor: UInt64
  private let isJudged: Bool

  init(_ values: [Int64], _ options: DetectionOptions) {
    self.values = values
    floor = UInt64(max(options.exactFloor, 1))
    isJudged = values.count >= options.minimumHistory(of: .exact)
  }

  var assessment: SeriesAssessment {
    var assessment = SeriesAssessment(isJudged: isJudged)
    guard var level = values.first else { return assessment }
    var start = 0
    for (index, value) in values.enumerated() where isJudged && differs(value, level) {
      if isBack(at: index + 1, to: level) {
        assessment.spikes.append(.init(index: index, bytes: value, level: level))
      } else {
        assessment.levels.append(.init(range: start..<index, bytes: level))
        assessment.steps.append(.init(index: index, before: level, after: value))
        level = value
        start = index
      }
    }
    assessment.levels.append(.init(range: start..<values.count, bytes: level))
    return assessment
  }

  private func isBack(at index: Int, to level: Int64) -> Bool {
    index < values.count && !differs(values[index], level)
  }

  private func differs(_ value: Int64, _ level: Int64) -> Bool {
    let distance =
      value >= level
      ? UInt64(bitPattern: value &- level) : UInt64(bitPattern: level &- value)
    return distance >= floor
  }
}
