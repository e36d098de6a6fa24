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
    guard !values.isEmpty, let last = candidates.last else { return [] }
    // Four candidates at a time; the last one fills up.
    let levels = stride(from: 0, to: candidates.count, by: 4).map { start in
      SIMD4((0..<4).map { start + $0 < candidates.count ? candidates[start + $0] : last })
    }
    var costs = [SIMD4<Double>](repeating: .zero, count: levels.count)
    var starts = [SIMD4<Int64>](repeating: .zero, count: levels.count)
    // For each value where the level begins at which it ends at the lowest cost, and that level.
    var bestStarts = [Int](repeating: 0, count: values.count)
    var bestLevels = [Double](repeating: 0, count: values.count)
    var lowest = Double.infinity
    let limit = SIMD4(repeating: farCost)
    for index in values.indices {
      let value = SIMD4(repeating: values[index])
      let weight = SIMD4(repeating: weights[index])
      let afterChange = SIMD4(repeating: lowest + changeCost)
      let place = SIMD4(repeating: Int64(index))
      var best = SIMD4(repeating: Double.infinity)
      var bestGroup = SIMD4<Int64>.zero
      for group in levels.indices {
        let isChanged = costs[group] .> afterChange
        starts[group].replace(with: place, where: isChanged)
        let distance = value - levels[group]
        let loss = pointwiseMin(distance * distance * weight, limit)
        let cost = pointwiseMin(costs[group], afterChange) + loss
        costs[group] = cost
        let isBetter = cost .< best
        best.replace(with: cost, where: isBetter)
        bestGroup.replace(with: SIMD4(repeating: Int64(group)), where: isBetter)
      }
      lowest = best.min()
      let lane = (0..<4).first { best[$0] == lowest } ?? 0
      let group = Int(bestGroup[lane])
      bestStarts[index] = Int(starts[group][lane])
      bestLevels[index] = levels[group][lane]
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
