import ChangeDetection
package import TraceModel

/// What the judgement of series does on a history of one's own: as it was, and without any change.
///
/// A gate that flags growth and shrinking equally often where nothing changed is an honest one; one
/// that flags much of either is not worth being listened to.
package struct GateSelfTest: Hashable, Sendable {
  /// What was flagged in one replay, night by night.
  package struct Count: Hashable, Sendable {
    package var nights = 0
    package var regressions = 0
    package var improvements = 0

    package init(nights: Int = 0, regressions: Int = 0, improvements: Int = 0) {
      self.nights = nights
      self.regressions = regressions
      self.improvements = improvements
    }

    /// Flags in a million nights of a series, rounded down.
    package var perMillion: Int { nights == 0 ? 0 : flags * 1_000_000 / nights }
    package var flags: Int { regressions + improvements }

    /// Whether both directions are as even as chance allows: within three standard deviations.
    package var isBalanced: Bool {
      let difference = regressions - improvements
      return difference * difference <= 9 * flags
    }
  }

  /// The history as it was.
  package private(set) var replayed = Count()
  /// The same noise without the changes: every flag is a false alarm.
  package private(set) var shuffled = Count()
  package private(set) var seriesCount = 0
  package private(set) var leftOutCount = 0

  /// Nights of one series that are replayed, the newest.
  package static let nightLimit = 120
  /// So many nights of the shuffled replay are needed to say something.
  package static let neededNights = 1000

  private let options = DetectionOptions()
  private let seriesLimit: Int
  private var random: ShuffleSource

  package init(seed: UInt64, seriesLimit: Int) {
    self.seriesLimit = seriesLimit
    random = ShuffleSource(state: seed)
  }

  package mutating func add(_ history: SeriesHistory) {
    let values = history.points.suffix(GateSelfTest.nightLimit).map(\.bytes.rawValue)
    guard history.kind == .noisy, values.count > options.minimumHistory, seriesCount < seriesLimit
    else {
      leftOutCount += 1
      return
    }
    seriesCount += 1
    replay(values, into: \.replayed)
    replay(withoutChanges(values), into: \.shuffled)
  }

  /// Judges the series as of each night, and counts what was not flagged the night before.
  private mutating func replay(
    _ values: [Int64], into count: WritableKeyPath<GateSelfTest, Count>
  ) {
    var known: [Step] = []
    for end in options.minimumHistory...values.count {
      let assessment = SeriesAssessment(
        values: Array(values[..<end]), kind: .noisy, options: options)
      self[keyPath: count].nights += 1
      let steps = assessment.steps.map { Step(index: $0.index, isUp: $0.after > $0.before) }
      for step in steps where !known.contains(where: { $0.isSame(as: step) }) {
        if step.isUp {
          self[keyPath: count].regressions += 1
        } else {
          self[keyPath: count].improvements += 1
        }
        known.append(step)
      }
    }
  }

  private struct Step {
    var index: Int
    var isUp: Bool

    /// A step that a later night dates otherwise is still the same one.
    func isSame(as other: Step) -> Bool { isUp == other.isUp && abs(index - other.index) <= 3 }
  }

  /// Every value at the newest level, with the distances from their levels in another order.
  private mutating func withoutChanges(_ values: [Int64]) -> [Int64] {
    let assessment = SeriesAssessment(values: values, kind: .noisy, options: options)
    guard let last = assessment.levels.last?.bytes else { return values }
    var distances = assessment.levels.flatMap { level in
      values[level.range].map { $0 &- level.bytes }
    }
    for index in distances.indices.dropFirst().reversed() {
      distances.swapAt(index, Int(random.next() % UInt64(index + 1)))
    }
    return distances.map { last &+ $0 }
  }

  package var verdict: Verdict {
    if shuffled.nights < GateSelfTest.neededNights { return .insufficientData }
    return isHonest ? .pass : .regressed
  }

  /// At most one false alarm in a thousand nights, and no direction preferred.
  private var isHonest: Bool { shuffled.perMillion <= 1000 && shuffled.isBalanced }

  package var reasons: [String] {
    guard shuffled.nights >= GateSelfTest.neededNights else {
      return [
        "\(shuffled.nights) nights of series that vary; \(GateSelfTest.neededNights) are needed"
      ]
    }
    var reasons: [String] = []
    if shuffled.perMillion > 1000 {
      reasons.append("more than one false alarm in a thousand nights of a series")
    }
    if !shuffled.isBalanced {
      reasons.append("where nothing changed, one direction is flagged more often than chance does")
    }
    return reasons.isEmpty
      ? ["where nothing changed, growth and shrinking are flagged about equally, and rarely"]
      : reasons
  }
}

/// SplitMix64: the same shuffles on every machine.
private struct ShuffleSource: Hashable, Sendable {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
