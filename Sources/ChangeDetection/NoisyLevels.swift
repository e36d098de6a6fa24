/// What noisy values are taken for: segments of level and noise, one after the other.
struct NoisyLevels {
  let values: [Double]
  let options: DetectionOptions
  private(set) var segments: [Segment] = []
  /// What a change of level costs, in variances.
  let changeCost: Double
  /// The most that a value costs.
  private var farCost: Double

  init(_ values: [Double], _ options: DetectionOptions) {
    self.values = values
    self.options = options
    let critical = Sensitivity.change(values: values.count)
    changeCost = critical * critical
    farCost = changeCost * Sensitivity.farValue
    search()
    mergeWeakChanges()
    replaceStepsByRamps()
  }

  /// Whether a value counts for nothing in its segment but being far off.
  func isFar(_ index: Int, in segment: Segment) -> Bool {
    let distance = values[index] - segment.level(at: index)
    return distance * distance > farCost * segment.noise * segment.noise
  }

  /// Noise below this is no noise: with it, a change by the floor is one.
  func smallestNoise(at level: Double) -> Double {
    options.noisyFloor(at: level) * Sensitivity.smallestNoise
  }
}

// Levels, from noise that levels say.
extension NoisyLevels {
  private mutating func search() {
    let typical = values.sorted()[values.count / 2]
    let first = max(NoiseScale.scale(ofDifferences: values), smallestNoise(at: typical))
    var noise = [Double](repeating: first, count: values.count)
    var smallest = first
    var ranges: [Range<Int>] = []
    for _ in 0..<3 {
      let cost = farCost
      let stretches = LevelSearch(farCost: cost, changeCost: changeCost).stretches(
        values, weights: noise.map { 1 / ($0 * $0) },
        candidates: LevelSearch.candidates(values, spacing: smallest / 3))
      segments = stretches.map { stretch in
        let noise = noise[stretch.range.lowerBound]
        let level = level(of: stretch.range, near: stretch.level, noise: noise)
        return Segment(range: stretch.range, level: level, noise: noise)
      }
      estimateNoise()
      if hasManyFar { farCost = changeCost * Sensitivity.farValueAmongMany }
      let found = stretches.map(\.range)
      if found == ranges, cost == farCost { break }
      ranges = found
      smallest = .infinity
      for segment in segments {
        for index in segment.range { noise[index] = segment.steadyNoise }
        smallest = min(smallest, segment.steadyNoise)
      }
    }
  }

  /// Whether values far off are usual; the newest ones may be a new level's and say nothing.
  private var hasManyFar: Bool {
    let counted = values.count - 3
    let far = segments.reduce(0) { sum, segment in
      sum + segment.range.count { $0 < counted && isFar($0, in: segment) }
    }
    return far > 2 && Double(far) > Double(counted) * Sensitivity.many
  }

  /// The mean of the values that are not far off.
  private func level(of range: Range<Int>, near start: Double, noise: Double) -> Double {
    var level = start
    let bound = farCost.squareRoot() * noise
    for _ in 0..<3 {
      var sum = 0.0
      var count = 0.0
      for index in range where (values[index] - level).magnitude <= bound {
        sum += values[index] - level
        count += 1
      }
      guard count > 0 else { break }
      level += sum / count
    }
    return level
  }

  /// Each segment's noise: what its own values say, and what all say together as far as it has few.
  ///
  /// All together are read in two ways: the same noise at each level, and noise that is a part of the
  /// level. The larger one is assumed.
  private mutating func estimateNoise() {
    var steady: [Double] = []
    var part: [Double] = []
    for segment in segments {
      for index in segment.range {
        let level = segment.level(at: index)
        steady.append(values[index] - level)
        part.append((values[index] - level) / max(level.magnitude, 1))
      }
    }
    let degrees = max(Double(values.count - segments.count), 1)
    let steadyScale = NoiseScale.scale(steady, degrees: degrees)
    let partScale = NoiseScale.scale(part, degrees: degrees)
    for place in segments.indices {
      let segment = segments[place]
      let smallest = smallestNoise(at: segment.level)
      let assumed = max(steadyScale, partScale * segment.level.magnitude, smallest)
      let bound = 2 * NoiseScale.bound * NoiseScale.bound * assumed * assumed
      let squares = segment.range.reduce(0.0) { sum, index in
        let distance = values[index] - segment.level(at: index)
        return sum + min(distance * distance, bound)
      }
      let degrees = Sensitivity.sharedNoise + Double(segment.range.count - 1)
      func noise(_ shared: Double) -> Double {
        let square = (Sensitivity.sharedNoise * shared * shared + squares) / degrees
        return max(square.squareRoot(), smallest)
      }
      segments[place].noise = noise(assumed)
      segments[place].steadyNoise = noise(steadyScale)
    }
  }
}

