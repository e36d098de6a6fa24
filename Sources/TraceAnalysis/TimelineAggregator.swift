package import TraceModel

/// The largest committed total in each of N buckets of time, so that no peak is lost.
package struct TimelineAggregator: Aggregator {
  package static let parts: EventParts = [.times]

  package struct Bucket: Hashable, Sendable {
    /// The largest total that stood at any moment of the bucket.
    package var peakBytes: Int64 = 0
    /// The event after which it stood; nil before the first event.
    package var event: UInt64?
    /// The total at the bucket's end.
    package var endBytes: Int64 = 0
  }

  package private(set) var buckets: [Bucket]
  package let start: UInt64
  /// Nanoseconds a bucket.
  package let width: UInt64
  private var total: Int64 = 0
  private var current = 0
  /// When the current bucket begins.
  private var currentStart: UInt64
  private var lastEvent: UInt64?

  /// `opening` is what was live before the first event to come, and the event that made it so.
  package init(
    buckets count: Int, from start: UInt64, through end: UInt64,
    opening: (bytes: Int64, event: UInt64)? = nil
  ) {
    self.start = start
    currentStart = start
    let span = end > start ? end - start : 0
    width = span / UInt64(max(1, count)) + 1
    let used = Int(span / width) + 1
    buckets = Array(repeating: Bucket(), count: used)
    guard let opening else { return }
    total = opening.bytes
    lastEvent = opening.event
    buckets[0] = Bucket(
      peakBytes: opening.bytes, event: opening.event, endBytes: opening.bytes)
  }

  /// When a bucket begins and when the next one does; the clock's end where that lies beyond it.
  package func span(of bucket: Int) -> (start: UInt64, end: UInt64) {
    (moment(bucket), moment(bucket + 1))
  }

  private func moment(_ buckets: Int) -> UInt64 {
    let (offset, isBeyond) = width.multipliedReportingOverflow(by: UInt64(buckets))
    let (moment, isPast) = start.addingReportingOverflow(offset)
    return isBeyond || isPast ? .max : moment
  }

  package mutating func consume(_ batch: EventBatch) {
    let derived = batch.derived
    let releases = derived.releases.span
    let categories = derived.categories.span
    let sizes = batch.sizes.span
    let allocationRows = derived.allocationRows.span
    let first = derived.firstAllocation
    var aggregator = self
    var far = 0
    var adjustment = 0
    // All effects of a row count together: a realloc never holds both blocks.
    for row in 0..<releases.count {
      var changes = row == 0
      let release = releases[row]
      if release > first {
        let origin = Int(allocationRows[Int(release - 1 - first)])
        aggregator.total &-= Int64(truncatingIfNeeded: sizes[origin])
        changes = true
      } else if release != 0 {
        aggregator.total &-= Int64(truncatingIfNeeded: derived.farReleases[far].size)
        far += 1
        changes = true
      }
      if categories[row] != DerivedColumns.noCategory {
        aggregator.total &+= Int64(truncatingIfNeeded: sizes[row])
        changes = true
      }
      while adjustment < derived.adjustments.count, derived.adjustments[adjustment].row == row {
        aggregator.total &+= derived.adjustments[adjustment].committed
        adjustment += 1
        changes = true
      }
      if changes { aggregator.note(row, batch) }
    }
    self = aggregator
  }

  @inline(__always)
  private mutating func note(_ row: Int, _ batch: EventBatch) {
    let time = batch.times[row]
    // A division only where another bucket may begin: most events are in the one of the event before.
    if time &- currentStart >= width {
      let place = time > start ? Int(min((time - start) / width, UInt64(buckets.count - 1))) : 0
      // A clock that steps back does not move the total into the past.
      while current < place { beginBucket() }
      currentStart = start &+ UInt64(current) &* width
    }
    lastEvent = batch.firstEvent + UInt64(row)
    buckets[current].endBytes = total
    if buckets[current].event == nil || total > buckets[current].peakBytes {
      buckets[current].event = lastEvent
      buckets[current].peakBytes = total
    }
  }

  /// What was live at the end of a bucket is live at the beginning of the next.
  private mutating func beginBucket() {
    let held = buckets[current].endBytes
    current += 1
    buckets[current] = Bucket(peakBytes: held, event: lastEvent, endBytes: held)
  }

  /// The buckets, the ones after the last event filled with what then was live.
  package mutating func finish() -> [Bucket] {
    while current < buckets.count - 1 { beginBucket() }
    return buckets
  }
}
