/// The ramp through some values that leaves the least squares.
struct RampFit {
  /// Starts and ends that are tried before the best ones' neighbours are.
  private static let places = 40

  private(set) var ramp: Ramp
  /// The sum of squares that is left, of the values that count.
  private(set) var squares: Double

  /// A ramp over at least `shortest` nights; nil where there are too few values.
  init?(
    _ values: [Double], range: Range<Int>, shortest: Int, isLeftOut: (Int) -> Bool
  ) {
    guard range.count > shortest else { return nil }
    let middle = values[range.lowerBound]
    let sums = PrefixSums(values, range: range, middle: middle, isLeftOut: isLeftOut)
    let last = range.count - 1
    var best = (squares: Double.infinity, start: 0, end: last)
    func search(_ starts: some Sequence<Int>, _ ends: some Sequence<Int>) {
      for start in starts {
        for end in ends where end - start >= shortest {
          let squares = sums.squares(from: start, to: end)
          if squares < best.squares { best = (squares, start, end) }
        }
      }
    }
    var stride = max(1, range.count / Self.places)
    let all = Array(Swift.stride(from: 0, to: last, by: stride)) + [last]
    search(all, all)
    while stride > 1 {
      let near = stride
      stride = max(1, stride / 4)
      let start = best.start
      let end = best.end
      search(
        Swift.stride(from: max(0, start - near), through: start + near, by: stride),
        Array(Swift.stride(from: end - near, through: min(last, end + near), by: stride)))
    }
    guard best.squares.isFinite else { return nil }
    squares = best.squares
    let line = sums.line(from: best.start, to: best.end)
    ramp = Ramp(
      start: range.lowerBound + best.start, end: range.lowerBound + best.end,
      before: middle + line.before, after: middle + line.before + line.change)
  }
}

/// Sums up to each value, from which the sums for any ramp follow at once.
private struct PrefixSums {
  private var count: [Double] = [0]
  private var time: [Double] = [0]
  private var timeSquare: [Double] = [0]
  private var value: [Double] = [0]
  private var product: [Double] = [0]
  private var valueSquare = 0.0

  init(
    _ values: [Double], range: Range<Int>, middle: Double, isLeftOut: (Int) -> Bool
  ) {
    for index in range {
      let weight = isLeftOut(index) ? 0.0 : 1
      let place = Double(index - range.lowerBound)
      let distance = (values[index] - middle) * weight
      count.append(count[count.count - 1] + weight)
      time.append(time[time.count - 1] + place * weight)
      timeSquare.append(timeSquare[timeSquare.count - 1] + place * place * weight)
      value.append(value[value.count - 1] + distance)
      product.append(product[product.count - 1] + distance * place)
      valueSquare += distance * distance
    }
  }

  /// What least squares say of a ramp between two places.
  private func moments(
    from start: Int, to end: Int
  )
    -> (mean: Double, share: Double, spread: Double, common: Double, all: Double)
  {
    let length = Double(end - start)
    let from = Double(start)
    let after = count.count - 1
    // Shares of the change that values have seen: 0 to 1 between start and end, then 1.
    let inside = count[end] - count[start]
    let insideTime = time[end] - time[start]
    let insideSquare = timeSquare[end] - timeSquare[start]
    let insideValue = value[end] - value[start]
    let share = (insideTime - from * inside) / length + count[after] - count[end]
    let square =
      (insideSquare - 2 * from * insideTime + from * from * inside) / (length * length)
      + count[after] - count[end]
    let common =
      (product[end] - product[start] - from * insideValue) / length + value[after] - value[end]
    let all = count[after]
    return (
      value[after] / all, share / all, square - share * share / all,
      common - share * value[after] / all, all
    )
  }

  func squares(from start: Int, to end: Int) -> Double {
    let moments = moments(from: start, to: end)
    guard moments.all > 2, moments.spread > 0.000_1 else { return .infinity }
    return valueSquare - moments.all * moments.mean * moments.mean
      - moments.common * moments.common / moments.spread
  }

  func line(from start: Int, to end: Int) -> (before: Double, change: Double) {
    let moments = moments(from: start, to: end)
    let change = moments.common / moments.spread
    return (moments.mean - change * moments.share, change)
  }
}
