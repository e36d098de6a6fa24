import TraceModel

/// A series that varies while nothing changes.
struct NoisySeries {
  private let values: [Int64]
  private let options: DetectionOptions

  init(_ values: [Int64], _ options: DetectionOptions) {
    self.values = values
    self.options = options
  }

  var assessment: SeriesAssessment {
    guard values.count >= options.minimumHistory(of: .noisy) else { return unjudged }
    let levels = NoisyLevels(values.map(Double.init), options)
    var assessment = SeriesAssessment(isJudged: true)
    var before: Int64?
    for segment in levels.segments {
      let start = Int64(rounding: segment.level)
      if let before {
        assessment.steps.append(
          .init(index: segment.range.lowerBound, before: before, after: start))
      }
      assessment.levels += parts(of: segment)
      if let ramp = segment.ramp {
        assessment.drift = .init(
          startIndex: ramp.start, endIndex: ramp.end, before: start,
          after: Int64(rounding: ramp.after))
      }
      assessment.spikes += spikes(in: segment)
      before = Int64(rounding: segment.ramp?.after ?? segment.level)
    }
    assessment.noise = Int64(rounding: levels.segments.last?.noise ?? 0)
    return assessment
  }

  private var unjudged: SeriesAssessment {
    var assessment = SeriesAssessment(isJudged: false)
    if !values.isEmpty {
      assessment.levels = [
        .init(range: values.indices, bytes: values.sorted()[(values.count - 1) / 2])
      ]
    }
    return assessment
  }

  /// A segment as levels: before, during and after its ramp.
  private func parts(of segment: Segment) -> [SeriesAssessment.Level] {
    guard let ramp = segment.ramp else {
      return [.init(range: segment.range, bytes: Int64(rounding: segment.level))]
    }
    return [
      .init(
        range: segment.range.lowerBound..<ramp.start + 1, bytes: Int64(rounding: ramp.before)),
      .init(
        range: ramp.start + 1..<ramp.end,
        bytes: Int64(rounding: ramp.before / 2 + ramp.after / 2)),
      .init(range: ramp.end..<segment.range.upperBound, bytes: Int64(rounding: ramp.after)),
    ]
  }

  private func spikes(in segment: Segment) -> [SeriesAssessment.Spike] {
    let distance = Sensitivity.spike(values: values.count) * segment.noise
    return segment.range.compactMap { index in
      let level = segment.level(at: index)
      let needed = max(distance, options.noisyFloor(at: level))
      guard (Double(values[index]) - level).magnitude > needed else { return nil }
      return .init(index: index, bytes: values[index], level: Int64(rounding: level))
    }
  }
}

extension Int64 {
  /// The nearest integer that there is.
  init(rounding value: Double) {
    self = Int64(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
  }
}
