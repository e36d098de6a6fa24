/// The levels that explain a series at the lowest cost.
///
/// A value costs the square of its distance from its level, in standard deviations, but never more
/// than `outlierCost`; a change of level costs `changeCost`. As `outlierCost` is less than
/// `changeCost`, a single night is never a level. The optimum over candidate levels is exact: the
/// lowest cost with the last value at a level follows from the same for the value before (the
/// bounded loss of Fearnhead and Rigaill 2019, with levels from a grid).
struct LevelSearch {
  var outlierCost: Double
  var changeCost: Double

  /// The first indices of levels after the first, for values with the given weights, which are
  /// inverse variances.
  func changes(_ values: [Double], weights: [Double], candidates: [Double]) -> [Int] {
    guard !values.isEmpty, !candidates.isEmpty else { return [] }
    var costs = [Double](repeating: 0, count: candidates.count)
    var starts = [Int](repeating: 0, count: candidates.count)
    // For each value the start of the level at which it ends at the lowest cost.
    var startOfBest = [Int](repeating: 0, count: values.count)
    var lowest = 0.0
    for index in values.indices {
      let value = values[index]
      let weight = weights[index]
      let afterChange = lowest + changeCost
      var best = Double.infinity
      var startOfLowest = 0
      for candidate in candidates.indices {
        var cost = costs[candidate]
        if cost > afterChange, index > 0 {
          cost = afterChange
          starts[candidate] = index
        }
        let distance = value - candidates[candidate]
        cost += min(distance * distance * weight, outlierCost)
        costs[candidate] = cost
        if cost < best {
          best = cost
          startOfLowest = starts[candidate]
        }
      }
      lowest = best
      startOfBest[index] = startOfLowest
    }
    var changes: [Int] = []
    var start = startOfBest[values.count - 1]
    while start > 0 {
      changes.append(start)
      start = startOfBest[start - 1]
    }
    return changes.reversed()
  }

  /// Levels to choose from: the values and the means of two and three neighbours, thinned out to
  /// `spacing`.
  static func candidates(_ values: [Double], spacing: Double) -> [Double] {
    var all = values
    if values.count <= 400 {
      for index in values.indices.dropFirst() {
        all.append(values[index - 1] / 2 + values[index] / 2)
        if index > 1 {
          all.append((values[index - 2] + values[index - 1] + values[index]) / 3)
        }
      }
    }
    all.sort()
    var thinned: [Double] = []
    for value in all where value - (thinned.last ?? -.infinity) >= spacing {
      thinned.append(value)
    }
    return thinned
  }
}
