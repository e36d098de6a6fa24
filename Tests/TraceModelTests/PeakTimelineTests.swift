import MemtraceTestSupport
import Testing
import TraceModel

@Suite struct PeakTimelineTests {
  @Test(arguments: SeededGenerator.seeds(30))
  func `every bucket holds the largest total that stood in it`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var timeline = PeakTimeline()
    var notes: [(time: UInt64, bytes: Int64)] = []
    var time = random.next() % 1_000_000
    let reach = random.next() % 40
    for _ in 0..<2000 {
      time += random.next() % (1 << reach)
      let bytes = Int64(random.next() % 1_000_000)
      notes.append((time, bytes))
      timeline.note(bytes, at: time)
    }
    #expect(timeline.start == notes[0].time)
    #expect(timeline.peaks.count <= PeakTimeline.bucketLimit)
    #expect(timeline.peaks.max() == notes.map(\.bytes).max())
    // The naive list: what was noted in a bucket; what stood before in a bucket without a note.
    var expected: [Int64] = []
    var last: Int64 = 0
    var next = 0
    while next < notes.count {
      let end = timeline.start + UInt64(expected.count + 1) * timeline.width
      var largest: Int64?
      while next < notes.count, notes[next].time < end {
        largest = max(largest ?? notes[next].bytes, notes[next].bytes)
        last = notes[next].bytes
        next += 1
      }
      expected.append(largest ?? last)
    }
    #expect(timeline.peaks.count == expected.count)
    for (bucket, bytes) in expected.enumerated() where bucket < timeline.peaks.count {
      // Buckets that were joined may hold what stood at the beginning of one of them.
      #expect(timeline.peaks[bucket] >= bytes)
    }
    #expect(timeline.current == last)
  }

  @Test func `a time before the start counts to the first bucket`() {
    var timeline = PeakTimeline()
    timeline.note(5, at: 1000)
    timeline.note(9, at: 10)
    #expect(timeline.peaks == [9])
    #expect(timeline.start == 1000)
  }

  @Test func `the longest possible trace still fits`() {
    var timeline = PeakTimeline()
    timeline.note(5, at: 0)
    timeline.note(7, at: .max)
    #expect(timeline.peaks.count <= PeakTimeline.bucketLimit)
    #expect(timeline.peaks.first == 5)
    #expect(timeline.peaks.last == 7)
    #expect(timeline.shift == 53)
  }

  @Test func `nothing noted is no bucket`() {
    #expect(PeakTimeline().peaks.isEmpty)
  }
}
