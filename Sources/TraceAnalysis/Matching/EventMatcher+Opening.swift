import TraceModel

/// The beginning of a slice's range, behind the events that only say what was live by then.
extension EventMatcher {
  /// Forgets what the opening events were like, and begins with what they left.
  ///
  /// What is live when the range begins stands after the last of them, and counts from the time of
  /// the range's first event on.
  mutating func beginRange(at time: UInt64) {
    var range = TraceSummary()
    range.eventCount = known.eventCount
    range.covers = known.covers
    let last = openingEvents - 1
    if committed > 0 { range.committedPeak = Peak(bytes: committed, event: last, time: time) }
    if reserved > 0 { range.reservedPeak = Peak(bytes: reserved, event: last, time: time) }
    range.timeline.note(committed, at: time)
    known = range
    cells.restartPeaks(event: last, time: time)
    space.unmatchedUnmaps = 0
    space.impossibleSizes = 0
    resident = ResidentSweep()
    previousTime = 0
  }
}