// Changes that are too small or too weak.
extension NoisyLevels {
  /// Takes them out, the weakest first.
  private mutating func mergeWeakChanges() {
    while segments.count > 1 {
      var lowest = Double.infinity
      var place = 1
      for index in segments.indices.dropFirst() {
        let strength = strength(from: segments[index - 1], to: segments[index])
        if strength < lowest {
          lowest = strength
          place = index
        }
      }
      if lowest >= 1 { break }
      merge(at: place)
    }
  }

  private mutating func merge(at place: Int) {
    let before = segments[place - 1]
    let after = segments[place]
    let range = before.range.lowerBound..<after.range.upperBound
    let start = before.range.count >= after.range.count ? before.level : after.level
    let noise = max(before.noise, after.noise)
    segments[place - 1] = Segment(
      range: range, level: level(of: range, near: start, noise: noise), noise: noise)
    segments.remove(at: place)
    estimateNoise()
  }

  /// A change's size as a part of what it needs; 1 and more is enough.
  private func strength(from before: Segment, to after: Segment) -> Double {
    let size = (after.level - before.level).magnitude
    let old = Double(before.range.count)
    let new = Double(after.range.count)
    // Were there no change, the noise would be that of both together.
    let variance =
      (before.noise * before.noise * old + after.noise * after.noise * new) / (old + new)
    let error = (variance * (1 / old + 1 / new)).squareRoot()
    let needed =
      changeCost.squareRoot()
      * Sensitivity.factor(before: before.range.count, after: after.range.count)
    return min(size / (error * needed), size / options.noisyFloor(at: before.level))
  }
}

// Steps that are a drift.
extension NoisyLevels {
  /// Puts a ramp in place of steps in one direction where it explains the values better.
  private mutating func replaceStepsByRamps() {
    var first = 0
    while first < segments.count {
      let last = endOfRun(from: first)
      if let ramp = ramp(for: segments[first...last]) {
        let range = segments[first].range.lowerBound..<segments[last].range.upperBound
        let noise = segments[first...last].map(\.noise).max() ?? 0
        let segment = Segment(range: range, level: ramp.before, noise: noise, ramp: ramp)
        segments.replaceSubrange(first...last, with: [segment])
        estimateNoise()
        first += 1
      } else if last == segments.count - 1 {
        break
      } else {
        first = max(last, first + 1)
      }
    }
  }

  /// The last of the segments up to which all changes go in one direction.
  private func endOfRun(from first: Int) -> Int {
    guard first + 1 < segments.count else { return first }
    let isUp = segments[first + 1].level > segments[first].level
    var last = first + 1
    while last + 1 < segments.count, (segments[last + 1].level > segments[last].level) == isUp {
      last += 1
    }
    return last
  }

  /// The ramp that explains a run of levels better than its steps do, if one does.
  private func ramp(for run: ArraySlice<Segment>) -> Ramp? {
    guard let first = run.first, let last = run.last, run.count > 1 || isEndAway(first) else {
      return nil
    }
    let range = first.range.lowerBound..<last.range.upperBound
    var far: Set<Int> = []
    var squares = 0.0
    var variance = 0.0
    for segment in run {
      variance += segment.noise * segment.noise * Double(segment.range.count)
      for index in segment.range {
        let distance = values[index] - segment.level
        if isFar(index, in: segment) {
          far.insert(index)
        } else {
          squares += distance * distance
        }
      }
    }
    variance /= Double(range.count)
    let shortest = run.count > 1 ? Sensitivity.shortestRamp : Sensitivity.shortestRampAlone
    guard
      let fit = RampFit(values, range: range, shortest: shortest, isLeftOut: far.contains),
      (fit.ramp.after - fit.ramp.before).magnitude >= options.noisyFloor(at: fit.ramp.before)
    else { return nil }
    if run.count == 1 {
      // The level's noise holds the drift, too: what the ramp leaves is the noise.
      let smallest = smallestNoise(at: first.level)
      let left = fit.squares / Double(max(range.count - far.count - 4, 1))
      let needed = changeCost * Sensitivity.rampAlone * max(left, smallest * smallest)
      return squares - fit.squares >= needed ? fit.ramp : nil
    }
    guard (fit.ramp.after > fit.ramp.before) == (last.level > first.level) else { return nil }
    let gain = (squares - fit.squares) / variance
    let spared = Double(run.count - 2) * Sensitivity.rampPerStep
    return gain + spared >= Sensitivity.ramp ? fit.ramp : nil
  }

  /// Whether the newest values of a level lie apart from it, as they do in a drift.
  private func isEndAway(_ segment: Segment) -> Bool {
    let newest = segment.range.suffix(Sensitivity.shortestRampAlone)
    let sum = newest.reduce(0) { $0 + (values[$1] - segment.level) }
    return sum.magnitude > 0.5 * segment.noise * Double(newest.count)
  }
}
