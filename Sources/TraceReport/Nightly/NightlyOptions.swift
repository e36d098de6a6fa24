package import ChangeDetection
package import TraceModel

/// What a nightly report looks at, and what it lets fail.
package struct NightlyOptions: Sendable {
  /// Which findings decide the verdict.
  package enum Deciding: String, CaseIterable, Sendable {
    /// Every one that is neither accepted nor muted nor undone.
    case open
    /// Only what the newest runs brought.
    case new
  }

  package var detection = DetectionOptions()
  package var deciding = Deciding.open
  /// Changes that began before are not told; nil tells all.
  package var since: UTCTime?
  /// A series without a run for so long before the newest of all is not judged.
  package var staleSeconds: Int64 = 14 * 86_400
  /// Charts of at most so many series.
  package var chartLimit = 200

  package init() {}
}
