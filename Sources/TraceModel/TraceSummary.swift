/// What ingest knows of a whole event log, kept in the footer so that queries need no scan.
package struct TraceSummary: Hashable, Sendable {
  package var eventCount: UInt64 = 0
  package var firstTime: UInt64?
  package var lastTime: UInt64?
  /// The moment of the largest committed total.
  package var committedPeak = Peak()
  /// The moment of the largest reserved total.
  package var reservedPeak = Peak()
  /// Each category's own committed peak.
  package var categoryPeaks: [MemoryCategory: Peak] = [:]
  /// Each thread's own committed peak.
  package var threadPeaks: [UInt64: Peak] = [:]
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

/// The first moment at which a total reaches its maximum.
package struct Peak: Hashable, Sendable {
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
  /// Nanoseconds a bucket; a power of two.
  package var width: UInt64 = 1
  package var peaks: [Int64] = []

  /// The total after the last note: what an empty bucket holds.
  package var current: Int64 = 0

  package init() {}

  /// Notes that `bytes` are live from `time` on; a time before the start counts to the first bucket.
  package mutating func note(_ bytes: Int64, at time: UInt64) {
    if peaks.isEmpty { start = time }
    let offset = time > start ? time - start : 0
    while offset / width >= UInt64(PeakTimeline.bucketLimit) { halve() }
    let bucket = Int(offset / width)
    while peaks.count <= bucket { peaks.append(current) }
    peaks[bucket] = max(peaks[bucket], bytes)
    current = bytes
  }

  private mutating func halve() {
    width *= 2
    peaks = stride(from: 0, to: peaks.count, by: 2).map { index in
      index + 1 < peaks.count ? max(peaks[index], peaks[index + 1]) : peaks[index]
    }
  }
}
