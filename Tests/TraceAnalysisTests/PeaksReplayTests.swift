import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel

/// Peaks of threads, categories and times, which matching notes only where one is passed, against the
/// naive replay.
@Suite struct PeaksReplayTests {
  private static let batchSizes = [[1], [100_000], [3, 50, 1, 16]]

  private static func summary(_ log: RandomLog, sizes: [Int]) -> TraceSummary {
    var matcher = EventMatcher()
    for var batch in log.batches(of: sizes) { matcher.match(&batch) }
    return matcher.summary
  }

  /// The first event after which each key's blocks were largest, and how large.
  private static func peaks<Key: Hashable>(
    _ log: RandomLog, by key: (NaiveReplay.Block) -> Key
  ) -> [Key: Peak] {
    var naive = NaiveReplay()
    var peaks: [Key: Peak] = [:]
    for (event, line) in log.events.enumerated() {
      naive.replay(line)
      for (key, blocks) in Dictionary(grouping: naive.live.values, by: key) {
        let bytes = blocks.reduce(0) { $0 + $1.size }
        if bytes > peaks[key]?.bytes ?? 0 {
          peaks[key] = Peak(bytes: bytes, event: UInt64(event), time: line.time)
        }
      }
    }
    return peaks
  }

  @Test(arguments: SeededGenerator.seeds(8))
  func `each thread and category has its peak at the event that made it`(seed: UInt64) {
    for log in [RandomLog(seed: seed, count: 500), RandomLog.heap(seed: seed, count: 500)] {
      let threads = PeaksReplayTests.peaks(log, by: \.thread)
      let categories = PeaksReplayTests.peaks(log) { NaiveReplay.category($0) }
      #expect(threads.count > 1)
      for sizes in PeaksReplayTests.batchSizes {
        let summary = PeaksReplayTests.summary(log, sizes: sizes)
        #expect(summary.threadPeaks == threads)
        #expect(summary.categoryPeaks == categories)
      }
    }
  }

  @Test(arguments: SeededGenerator.seeds(8))
  func `each part of the summary's timeline has its largest total`(seed: UInt64) {
    for log in [RandomLog(seed: seed, count: 500), RandomLog.heap(seed: seed, count: 500)] {
      let naive = NaiveReplay(log)
      for sizes in PeaksReplayTests.batchSizes {
        let timeline = PeaksReplayTests.summary(log, sizes: sizes).timeline
        var expected: [Int64] = []
        var held: Int64 = 0
        for (time, total) in zip(naive.times, naive.totals) {
          let place = Int((time - naive.times[0]) >> timeline.shift)
          while expected.count <= place { expected.append(held) }
          expected[place] = max(expected[place], total)
          held = total
        }
        #expect(timeline.peaks == expected)
      }
    }
  }

  @Test func `a log's span holds times that step back`() throws {
    let reading = try LogReading(
      """
      5 tid=1 malloc addr=0x1000 size=1
      3 tid=1 malloc addr=0x2000 size=1
      9 tid=1 malloc addr=0x3000 size=1
      7 tid=1 free addr=0x1000

      """)
    #expect(reading.summary.firstTime == 3)
    #expect(reading.summary.lastTime == 9)
    #expect(reading.summary.backwardTimes == 2)
  }
}
