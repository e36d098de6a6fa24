import ChangeDetection
import MemtraceTestSupport
import Testing
import TraceModel

@Suite struct NoisySeriesTests {
  private func assess(_ values: [Int64]) -> SeriesAssessment {
    SeriesAssessment(values: values, kind: .noisy)
  }

  /// Thirty nights around 100,000 with a standard deviation of about 1,000.
  private let flat: [Int64] = [
    100_300, 99_100, 100_900, 98_700, 101_200, 99_800, 100_100, 99_300, 101_400, 100_000, 98_900,
    100_600, 99_500, 100_800, 101_900, 98_200, 99_900, 100_400, 99_000, 100_700, 101_100, 99_600,
    98_500, 100_200, 99_400, 101_000, 100_500, 98_800, 99_700, 101_300,
  ]

  @Test func `noise alone is one level`() {
    let assessment = assess(flat)
    #expect(assessment.steps.isEmpty && assessment.spikes.isEmpty && assessment.drift == nil)
    #expect(assessment.levels.map(\.range) == [0..<30])
    #expect((99_500...100_500).contains(assessment.levels[0].bytes))
    #expect((700...1300).contains(assessment.noise))
  }

  @Test(arguments: [108_000, 92_000] as [Int64])
  func `the first night of a step is a spike, the second confirms it`(level: Int64) {
    let first = assess(flat + [level + 400])
    #expect(first.steps.isEmpty && first.spikes.map(\.index) == [30])
    let second = assess(flat + [level + 400, level - 600])
    #expect(second.steps.map(\.index) == [30] && second.spikes.isEmpty)
    let third = assess(flat + [level + 400, level - 600, level])
    #expect(third.steps.map(\.index) == [30])
    #expect(third.levels.map(\.range) == [0..<30, 30..<33])
    #expect((third.steps[0].after - level).magnitude < 700)
  }

  @Test(arguments: [150_000, 108_500, 55_000, 2_000_000_000] as [Int64])
  func `a single night stays a spike on the nights after`(bytes: Int64) {
    let values = flat + [bytes] + flat.reversed()
    for count in 31...values.count {
      let assessment = assess(Array(values.prefix(count)))
      #expect(assessment.steps.isEmpty)
      #expect(assessment.spikes.map(\.index) == [30])
      #expect((99_000...101_000).contains(assessment.spikes[0].level))
    }
  }

  @Test func `two steps are two steps, whichever way they go`() {
    let up = flat.map { $0 + 8000 }
    #expect(assess(flat + up + flat).steps.map(\.index) == [30, 60])
    let assessment = assess(flat + up + up.map { $0 + 8000 })
    #expect(assessment.steps.map(\.index) == [30, 60])
    #expect(assessment.drift == nil)
  }

  @Test func `a step below the floor is none`() {
    let values = Array(repeating: Int64(100_000), count: 30)
    #expect(assess(values + values.map { $0 + 480 }).steps.isEmpty)
    #expect(assess(values + values.map { $0 + 520 }).steps.map(\.index) == [30])
    let small = Array(repeating: Int64(1000), count: 30)
    #expect(assess(small + small.map { $0 + 250 }).steps.isEmpty)
    #expect(assess(small + small.map { $0 + 260 }).steps.map(\.index) == [30])
  }

  @Test func `too little history is its own verdict`() {
    for count in 0...4 {
      let assessment = assess([100, 900_000, 100, 900_000].prefix(count).map { $0 })
      #expect(!assessment.isJudged)
      #expect(assessment.steps.isEmpty && assessment.spikes.isEmpty && assessment.drift == nil)
      #expect(assessment.levels.map(\.range) == (count == 0 ? [] : [0..<count]))
    }
    #expect(assess([100, 100, 100, 100, 100]).isJudged)
  }

  @Test func `a constant series has no noise that counts`() {
    for bytes in [0, 1, -5, 70_000, 3_000_000_000] as [Int64] {
      let assessment = assess(Array(repeating: bytes, count: 40))
      #expect(assessment.levels == [.init(range: 0..<40, bytes: bytes)])
      #expect(assessment.steps.isEmpty && assessment.spikes.isEmpty && assessment.drift == nil)
    }
  }

  @Test func `a ramp is a drift and no staircase`() throws {
    let ramp: [Int64] = (1...60).map { night in flat[night % 30] + Int64(night) * 300 }
    let values = flat + ramp
    let assessment = assess(values)
    let drift = try #require(assessment.drift)
    #expect(assessment.steps.isEmpty)
    #expect((24...36).contains(drift.startIndex) && (85...89).contains(drift.endIndex))
    #expect((98_500...101_500).contains(drift.before))
    #expect((116_500...119_500).contains(drift.after))
    #expect(assessment.levels.first?.range.lowerBound == 0)
    #expect(assessment.levels.last?.range.upperBound == 90)
  }

  @Test func `values that are often far off need a third night`() {
    var values = flat
    for index in [3, 11, 18, 24] { values[index] += 9000 }
    let assessment = assess(values + [109_000, 109_200])
    #expect(assessment.steps.isEmpty)
    #expect(assess(values + [109_000, 109_200, 108_900, 109_300]).steps.map(\.index) == [30])
  }

  @Test(arguments: [2, 1000, 1_000_000] as [Int64])
  func `a unit changes nothing`(factor: Int64) {
    let values = flat.map { $0 * 10 } + flat.map { $0 * 11 } + [5_000_000] + flat.map { $0 * 11 }
    let one = assess(values)
    let other = assess(values.map { $0 * factor })
    #expect(one.steps.map(\.index) == [30] && one.spikes.map(\.index) == [60])
    #expect(other.steps.map(\.index) == one.steps.map(\.index))
    #expect(other.spikes.map(\.index) == one.spikes.map(\.index))
    #expect(other.levels.map(\.range) == one.levels.map(\.range))
  }

  @Test func `the largest and smallest integers are judged`() {
    var generator = SeededGenerator(seed: 1)
    for count in [5, 6, 17, 60] {
      let ends = (0..<count).map { _ in [Int64.min, 0, .max].randomElement(using: &generator) ?? 0 }
      expectCovered(ends)
      expectCovered((0..<count).map { _ in Int64(bitPattern: generator.anyMagnitude()) })
      expectCovered((0..<count).map { $0 < count / 2 ? .min : .max })
      expectCovered(Array(repeating: .max, count: count))
      expectCovered(Array(repeating: .min, count: count))
    }
  }

  /// Levels hold each value once, changes lie between them, and a second look says the same.
  private func expectCovered(_ values: [Int64]) {
    let assessment = assess(values)
    var next = 0
    for level in assessment.levels {
      #expect(level.range.lowerBound == next)
      next = level.range.upperBound
    }
    #expect(next == values.count)
    #expect(assessment.steps.allSatisfy { (1..<values.count).contains($0.index) })
    #expect(assess(values) == assessment)
  }

  @Test func `levels cover every value, whatever happened`() {
    var generator = SeededGenerator(seed: 2)
    for round in 0..<60 {
      var plan = PlantedSeries.Plan()
      plan.sigma = [0, 0.001, 0.01, 0.1][round % 4]
      plan.steps = [
        .init(night: 30, part: 0.2), .init(night: 50, part: round % 2 == 0 ? 0.2 : -0.4),
      ]
      plan.spikes = [.init(night: 40, part: 3), .init(night: 41, part: -3)]
      if round % 3 == 0 { plan.drift = .init(night: 20, part: 0.004) }
      expectCovered(PlantedSeries(plan, &generator).values)
    }
  }
}
