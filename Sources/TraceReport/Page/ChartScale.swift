/// Where a chart of fixed size has a value, in whole units.
struct ChartScale {
  let largest: Int64
  let height: Int

  /// The distance from the top, rounded half up; a value above zero is at least one unit high.
  func y(_ value: Int64) -> Int {
    guard largest > 0, value > 0 else { return height }
    let scaled = Int128(value) * Int128(height) + Int128(largest) / 2
    return height - max(1, Int(scaled / Int128(largest)))
  }
}
