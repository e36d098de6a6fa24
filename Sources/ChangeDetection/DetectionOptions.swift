package import TraceModel

/// From which size on a change is one, and from how many values on a series is judged.
package struct DetectionOptions: Hashable, Sendable {
  /// Values that a noisy series needs.
  package var minimumHistory = 5
  /// Values that an exact series needs.
  package var minimumExactHistory = 2
  /// The smallest change of an exact series, in bytes.
  package var exactFloor: Int64 = 64
  /// The smallest change of a noisy series, in bytes.
  package var noisyFloor: Int64 = 256
  /// The smallest change of a noisy series against its level, in hundredths of a percent.
  package var noisyFloorBasisPoints: Int64 = 50

  package init() {}

  package func minimumHistory(of kind: SeriesKind) -> Int {
    switch kind {
    case .exact: max(minimumExactHistory, 1)
    case .noisy: max(minimumHistory, 2)
    }
  }

  /// The smallest change of a noisy series at a level.
  func noisyFloor(at level: Double) -> Double {
    max(Double(noisyFloor), level.magnitude * Double(noisyFloorBasisPoints) / 10_000)
  }
}
