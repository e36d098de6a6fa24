/// What ingest knows of a whole event log, kept in the footer so that queries need no scan.
package struct TraceSummary: Hashable, Sendable {
  package var eventCount: UInt64 = 0
  /// The earliest and the latest time of any event.
  package var firstTime: UInt64?
  package var lastTime: UInt64?
  /// The moment of the largest committed total.
  package var committedPeak = Peak()
  /// Who held memory at the committed peak; nil where the store is older than version 3.
  package var peakCells: [CellBytes]?
  package var peakSites: LargestSites?
  /// The moment of the largest reserved total.
  package var reservedPeak = Peak()
  /// The largest `rss=` of the log's samples; nil where it has none.
  package var residentPeak: Peak?
  /// Resident bytes by category, of the reading at which most was committed.
  package var residentFootprint: ResidentFootprint?
  /// Each category's own committed peak.
  package var categoryPeaks: [MemoryCategory: Peak] = [:]
  /// Each thread's own committed peak.
  package var threadPeaks: [UInt64: Peak] = [:]
  /// What the log says of threads beyond their events.
  package var threads: [UInt64: ThreadFacts] = [:]
  /// Largest committed total by time, in buckets of equal width.
  package var timeline = PeakTimeline()
  /// Live bytes after the last event.
  package var endBytes: Int64 = 0
  package var endBlocks: Int64 = 0
  package var missedFrees: UInt64 = 0
  package var unmatchedFrees: UInt64 = 0
  package var unmatchedUnmaps: UInt64 = 0
  package var impossibleSizes: UInt64 = 0
  package var backwardTimes: UInt64 = 0
  /// The categories that the events can show.
  package var covers: Set<MemoryCategory> = []

  package init() {}
}

/// A thread's name, and the stack it runs on.
package struct ThreadFacts: Hashable, Sendable {
  package var name: String?
  package var creator: UInt64?
  package var stackBytes: Int64?
  /// The creator was found by the guard pages in the stack it had given, not by `thread-start`.
  package var isInferred = false

  package init() {}
}

/// The first moment at which a total reaches its maximum.
package struct Peak: Hashable, Sendable, BitwiseCopyable {
  package var bytes: Int64
  /// The ordinal of the event after which the total stands; 0 where nothing was ever live.
  package var event: UInt64
  package var time: UInt64

  package init(bytes: Int64 = 0, event: UInt64 = 0, time: UInt64 = 0) {
    self.bytes = bytes
    self.event = event
    self.time = time
  }
}

/// Largest totals in time buckets whose width doubles as the trace grows.
package struct PeakTimeline: Hashable, Sendable {
  package static let bucketLimit = 2048

  package var start: UInt64 = 0
  /// Log2 of the nanoseconds of a bucket.
  package var shift: UInt64 = 0
  package var peaks: [Int64] = []

  package var width: UInt64 { 1 << shift }

  /// The total after the last note: what an empty bucket holds.
  package var current: Int64 = 0

  package init() {}

  /// Notes that `bytes` are live from `time` on; a time before the start counts to the first bucket.
  package mutating func note(_ bytes: Int64, at time: UInt64) {
    if peaks.isEmpty { start = time }
    let offset = time > start ? time - start : 0
    while offset >> shift >= UInt64(PeakTimeline.bucketLimit) { halve() }
    let bucket = Int(offset >> shift)
    while peaks.count <= bucket { peaks.append(current) }
    peaks[bucket] = max(peaks[bucket], bytes)
    current = bytes
  }

  private mutating func halve() {
    shift += 1
    peaks = stride(from: 0, to: peaks.count, by: 2).map { index in
      index + 1 < peaks.count ? max(peaks[index], peaks[index + 1]) : peaks[index]
    }
  }
}
