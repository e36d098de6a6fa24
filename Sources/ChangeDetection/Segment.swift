/// Values around one level, or around a ramp.
struct Segment {
  var range: Range<Int>
  /// The level at its first value.
  var level: Double
  /// One standard deviation of its noise, assumed to grow with the level where it may.
  var noise: Double
  /// The same, assumed not to grow.
  var steadyNoise: Double
  var ramp: Ramp?

  init(range: Range<Int>, level: Double, noise: Double, ramp: Ramp? = nil) {
    self.range = range
    self.level = level
    self.noise = noise
    steadyNoise = noise
    self.ramp = ramp
  }

  func level(at index: Int) -> Double { ramp?.level(at: index) ?? level }
}
