import ChangeDetection
import TraceModel

/// What a detector found.
struct Findings {
  var steps: [SeriesAssessment.Step] = []
  var spikes: [SeriesAssessment.Spike] = []
  var drift: SeriesAssessment.Drift?
}

/// A detector that is measured.
enum Detector: String {
  case memtrace
  case fence

  /// What it says of the first values of a series.
  func callAsFunction(_ values: [Int64]) -> Findings {
    switch self {
    case .memtrace:
      let assessment = SeriesAssessment(values: values, kind: .noisy)
      return Findings(
        steps: assessment.steps, spikes: assessment.spikes, drift: assessment.drift)
    case .fence: return PlainFence.findings(values)
    }
  }
}

/// What nights of flat series and of series with steps say, counted night by night.
struct OperatingCurve {
  static let delays = [2, 3, 5, 10]

  var seriesNights = 0
  /// Nights on which a step is shown that was not planted.
  var falseUp = 0
  var falseDown = 0
  var planted = 0
  /// Planted steps found while at most so many values of the new level were there.
  var foundWithin: [Int: Int] = [:]
  var foundAtEnd = 0
  var datedAtEnd = 0
  var spikesPlanted = 0
  var spikesAtEnd = 0
  /// Nights on which a value is shown as a spike that is none.
  var falseSpikes = 0

  /// Counts every night of a series.
  mutating func count(_ series: PlantedSeries, _ detector: Detector) {
    let steps = series.plan.steps.map { (series.index(ofNight: $0.night), $0.part > 0) }
    let spikes = series.plan.spikes.compactMap { spike in
      series.nights.firstIndex(of: spike.night)
    }
    planted += steps.count
    var found = Set<Int>()
    for count in 1...series.values.count {
      let assessment = detector(Array(series.values.prefix(count)))
      var rest = assessment.steps
      for (place, (index, isUp)) in steps.enumerated() where index < count {
        let nearest = rest.indices.filter {
          (rest[$0].after > rest[$0].before) == isUp && abs(rest[$0].index - index) <= 10
        }
        .min { abs(rest[$0].index - index) < abs(rest[$1].index - index) }
        guard let nearest else { continue }
        let values = count - index
        if found.insert(place).inserted {
          for delay in Self.delays where values <= delay { foundWithin[delay, default: 0] += 1 }
        }
        if count == series.values.count {
          foundAtEnd += 1
          if abs(rest[nearest].index - index) <= 1 { datedAtEnd += 1 }
        }
        rest.remove(at: nearest)
      }
      seriesNights += 1
      if rest.contains(where: { $0.after > $0.before }) { falseUp += 1 }
      if rest.contains(where: { $0.after < $0.before }) { falseDown += 1 }
      if assessment.spikes.contains(where: { !spikes.contains($0.index) }) { falseSpikes += 1 }
      if count == series.values.count {
        spikesPlanted += spikes.count
        spikesAtEnd += spikes.count { index in
          assessment.spikes.contains { $0.index == index }
        }
      }
    }
  }

  func perThousand(_ count: Int) -> Double { Double(count) * 1000 / Double(max(seriesNights, 1)) }
  func part(_ count: Int) -> Double { Double(count) / Double(max(planted, 1)) }
}
