import ChangeDetection
import Foundation
import MemtraceTestSupport
import Testing
import TraceModel

/// The requirements, on histories with planted changes; every night is judged by the values so far.
///
/// `MEMTRACE_OPERATING_CURVE=1 swift test -c release --filter OperatingCurve` prints the whole table.
@Suite struct OperatingCurveTests {
  private static let sigmas = [0.01, 0.02, 0.04, 0.08, 0.14]

  private func curve(
    _ seed: UInt64, series: Int, shape: NoiseShape = .gaussian, detector: Detector = .memtrace,
    _ change: (inout PlantedSeries.Plan, inout SeededGenerator) -> Void = { _, _ in }
  ) -> OperatingCurve {
    var generator = SeededGenerator(seed: seed)
    var curve = OperatingCurve()
    for number in 0..<series {
      var plan = PlantedSeries.Plan()
      plan.sigma = Self.sigmas[number % Self.sigmas.count]
      plan.shape = shape
      change(&plan, &generator)
      curve.count(PlantedSeries(plan, &generator), detector)
    }
    return curve
  }

  private static func plantStep(
    _ size: Double, _ plan: inout PlantedSeries.Plan, _ generator: inout SeededGenerator
  ) {
    // Down by five deviations of 14 % leaves too little for what comes then.
    if size < 0 { plan.sigma = min(plan.sigma, 0.08) }
    let night = 15 + Int(NoiseShape.uniform(&generator) * 65)
    plan.steps = [.init(night: night, part: size * plan.sigma)]
  }

  @Test(arguments: [5.0, -5])
  func `steps of five deviations and more are found within three nights`(size: Double) {
    let curve = curve(1, series: 18) { Self.plantStep(size, &$0, &$1) }
    #expect(curve.part(curve.foundWithin[3] ?? 0) >= 0.9)
    #expect(curve.foundAtEnd == curve.planted)
    #expect(curve.part(curve.datedAtEnd) >= 0.98)
    #expect(curve.perThousand(curve.falseUp) <= 1 && curve.perThousand(curve.falseDown) <= 1)
  }

  @Test(arguments: [3.0, -3])
  func `steps of three deviations and more are found within ten nights`(size: Double) {
    let curve = curve(2, series: 18) { Self.plantStep(size, &$0, &$1) }
    #expect(curve.part(curve.foundWithin[10] ?? 0) >= 0.8)
    #expect(curve.perThousand(curve.falseUp) <= 1 && curve.perThousand(curve.falseDown) <= 1)
  }

  @Test(arguments: [NoiseShape.gaussian, .student5])
  func `noise alone gives at most one false alarm in a thousand nights`(shape: NoiseShape) {
    let curve = curve(3, series: 20, shape: shape)
    #expect(curve.perThousand(curve.falseUp) <= 1)
    #expect(curve.perThousand(curve.falseDown) <= 1)
  }

  @Test func `spikes are called spikes and never steps`() {
    let curve = curve(4, series: 12) { plan, generator in
      let night = 20 + Int(NoiseShape.uniform(&generator) * 65)
      let isDown = generator.once(in: 2) && plan.sigma < 0.1
      let size = max(0.5, 8 * plan.sigma)
      plan.spikes = [.init(night: night, part: isDown ? -size : size)]
    }
    #expect(curve.spikesAtEnd == curve.spikesPlanted)
    #expect(curve.perThousand(curve.falseUp) <= 1 && curve.perThousand(curve.falseDown) <= 1)
  }

  @Test(arguments: [0.01, 0.005, 0.002])
  func `a drift is found before it sums to five percent`(sigma: Double) {
    for rate in [0.003, -0.003, 0.004] {
      let result = DriftCount(series: 3, rate: rate, sigma: sigma, seed: 5, .memtrace)
      #expect(result.foundInTime == result.series)
      #expect(result.wrongWay == 0)
      #expect(result.driftAtEnd * 10 >= result.series * 8)
    }
  }

  @Test func `the nightly check holds for each of many seeds`() {
    for seed in SeededGenerator.seeds(4) {
      let night = NightlyCheck(seed: seed, .memtrace)
      #expect(night.holds, "seed \(seed): \(night)")
    }
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["MEMTRACE_OPERATING_CURVE"] != nil))
  func `the whole table is printed`() {
    let series = Int(ProcessInfo.processInfo.environment["MEMTRACE_OPERATING_CURVE"] ?? "") ?? 1
    let count = max(series, 2) < 20 ? 400 : series
    printSteps(count)
    printFlat(count)
    printSpikes(count)
    printDrifts(count / 4)
    let failed = (1...1000).filter { !NightlyCheck(seed: $0, .memtrace).holds }
    print("nightly check: fails for \(failed.count) of 1000 seeds")
    printTime()
  }
}

extension OperatingCurveTests {
  private static let shapes: [NoiseShape] = [.gaussian, .student5, .lognormal, .skewed]

