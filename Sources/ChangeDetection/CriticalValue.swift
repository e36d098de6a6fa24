/// How many standard deviations a level must differ by, so that chance rarely does it.
enum CriticalValue {
  /// By the number of values in the series.
  static func change(values count: Int) -> Double {
    let degrees = Double(max(count, 4) - 3)
    return 4.8 * (1 + 3.5 / degrees + 6 / (degrees * degrees))
  }

  static func spike(values count: Int) -> Double {
    let degrees = Double(max(count, 4) - 3)
    return 4 * (1 + 2 / degrees)
  }
}
