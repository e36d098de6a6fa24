/// How the tick of a row group's clock is found.
extension TickClock {
  /// What is looked at to find a tick: so many steps at so many places of a row group.
  private static let sample = (steps: 512, places: 16)
  /// Fewer steps do not tell a tick from chance.
  private static let fewestSteps = 64
  /// Steps by which it is refined: a row in so many may be off by then, which is cheap.
  private static let refiningCount = 65536
  /// A shorter tick saves little, and readings 1 ns off do not tell how many passed.
  private static let shortestTick = 4

  /// The clock whose ticks the steps between readings may be: nanoseconds as two's complement.
  ///
  /// Of a row group of so many rows `steps` hands out those to some of them. The clock is a guess;
  /// `TimeColumns` takes it where few steps disagree. The same steps always give the same clock.
  init?(rows: Int, _ steps: (Range<Int>) -> [UInt32]) {
    let places = min(TickClock.sample.places, max(1, rows / TickClock.sample.steps))
    let sample = (0..<places).flatMap { place in
      let first = rows / places * place
      return steps(first..<min(first + TickClock.sample.steps, rows))
    }
    if let divisor = TickClock.divisor(of: sample.span) {
      self.init(nanoseconds: Double(divisor))
      return
    }
    guard var clock = TickClock.search(sample.span) else { return nil }
    // Each is exact enough to count the ticks of longer steps by.
    clock.refine(by: sample.span, ofUpTo: 32)
    clock.refine(by: sample.span, ofUpTo: 1024)
    clock.refine(by: steps(0..<min(TickClock.refiningCount, rows)).span, ofUpTo: 65536)
    self = clock
  }

  /// The whole number of nanoseconds, more than one, that all steps are multiples of.
  ///
  /// So it is where readings were rounded, which is exact however many ticks a step has.
  private static func divisor(of steps: Span<UInt32>) -> UInt32? {
    var divisor: UInt32 = 0
    var count = 0
    for index in steps.indices where steps[index] != 0 {
      var rest = Int32(bitPattern: steps[index]).magnitude
      while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
      guard divisor > 1 else { return nil }
      count += 1
    }
    return count < fewestSteps ? nil : divisor
  }

  /// The clock of the tick that most nearly divides what steps are short; within 1 %.
  private static func search(_ steps: Span<UInt32>) -> TickClock? {
    var shortest = Int32.max
    for index in steps.indices {
      let step = Int32(bitPattern: steps[index])
      if step > 0 { shortest = min(shortest, step) }
    }
    // A tick may be shorter than the shortest step, by a factor of a few dozens.
    let shift = max(0, 26 - shortest.leadingZeroBitCount)
    let counts = histogram(of: steps, shift: shift)
    let total = counts.reduce(0, +)
    guard total >= fewestSteps else { return nil }
    let longestTick = Int(shortest) >> shift + 1
    guard longestTick >= shortestTick else { return nil }
    // Coarsely first, then what is not much worse than the best, an eighth apart.
    let coarse = (circle / longestTick...circle / shortestTick).map { cycles in
      (eighths: 8 * cycles, distance: distance(of: counts, eighths: 8 * cycles))
    }
    // By chance it is a quarter of a cycle, 2 circles; the nearest coarse step adds less than half of that.
    let least = coarse.reduce(Int.max) { min($0, $1.distance) }
    guard least < total * circle * 11 / 8 else { return nil }
    let limit = least + total * circle / 2
    let fine = coarse.filter { $0.distance <= limit }.flatMap { coarse in
      (coarse.eighths - 4..<coarse.eighths + 4).map { eighths in
        (eighths: eighths, distance: distance(of: counts, eighths: eighths))
      }
    }
    let leastFine = fine.reduce(Int.max) { min($0, $1.distance) }
    guard leastFine < total * circle else { return nil }
    // Whole parts of a tick fit as well as the tick: the longest one counts of those that are no worse
    // than half an eighth would make it.
    let slack = counts.indices.reduce(0) { $0 + counts[$1] * $1 } / 2
    guard var best = fine.first(where: { $0.distance <= leastFine + slack }) else { return nil }
    for next in fine where next.eighths == best.eighths + 1 && next.distance < best.distance {
      best = next
    }
    return TickClock(nanoseconds: Double(circle * 8 << shift) / Double(best.eighths))
  }

  /// Bins that a search divides into cycles, which are as long as a tick, in eighths of a cycle.
  private static let circle = 1024
  /// Bins of a histogram: of more, a cycle more of the circle would be too coarse a step.
  private static let binCount = 128

  /// How far the steps are from whole numbers of so many cycles of the circle: the sum, of which 8 times
  /// the circle is a cycle.
  private static func distance(of counts: [Int], eighths: Int) -> Int {
    let cycle = 8 * circle
    var distance = 0
    for bin in counts.indices {
      let phase = bin &* eighths & (cycle &- 1)
      distance &+= counts[bin] &* min(phase, cycle &- phase)
    }
    return distance
  }

  /// How often steps are so many times 2^`shift` nanoseconds; longer ones are left out.
  private static func histogram(of steps: Span<UInt32>, shift: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: binCount)
    let half = (1 << shift) >> 1
    for index in steps.indices {
      let step = Int(Int32(bitPattern: steps[index]))
      let bin = (step + half) >> shift
      if step > 0, bin < binCount { counts[bin] += 1 }
    }
    return counts
  }

  /// Takes the mean tick of the steps of up to so many ticks.
  ///
  /// It is the slope between the means of both halves, of nanoseconds over ticks: the readings'
  /// roundings are even there.
  private mutating func refine(by steps: Span<UInt32>, ofUpTo limit: UInt64) {
    // As unsigned numbers, negative steps are long.
    let longest = min(limit * (period >> TickClock.fractionBits + 1), UInt64(Int32.max))
    var passed: (nanoseconds: UInt64, ticks: UInt64) = (0, 0)
    /// The sums of what had passed at each row of some.
    func sums(of rows: Range<Int>) -> (nanoseconds: UInt64, ticks: UInt64) {
      var sums: (nanoseconds: UInt64, ticks: UInt64) = (0, 0)
      for row in rows {
        let step = unsafe steps[unchecked: row]
        if step <= longest {
          passed.nanoseconds &+= UInt64(step)
          passed.ticks &+= ticks(in: step)
        }
        sums.nanoseconds &+= passed.nanoseconds
        sums.ticks &+= passed.ticks
      }
      return sums
    }
    let half = steps.count / 2
    let before = sums(of: 0..<half)
    let after = sums(of: half..<2 * half)
    guard after.ticks > before.ticks else { return }
    self = TickClock(
      nanoseconds: Double(after.nanoseconds - before.nanoseconds)
        / Double(after.ticks - before.ticks))
  }
}
