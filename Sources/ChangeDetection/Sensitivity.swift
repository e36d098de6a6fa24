/// The constants by which a noisy series is judged; `ChangeDetection.md` says where each is from.
enum Sensitivity {
  /// How many standard deviations of its error a change of level must have, by the number of values
  /// in the series: chance then reaches it on about one night in 5,000, in either direction.
  ///
  /// More values give chance more places to do it, fewer leave the noise less well known.
  static func change(values count: Int) -> Double {
    let places = max(0, count / 100)
    return 4.27 + 13.9 / Double(max(count, 1)) + 0.05 * Double(min(places, 20))
  }

  /// The factor on that for a change with so many values before and after it: more where it would
  /// be shown for long, and where little stands before it.
  static func factor(before: Int, after: Int) -> Double {
    let age = Double(min(max(after - 3, 0), 9)) / 9
    let youth = Double(max(8 - before, 0)) / 8
    return 1 + 0.2 * age + 0.6 * youth
  }

  /// The most a value costs that is far off, as a part of what a change costs: less than 1, so that
  /// one night is no level; more than a half, so that two nights can be one.
  static let farValue = 0.62
  /// The same where many values are far off: less than a half, so that it takes three nights.
  static let farValueAmongMany = 0.45
  /// The part of values far off that is many.
  static let many = 0.04

  /// How many values of a level's own the noise is worth that all levels together have.
  static let sharedNoise = 8.0
  /// The smallest noise there is, as a part of the smallest change that counts.
  static let smallestNoise = 1.0 / 6

  /// How many standard deviations a single value must lie off.
  static func spike(values count: Int) -> Double {
    4 * (1 + 2 / Double(max(count - 3, 1)))
  }

  /// A change over fewer nights is a step.
  static let shortestRamp = 16
  /// The same where no step was found.
  static let shortestRampAlone = 10
  /// By how much a ramp's sum of squares must be below that of one step, in variances.
  static let ramp = 13.0
  /// How much less that must be for each further step that the ramp replaces.
  static let rampPerStep = 5.5
  /// The factor on what a change costs for a ramp where no step was found.
  static let rampAlone = 1.05
}
