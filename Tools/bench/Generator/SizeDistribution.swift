import Glibc

/// Sizes as a C++ compiler asks for them: half at most 80 bytes, 90 % at most 1024, 99 % at most 6000.
enum SizeDistribution {
  static let largest = 262_144

  /// The part of all sizes that a call stack asks for again and again; those above vary freely.
  static let regular = 0.9

  private static let quantiles: [(part: Double, size: Double)] = [
    (0, 8), (0.25, 32), (0.5, 80), (0.9, 1024), (0.99, 6000), (0.999, 40_000),
    (1, Double(largest)),
  ]

  /// The size below which the given part of all sizes lies, on straight lines between logarithms.
  static func size(atQuantile part: Double) -> UInt32 {
    var upper = 1
    while upper < quantiles.count - 1, quantiles[upper].part < part { upper += 1 }
    let (from, to) = (quantiles[upper - 1], quantiles[upper])
    let share = (part - from.part) / (to.part - from.part)
    return UInt32(exp(log(from.size) + share * (log(to.size) - log(from.size))))
  }
}