  private static func text(_ value: Double, _ digits: Int = 1) -> String {
    String(format: "%.\(digits)f", value)
  }

  private func printSteps(_ count: Int) {
    print("| detector | noise | step | 2 | 3 | 5 | 10 | end | dated | false up | false down |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for shape in Self.shapes {
      for size in [2.0, 3, 4, 5, 6, -3, -5] {
        row(
          "memtrace", shape, size,
          curve(11, series: count, shape: shape) {
            Self.plantStep(size, &$0, &$1)
          })
      }
      for size in [2.0, 3, 4, 5, 6] {
        row(
          "fence", shape, size,
          curve(11, series: count, shape: shape, detector: .fence) {
            Self.plantStep(size, &$0, &$1)
          })
      }
    }
    row(
      "memtrace, two steps", .gaussian, 5,
      curve(12, series: count) { plan, generator in
        let first = 20 + Int(NoiseShape.uniform(&generator) * 20)
        let second = 50 + Int(NoiseShape.uniform(&generator) * 30)
        let isBack = generator.once(in: 2)
        let size = 5 * plan.sigma
        plan.steps = [
          .init(night: first, part: size),
          .init(night: second, part: isBack ? -size : size * (1 + size)),
        ]
      })
  }

  private func row(_ name: String, _ shape: NoiseShape, _ size: Double, _ curve: OperatingCurve) {
    let found = OperatingCurve.delays.map {
      Self.text(100 * curve.part(curve.foundWithin[$0] ?? 0))
    }
    // The fence looks at the last nights only.
    let end = [curve.foundAtEnd, curve.datedAtEnd].map {
      name == "fence" ? "" : Self.text(100 * curve.part($0))
    }
    let wrong = [curve.falseUp, curve.falseDown].map { Self.text(curve.perThousand($0), 2) }
    print(
      "| \(([name, shape.rawValue, Self.text(size, 0)] + found + end + wrong).joined(separator: " | ")) |"
    )
  }

  private func printFlat(_ count: Int) {
    print("| detector | noise | false up | false down | nights with a false spike |")
    print("|---|---|---|---|---|")
    for shape in NoiseShape.allCases {
      for detector in [Detector.memtrace, .fence] {
        let curve = curve(13, series: count, shape: shape, detector: detector)
        let wrong = [curve.falseUp, curve.falseDown, curve.falseSpikes]
        print(
          "| \(detector) | \(shape.rawValue) | \(wrong.map { Self.text(curve.perThousand($0), 2) }.joined(separator: " | ")) |"
        )
      }
    }
  }

  private func printSpikes(_ count: Int) {
    print("| spike | noise | named | false up | false down |")
    print("|---|---|---|---|---|")
    for shape in Self.shapes {
      for size in [5.0, 6, 8, 0] {
        let curve = curve(14, series: count, shape: shape) { plan, generator in
          let night = 20 + Int(NoiseShape.uniform(&generator) * 65)
          let part = size == 0 ? max(0.5, 8 * plan.sigma) : size * plan.sigma
          plan.spikes = [.init(night: night, part: part)]
        }
        let named = 100 * Double(curve.spikesAtEnd) / Double(max(curve.spikesPlanted, 1))
        let wrong = [curve.falseUp, curve.falseDown].map { Self.text(curve.perThousand($0), 2) }
        print(
          "| \(size == 0 ? "50 %, 8" : Self.text(size, 0)) | \(shape.rawValue) | \(Self.text(named)) | \(wrong.joined(separator: " | ")) |"
        )
      }
    }
  }

  private func printDrifts(_ count: Int) {
    print("| drift | noise | found by 5 % | as drift by 5 % | as drift at the end | wrong way |")
    print("|---|---|---|---|---|---|")
    for (rate, sigma) in [
      (0.003, 0.01), (-0.003, 0.01), (0.004, 0.01), (0.003, 0.005), (0.003, 0.002), (0.003, 0.02),
    ] {
      let result = DriftCount(series: count, rate: rate, sigma: sigma, seed: 15, .memtrace)
      let parts = [result.foundInTime, result.driftInTime, result.driftAtEnd].map {
        Self.text(100 * Double($0) / Double(result.series))
      }
      print(
        "| \(Self.text(rate * 100)) % | \(Self.text(sigma * 100)) % | \(parts.joined(separator: " | ")) | \(result.wrongWay) |"
      )
    }
  }

  private func printTime() {
    for (nights, count) in [(100, 8000), (2000, 100)] {
      var generator = SeededGenerator(seed: 16)
      let histories = (0..<count).map { _ in
        var plan = PlantedSeries.Plan()
        plan.nights = nights
        plan.missing = 0
        return PlantedSeries(plan, &generator).values
      }
      let clock = ContinuousClock()
      var steps = 0
      let time = clock.measure {
        for values in histories { steps += Detector.memtrace(values).steps.count }
      }
      print("\(count) series of \(nights) values: \(time), \(steps) steps")
    }
  }
}
