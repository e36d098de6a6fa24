/// A level that changes by the same bytes each night, from one value to another.
struct Ramp: Hashable, Sendable {
  /// The last value of the level before.
  var start: Int
  /// The first value of the level after; the last one of all where the change goes on.
  var end: Int
  var before: Double
  var after: Double

  func level(at index: Int) -> Double {
    if index <= start { return before }
    if index >= end { return after }
    return before + (after - before) * (Double(index - start) / Double(end - start))
  }
}
