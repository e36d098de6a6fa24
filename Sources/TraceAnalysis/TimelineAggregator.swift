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
    let times = batch.times.span
    // An allocation to look at where a row releases none.
    let rowsOfAllocations = derived.allocationRows.isEmpty ? [0] : derived.allocationRows
    let allocationRows = rowsOfAllocations.span
    let allocations = UInt64(derived.allocationRows.count)
    let noCategory = DerivedColumns.noCategory
    let first = derived.firstAllocation
    let adjustments = derived.adjustments.span
    var aggregator = self
    var held = BucketRows(buckets[current], total: total)
    var far = 0
    var adjustment = 0
    var adjustmentRow = adjustments.isEmpty ? -1 : adjustments[0].row
    // All effects of a row count together: a realloc never holds both blocks.
    for row in 0..<min(releases.count, categories.count, sizes.count, times.count) {
      // The columns were asked above whether they have the row. Whether it releases or begins a
      // block is not to be foreseen: no branch asks.
      let release = unsafe releases[unchecked: row]
      let place = release &- 1 &- first
      let isNear = place < allocations
      let origin = Int(allocationRows[isNear ? Int(truncatingIfNeeded: place) : 0])
      let released = sizes[origin] & (isNear ? .max : 0)
      let begins: UInt64 = unsafe categories[unchecked: row] != noCategory ? .max : 0
      let begun = unsafe sizes[unchecked: row] & begins
      held.total &+= Int64(truncatingIfNeeded: begun &- released)
      var changes = release | begins != 0 || row == 0
      if release &- 1 < first {
        held.total &-= Int64(truncatingIfNeeded: derived.farReleases[far].size)
        far += 1
      }
      while adjustmentRow == row {
        held.total &+= adjustments[adjustment].committed
        adjustment += 1
        adjustmentRow = adjustment < adjustments.count ? adjustments[adjustment].row : -1
        changes = true
      }
      guard changes else { continue }
      let time = unsafe times[unchecked: row]
      if time &- aggregator.currentStart >= width {
        aggregator.keep(held, of: batch)
        aggregator.move(to: time)
        held.enter(aggregator.buckets[aggregator.current])
      }
      held.note(row)
    }
    aggregator.keep(held, of: batch)
    self = aggregator
  }

  /// Keeps what the rows of a batch made of the current bucket.
  private mutating func keep(_ held: BucketRows, of batch: EventBatch) {
    total = held.total
    guard held.lastRow >= 0 else { return }
    lastEvent = batch.firstEvent + UInt64(held.lastRow)
    buckets[current].endBytes = held.lastTotal
    guard held.peakRow >= 0 else { return }
    buckets[current].event = batch.firstEvent + UInt64(held.peakRow)
    buckets[current].peakBytes = held.peakBytes
  }

  /// Goes on to the bucket of a time.
  private mutating func move(to time: UInt64) {
    let place = time > start ? Int(min((time - start) / width, UInt64(buckets.count - 1))) : 0
    // A clock that steps back does not move the total into the past.
    while current < place { beginBucket() }
    currentStart = start &+ UInt64(current) &* width
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

/// What the rows of one batch make of one bucket.
private struct BucketRows {
  var total: Int64
  /// The last row that changed anything, and the total behind it; -1 where none did.
  private(set) var lastRow = -1
  private(set) var lastTotal: Int64 = 0
  /// The row at which the bucket's largest total stood; -1 where none of these rows made it.
  private(set) var peakRow = -1
  private(set) var peakBytes: Int64
  private var hasPeak: Bool

  init(_ bucket: TimelineAggregator.Bucket, total: Int64) {
    self.total = total
    peakBytes = bucket.peakBytes
    hasPeak = bucket.event != nil
  }

  /// Goes on with another bucket.
  mutating func enter(_ bucket: TimelineAggregator.Bucket) {
    peakRow = -1
    peakBytes = bucket.peakBytes
    hasPeak = bucket.event != nil
  }

  @inline(__always)
  mutating func note(_ row: Int) {
    lastRow = row
    lastTotal = total
    guard total > peakBytes || !hasPeak else { return }
    peakBytes = total
    peakRow = row
    hasPeak = true
  }
}
