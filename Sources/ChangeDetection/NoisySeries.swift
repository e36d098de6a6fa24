import TraceModel

/// A series that varies while nothing changes.
package struct NoisySeries {
  private let original: [Int64]
  private let values: [Double]
  private let options: DetectionOptions
  private let sensitivity: Sensitivity
  private let changeCost: Double
  private let outlierCost: Double

  package init(
    _ values: [Int64], _ options: DetectionOptions, _ sensitivity: Sensitivity = Sensitivity()
  ) {
    original = values
    self.values = values.map(Double.init)
    self.options = options
    self.sensitivity = sensitivity
    let critical = CriticalValue.change(values: values.count) * sensitivity.change
    changeCost = critical * critical
    outlierCost = changeCost * sensitivity.outlier
  }

  package var assessment: SeriesAssessment {
    guard original.count >= options.minimumHistory(of: .noisy) else {
      var assessment = SeriesAssessment(isJudged: false)
      if !original.isEmpty {
        assessment.levels = [
          .init(range: original.indices, bytes: original.sorted()[original.count / 2])
        ]
      }
      return assessment
    }
    return assessment(of: segments())
  }

  private func segments() -> [Segment] {
    let typical = values.sorted()[values.count / 2]
    let floor = smallestNoise(at: typical)
    let first = max(NoiseScale.scale(ofDifferences: values), floor)
    var noise = [Double](repeating: first, count: values.count)
    var segments: [Segment] = []
    var lastChanges: [Int] = []
    for round in 0..<3 {
      let smallest = noise.min() ?? floor
      let search = LevelSearch(outlierCost: outlierCost, changeCost: changeCost)
      let changes = search.changes(
        values, weights: noise.map { 1 / ($0 * $0) },
        candidates: LevelSearch.candidates(values, spacing: smallest / 4))
      segments = fitted(changes, noise: noise)
      if round > 0, changes == lastChanges { break }
      lastChanges = changes
      estimateNoise(of: &segments)
      for segment in segments {
        for index in segment.range { noise[index] = segment.noise }
      }
    }
    return merged(segments)
  }

  /// Noise below this is no noise: with it, a change by the floor is one.
  private func smallestNoise(at level: Double) -> Double {
    options.noisyFloor(at: level) / 6
  }

  private func fitted(_ changes: [Int], noise: [Double]) -> [Segment] {
    let bounds = [0] + changes + [values.count]
    return zip(bounds, bounds.dropFirst()).map { start, end in
      Segment(
        range: start..<end, level: level(of: start..<end, noise: noise[start]), noise: noise[start])
    }
  }

  /// The mean of the values that are not far off.
  private func level(of range: Range<Int>, noise: Double) -> Double {
    let sorted = values[range].sorted()
    var level = sorted[sorted.count / 2] / 2 + sorted[(sorted.count - 1) / 2] / 2
    let bound = outlierCost.squareRoot() * noise
    for _ in 0..<3 {
      var sum = 0.0
      var count = 0.0
      for value in values[range] where (value - level).magnitude <= bound {
        sum += value - level
        count += 1
      }
      guard count > 0 else { break }
      level += sum / count
    }
    return level
  }

  /// Each level's noise: what its own values say, and what all say together as far as it has few.
  ///
  /// All together are read in two ways: the same noise at each level, and noise that is a part of the
  /// level. The larger one is assumed.
  private func estimateNoise(of segments: inout [Segment]) {
    var absolute: [Double] = []
    var relative: [Double] = []
    for segment in segments {
      let scale = max(segment.level.magnitude, 1)
      for index in segment.range {
        absolute.append(values[index] - segment.level)
        relative.append((values[index] - segment.level) / scale)
      }
    }
    let degrees = max(Double(values.count - segments.count), 1)
    let same = NoiseScale.scale(absolute, degrees: degrees)
    let part = NoiseScale.scale(relative, degrees: degrees)
    for index in segments.indices {
      let segment = segments[index]
      let assumed = max(
        same, part * segment.level.magnitude, smallestNoise(at: segment.level))
      let bound = NoiseScale.bound * NoiseScale.bound * assumed * assumed * 2
      var squares = 0.0
      for value in values[segment.range] {
        squares += min((value - segment.level) * (value - segment.level), bound)
      }
      let degrees = Double(segment.range.count - 1)
      let square =
        (sensitivity.prior * assumed * assumed + squares) / (sensitivity.prior + degrees)
      segments[index].noise = max(square.squareRoot(), smallestNoise(at: segment.level))
    }
  }

  /// Without steps below the floor.
  private func merged(_ segments: [Segment]) -> [Segment] {
    var segments = segments
    while segments.count > 1 {
      var smallest = Double.infinity
      var place = 0
      for index in segments.indices.dropFirst() {
        let before = segments[index - 1].level
        let size = (segments[index].level - before).magnitude / options.noisyFloor(at: before)
        if size < smallest {
          smallest = size
          place = index
        }
      }
      if smallest >= 1 { break }
      let range = segments[place - 1].range.lowerBound..<segments[place].range.upperBound
      let noise = max(segments[place - 1].noise, segments[place].noise)
      segments[place - 1] = Segment(
        range: range, level: level(of: range, noise: noise), noise: noise)
      segments.remove(at: place)
    }
    return segments
  }

  private func assessment(of segments: [Segment]) -> SeriesAssessment {
    var assessment = SeriesAssessment(isJudged: true)
    for segment in segments {
      let bytes = Int64(rounding: segment.level)
      if let last = assessment.levels.last {
        assessment.steps.append(
          .init(index: segment.range.lowerBound, before: last.bytes, after: bytes))
      }
      assessment.levels.append(.init(range: segment.range, bytes: bytes))
      let bound = max(
        CriticalValue.spike(values: values.count) * sensitivity.spike * segment.noise,
        options.noisyFloor(at: segment.level))
      for index in segment.range where (values[index] - segment.level).magnitude > bound {
        assessment.spikes.append(.init(index: index, bytes: original[index], level: bytes))
      }
    }
    assessment.noise = Int64(rounding: segments.last?.noise ?? 0)
    return assessment
  }
}

/// Values at one level.
struct Segment {
  var range: Range<Int>
  var level: Double
  var noise: Double
}

extension Int64 {
  /// The nearest integer that there is.
  init(rounding value: Double) {
    self = Int64(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
  }
}
