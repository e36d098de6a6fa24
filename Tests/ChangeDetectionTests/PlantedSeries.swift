import TraceModel

/// How a night's value varies around its level; each has a standard deviation of 1.
enum NoiseShape: String, CaseIterable {
  case gaussian
  case student5
  case student4
  /// The logarithm is normal, as a value of that standard deviation has it: nearly symmetric.
  case lognormal
  /// A lognormal of shape 0.5: its skewness is 1.75.
  case skewed

  func draw(_ generator: inout some RandomNumberGenerator, deviation: Double) -> Double {
    switch self {
    case .gaussian: return Self.normal(&generator)
    case .student5: return Self.student(&generator, degrees: 5)
    case .student4: return Self.student(&generator, degrees: 4)
    case .lognormal: return Self.lognormal(&generator, deviation: deviation)
    case .skewed: return Self.lognormal(&generator, deviation: 0.533)
    }
  }

  /// Box and Muller's method.
  static func normal(_ generator: inout some RandomNumberGenerator) -> Double {
    let radius = Elementary.squareRootOfMinusTwoLog(uniform(&generator))
    return radius * Elementary.cosine(ofTurns: uniform(&generator))
  }

  static func uniform(_ generator: inout some RandomNumberGenerator) -> Double {
    (Double(generator.next() >> 11) + 0.5) / 9_007_199_254_740_992
  }

  private static func student(
    _ generator: inout some RandomNumberGenerator, degrees: Int
  ) -> Double {
    let numerator = normal(&generator)
    var squares = 0.0
    for _ in 0..<degrees {
      let value = normal(&generator)
      squares += value * value
    }
    let free = Double(degrees)
    return numerator / (squares / free).squareRoot() * ((free - 2) / free).squareRoot()
  }

  /// With mean 0 and standard deviation 1, scaled from one of mean 1 and that deviation.
  private static func lognormal(
    _ generator: inout some RandomNumberGenerator, deviation: Double
  ) -> Double {
    let square = Elementary.log1p(deviation * deviation)
    let value = Elementary.exp(square.squareRoot() * normal(&generator) - square / 2)
    return (value - 1) / deviation
  }
}

/// A history of one series, with what was done to it.
struct PlantedSeries {
  /// A change of level at a night, as a part of the first level.
  struct Change {
    var night: Int
    var part: Double
  }

  /// What to make.
  struct Plan {
    var nights = 90
    var base = 400_000.0
    /// The noise's standard deviation as a part of the level.
    var sigma = 0.02
    var shape = NoiseShape.gaussian
    var missing = 0.03
    var steps: [Change] = []
    var spikes: [Change] = []
    /// The change per night, from a night on.
    var drift: Change?
    /// False: noise stays as large as at the first level.
    var growsWithLevel = true
  }

  /// Values of the nights that were not missing.
  var values: [Int64] = []
  /// For each value its night.
  var nights: [Int] = []
  let plan: Plan

  init(_ plan: Plan, _ generator: inout some RandomNumberGenerator) {
    self.plan = plan
    for night in 0..<plan.nights {
      let isMissing = NoiseShape.uniform(&generator) < plan.missing
      let noise = plan.shape.draw(&generator, deviation: plan.sigma) * plan.sigma
      var level = 1.0
      for step in plan.steps where night >= step.night { level += step.part }
      if let drift = plan.drift { level += drift.part * Double(max(0, night - drift.night)) }
      var value = level + noise * (plan.growsWithLevel ? level : 1)
      for spike in plan.spikes where night == spike.night { value += spike.part }
      if isMissing { continue }
      values.append(Int64((value * plan.base).rounded()))
      nights.append(night)
    }
  }

  /// The first value at or after a night.
  func index(ofNight night: Int) -> Int {
    nights.firstIndex { $0 >= night } ?? nights.count
  }
}
