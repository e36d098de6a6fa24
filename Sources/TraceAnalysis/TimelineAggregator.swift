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
    let rows = min(
      batch.derived.releases.count, batch.derived.categories.count, batch.sizes.count,
      batch.times.count)
    var next = NextChanges(batch)
    var row = 0
    while row < rows {
      add(row, of: batch, &next)
      row = add(from: row + 1, through: min(rows, next.adjustmentRow(in: batch)), of: batch, &next)
    }
  }

  /// Adds the effects of one row.
  ///
  /// All of them count together: a realloc never holds both blocks.
  private mutating func add(_ row: Int, of batch: EventBatch, _ next: inout NextChanges) {
    let derived = batch.derived
    var changes = row == 0
    let release = derived.releases[row]
    if release > derived.firstAllocation {
      total &-= next.sizes[Int(release - 1 - derived.firstAllocation)]
      changes = true
    } else if release != 0 {
      total &-= Int64(truncatingIfNeeded: derived.farReleases[next.far].size)
      next.far += 1
      changes = true
    }
    if derived.categories[row] != DerivedColumns.noCategory {
      total &+= Int64(truncatingIfNeeded: batch.sizes[row])
      changes = true
    }
    while next.adjustmentRow(in: batch) == row {
      total &+= derived.adjustments[next.adjustment].committed
      next.adjustment += 1
      changes = true
    }
    if changes { note(row, batch) }
  }

  /// Adds the effects of rows before `end` and in the current bucket, which holds an event, and
  /// which have nothing but blocks; returns the row behind them.
  private mutating func add(
    from start: Int, through end: Int, of batch: EventBatch, _ next: inout NextChanges
  ) -> Int {
    guard start < end else { return start }
    let releases = batch.derived.releases.span
    let categories = batch.derived.categories.span
    let sizes = batch.sizes.span
    let times = batch.times.span
    let farReleases = batch.derived.farReleases.span
    let allocated = next.sizes
    let sizesOfAllocations = allocated.span
    let categoryMasks = next.masks
    let masks = categoryMasks.span
    let first = batch.derived.firstAllocation
    let none = UInt64(sizesOfAllocations.count - 1)
    let width = self.width
    let bucketStart = currentStart
    var total = self.total
    var peak = buckets[current].peakBytes
    var peakRow = -1
    var lastRow = -1
    var far = next.far
    var row = start
    // Whether a row releases or begins a block is not to be foreseen: no branch asks.
    while row < end {
      // The caller knows that the columns have the rows.
      guard unsafe times[unchecked: row] &- bucketStart < width else { break }
      let release = unsafe releases[unchecked: row]
      let place = min(release &- 1 &- first, none)
      let begins = unsafe masks[unchecked: Int(categories[unchecked: row])]
      total &+= Int64(truncatingIfNeeded: unsafe sizes[unchecked: row] & begins)
      total &-= unsafe sizesOfAllocations[unchecked: Int(truncatingIfNeeded: place)]
      if release &- 1 < first {
        total &-= Int64(truncatingIfNeeded: farReleases[far].size)
        far &+= 1
      }
      if release | begins != 0 { lastRow = row }
      if total > peak {
        peak = total
        peakRow = row
      }
      row &+= 1
    }
    next.far = far
    self.total = total
    guard lastRow >= 0 else { return row }
    lastEvent = batch.firstEvent + UInt64(lastRow)
    buckets[current].endBytes = total
    if peakRow >= 0 {
      buckets[current].peakBytes = peak
      buckets[current].event = batch.firstEvent + UInt64(peakRow)
    }
    return row
  }

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

/// What is to be looked at next in a batch, and what its rows refer to.
private struct NextChanges {
  var far = 0
  var adjustment = 0
  /// The size of each allocation, and 0 behind them for rows that release none.
  let sizes: [Int64]
  /// For each category's code all bits, for that of none no bits.
  let masks: [UInt64]

  init(_ batch: EventBatch) {
    let rows = batch.derived.allocationRows.span
    let sizes = batch.sizes.span
    self.sizes = [Int64](capacity: rows.count + 1) { output in
      for allocation in rows.indices {
        output.append(Int64(truncatingIfNeeded: sizes[Int(rows[allocation])]))
      }
      output.append(0)
    }
    masks = (0...UInt8.max).map { $0 == DerivedColumns.noCategory ? 0 : .max }
  }

  /// The row of the next adjustment; a row that no batch has where there is none.
  func adjustmentRow(in batch: EventBatch) -> Int {
    let adjustments = batch.derived.adjustments
    return adjustment < adjustments.count ? adjustments[adjustment].row : .max
  }
}
