import ChangeDetection
import MemtraceTestSupport
import TraceModel

/// Series that drift from a night between 10 and 45 on, and when that was found.
struct DriftCount {
  let series: Int
  /// Found as a drift or as steps when it summed to 5 %.
  private(set) var foundInTime = 0
  private(set) var driftInTime = 0
  private(set) var driftAtEnd = 0
  /// Nights that show a step in the other direction.
  private(set) var wrongWay = 0

  init(series: Int, rate: Double, sigma: Double, seed: UInt64, _ detector: Detector) {
    self.series = series
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<series {
      var plan = PlantedSeries.Plan()
      plan.sigma = sigma
      let night = 10 + Int(NoiseShape.uniform(&generator) * 36)
      plan.drift = .init(night: night, part: rate)
      let history = PlantedSeries(plan, &generator)
      let inTime = history.index(ofNight: night + Int((0.05 / rate.magnitude).rounded(.up)) + 1)
      for count in inTime...history.values.count {
        let assessment = detector(Array(history.values.prefix(count)))
        let isUp = rate > 0
        if assessment.steps.contains(where: { ($0.after > $0.before) != isUp }) { wrongWay += 1 }
        if count == inTime {
          if assessment.drift != nil { driftInTime += 1 }
          if assessment.drift != nil || !assessment.steps.isEmpty { foundInTime += 1 }
        }
        if count == history.values.count, assessment.drift != nil { driftAtEnd += 1 }
      }
    }
  }
}
