import TraceModel

/// The part of the timeline that the events at hand are in: most of them change nothing of it.
///
/// Rationale: its peak is noted in the timeline when another part begins, or the batch ends.
struct TimelineBucket {
  private var index = 0
  private var start: UInt64 = 0
  private var width: UInt64 = 0
  private(set) var peak: Int64 = 0

  @inline(__always)
  func holds(_ time: UInt64) -> Bool { time &- start < width }

  @inline(__always)
  mutating func raise(to bytes: Int64) {
    if bytes > peak { peak = bytes }
  }

  /// Moves on to another time, of which no bucket or another one is known.
  mutating func move(
    to time: UInt64, before: Int64, after: Int64, of timeline: inout PeakTimeline
  ) {
    settle(in: &timeline)
    timeline.current = before
    timeline.note(after, at: time)
    self = TimelineBucket()
    guard time >= timeline.start else { return }
    index = Int((time - timeline.start) >> timeline.shift)
    start = timeline.start + UInt64(index) << timeline.shift
    width = timeline.width
    peak = timeline.peaks[index]
  }

  /// Notes the bucket's peak.
  func settle(in timeline: inout PeakTimeline) {
    if width > 0, peak > timeline.peaks[index] { timeline.peaks[index] = peak }
  }
}
