/// One standard deviation, from values among which some are far off.
///
/// Huber's "Proposal 2": squares are bounded at `bound` standard deviations, and the mean of bounded
/// squares is divided by what it is for a normal distribution. A value far off counts as one at the
/// bound, whatever its size; up to 15 % of such values leave the result finite.
enum NoiseScale {
  static let bound = 2.5
  /// The mean of min(z², 2.5²) for a standard normal z.
  static let consistency = 0.977_5

  /// The scale of deviations from zero, of which `degrees` are free.
  static func scale(_ deviations: [Double], degrees: Double) -> Double {
    guard !deviations.isEmpty, degrees > 0 else { return 0 }
    let squares = deviations.map { $0 * $0 }
    var square = squares.reduce(0, +) / degrees
    for _ in 0..<40 where square > 0 {
      let limit = square * bound * bound
      let next = squares.reduce(0) { $0 + min($1, limit) } / (degrees * consistency)
      let isSettled = next > square * 0.99
      square = min(next, square)
      if isSettled { break }
    }
    return square.squareRoot()
  }

  /// The scale of noise around a level that may step, from differences of neighbours: a step is
  /// one difference far off.
  static func scale(ofDifferences values: [Double]) -> Double {
    let differences = zip(values.dropFirst(), values).map { ($0 - $1) * 0.5.squareRoot() }
    return scale(differences, degrees: Double(differences.count))
  }
}
