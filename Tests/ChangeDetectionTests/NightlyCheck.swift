import ChangeDetection
import MemtraceTestSupport
import TraceModel

/// The nightly acceptance check: 60 series of 60 nights, judged once at the end.
struct NightlyCheck {
  private(set) var stepsFound = 0
  private(set) var stepsDated = 0
  private(set) var falseAlarms = 0
  private(set) var driftsFound = 0
  private(set) var exactRight = 0

  var holds: Bool {
    stepsFound == 18 && stepsDated >= 17 && falseAlarms <= 2 && driftsFound == 4 && exactRight == 6
  }

  private enum Kind {
    case flat
    case step
    case spike
    case drift
    case exact
  }

  init(seed: UInt64, _ detector: Detector) {
    var generator = SeededGenerator(seed: seed &* 7919)
    let kinds: [(Kind, Int)] = [(.flat, 30), (.step, 12), (.spike, 8), (.drift, 4), (.exact, 6)]
    for (kind, count) in kinds {
      for _ in 0..<count { judge(kind, &generator, detector) }
    }
  }

  private mutating func judge(
    _ kind: Kind, _ generator: inout SeededGenerator, _ detector: Detector
  ) {
    var plan = PlantedSeries.Plan()
    plan.nights = 60
    plan.missing = 0.02
    plan.sigma = [0.01, 0.02, 0.04, 0.08].randomElement(using: &generator) ?? 0.01
    plan.base = [70_000, 400_000, 3_000_000].randomElement(using: &generator) ?? 70_000
    let night = Int.random(in: 30...55, using: &generator)
    switch kind {
    case .flat: break
    case .step: plan.steps = [.init(night: night, part: max(0.08, 6 * plan.sigma))]
    case .spike: plan.spikes = [.init(night: night, part: max(0.5, 8 * plan.sigma))]
    case .drift:
      plan.sigma = 0.01
      plan.drift = .init(night: 10, part: 0.004)
    case .exact:
      plan.sigma = 0
      plan.steps = [.init(night: night, part: 65_536 / plan.base)]
    }
    let series = PlantedSeries(plan, &generator)
    let findings =
      kind == .exact
      ? Findings(steps: SeriesAssessment(values: series.values, kind: .exact).steps)
      : detector(series.values)
    let step = findings.steps.last { $0.after > $0.before }
    let isDated = step.map { abs(series.nights[$0.index] - night) <= 1 } ?? false
    switch kind {
    case .flat, .spike: falseAlarms += step == nil ? 0 : 1
    case .drift: driftsFound += step != nil || findings.drift != nil ? 1 : 0
    case .step, .exact:
      stepsFound += step == nil ? 0 : 1
      stepsDated += isDated ? 1 : 0
    }
    if kind == .exact, findings.steps.count == 1 { exactRight += 1 }
  }
}
