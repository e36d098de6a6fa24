/// The levels that explain a series at the lowest cost.
///
/// A value costs the square of its distance from its level, in standard deviations, but never more
/// than `farCost`; a change of level costs `changeCost`. As `farCost` is less than
/// `changeCost`, a single night is never a level. The optimum over candidate levels is exact: the
/// lowest cost with the last value at a level follows from the same for the value before (the
/// bounded loss of Fearnhead and Rigaill 2019, with levels from a grid).
struct LevelSearch {
  var farCost: Double
  var changeCost: Double

  /// A stretch of values at one level.
  struct Stretch: Hashable {
    var range: Range<Int>
    /// The candidate it lies at.
    var level: Double
  }

  /// The best stretches, for values with the given weights, which are inverse variances.
  func stretches(_ values: [Double], weights: [Double], candidates: [Double]) -> [Stretch] {
    guard !candidates.isEmpty else { return [] }
    var costs = [Double](repeating: 0, count: candidates.count)
    var starts = [Int](repeating: 0, count: candidates.count)
    // For each value where the level begins at which it ends at the lowest cost, and that level.
    var bestStarts = [Int](repeating: 0, count: values.count)
    var bestLevels = [Double](repeating: 0, count: values.count)
    var lowest = Double.infinity
    for index in values.indices {
      let value = values[index]
      let weight = weights[index]
      let afterChange = lowest + changeCost
      lowest = .infinity
      var best = 0
      for candidate in candidates.indices {
        var cost = costs[candidate]
        if cost > afterChange {
          cost = afterChange
          starts[candidate] = index
        }
        let distance = value - candidates[candidate]
        let loss = distance * distance * weight
        cost += loss < farCost ? loss : farCost
        costs[candidate] = cost
        if cost < lowest {
          lowest = cost
          best = candidate
        }
      }
      bestStarts[index] = starts[best]
      bestLevels[index] = candidates[best]
    }
    var stretches: [Stretch] = []
    var end = values.count
    while end > 0 {
      let start = bestStarts[end - 1]
      stretches.append(Stretch(range: start..<end, level: bestLevels[end - 1]))
      end = start
    }
    return stretches.reversed()
  }

  /// Levels to choose from, `spacing` apart: the whole range of the values, or only what is near a
  /// value where the range is wide.
  static func candidates(_ values: [Double], spacing: Double) -> [Double] {
    guard let lowest = values.min(), let highest = values.max() else { return [] }
    let places = (highest - lowest) / spacing
    if places < Double(values.count) {
      return (0...Int(places) + 1).map { lowest + (Double($0) - 0.25) * spacing }
    }
    var near: [Double] = []
    for value in values.sorted() {
      for offset in [-0.75, 0, 0.75] {
        let level = value + offset * spacing
        if level - (near.last ?? -.infinity) >= spacing / 2 { near.append(level) }
      }
    }
    return near
  }
}
