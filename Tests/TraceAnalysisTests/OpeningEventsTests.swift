import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel

/// A log cut at any event says of the rest what the whole log says.
@Suite struct OpeningEventsTests {
  @Test(arguments: SeededGenerator.seeds(8))
  func `after every event of the rest the live bytes are those of the naive replay`(seed: UInt64) {
    let log = RandomLog(seed: seed, count: 300)
    var naive = NaiveReplay()
    let expected = log.events.map { event in
      naive.replay(event)
      return NaiveReplay.cells(naive.live.values)
    }
    var random = SeededGenerator(seed: seed)
    for _ in 0..<8 {
      let cut = random.next() % 300
      let part = CutLog(log.batches(of: [40]), before: cut, matcher: { EventMatcher() })
      let before = cut == 0 ? [] : [expected[Int(cut) - 1]]
      #expect(part.cells == (before.isEmpty ? [[]] : before) + expected[Int(cut)...])
    }
  }

  @Test(arguments: SeededGenerator.seeds(8))
  func `peaks and counts are those of the rest alone`(seed: UInt64) {
    let log = RandomLog(seed: seed, count: 300)
    let naive = NaiveReplay(log)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<8 {
      let cut = Int(random.next() % 300)
      var before = NaiveReplay()
      for event in log.events[..<cut] { before.replay(event) }
      let part = CutLog(log.batches(of: [40]), before: UInt64(cut), matcher: { EventMatcher() })
      let first = cut == 0 ? 0 : naive.totals[cut - 1]
      #expect(part.summary.committedPeak.bytes == max(first, naive.totals[cut...].max() ?? 0))
      #expect(part.summary.missedFrees == naive.missedFrees - before.missedFrees)
      #expect(part.summary.unmatchedFrees == naive.unmatchedFrees - before.unmatchedFrees)
      #expect(part.summary.firstTime == log.events[cut].time)
      #expect(part.summary.lastTime == log.events.last?.time)
      #expect(part.summary.timeline.peaks.max() == part.summary.committedPeak.bytes)
      #expect(part.summary.endBytes == naive.totals.last)
      #expect(part.summary.endBlocks == Int64(naive.live.count))
    }
  }

  @Test(arguments: SeededGenerator.seeds(8))
  func `each category's and thread's own peak is that of the rest`(seed: UInt64) {
    let log = RandomLog(seed: seed, count: 200)
    let cut = Int(SeededGenerator(seed: seed).first % 200)
    var naive = NaiveReplay()
    var categories: [MemoryCategory: Int64] = [:]
    var threads: [UInt64: Int64] = [:]
    for (index, event) in log.events.enumerated() {
      naive.replay(event)
      guard index + 1 >= cut else { continue }
      let cells = NaiveReplay.cells(naive.live.values)
      for (category, group) in Dictionary(grouping: cells, by: \.cell.category) {
        let bytes = group.reduce(0) { $0 + $1.committed }
        if bytes > 0 { categories[category] = max(categories[category] ?? 0, bytes) }
      }
      for (thread, group) in Dictionary(grouping: cells, by: \.cell.thread) {
        let bytes = group.reduce(0) { $0 + $1.committed }
        if bytes > 0 { threads[thread] = max(threads[thread] ?? 0, bytes) }
      }
    }
    let part = CutLog(log.batches(of: [17]), before: UInt64(cut), matcher: { EventMatcher() })
    #expect(part.summary.categoryPeaks.mapValues(\.bytes) == categories)
    #expect(part.summary.threadPeaks.mapValues(\.bytes) == threads)
  }

  @Test func `the opening total is a peak that stands after the last opening event`() {
    let log = RandomLog(events: [
      LogEvent(time: 1, thread: 1, .malloc, 0x10, size: 100),
      LogEvent(time: 2, thread: 1, .malloc, 0x20, size: 7),
      LogEvent(time: 3, thread: 1, .free, 0x20),
      LogEvent(time: 4, thread: 1, .free, 0x10),
    ])
    let part = CutLog(log.batches(of: [9]), before: 3, matcher: { EventMatcher() })
    #expect(part.opening.count == 1)
    #expect(part.summary.committedPeak == Peak(bytes: 100, event: 0, time: 4))
    #expect(part.summary.timeline.start == 4)
  }

  @Test func `a realloc of a block that is gone is no odd free`() {
    let log = RandomLog(events: [
      LogEvent(time: 1, thread: 1, .malloc, 0x10, size: 100),
      LogEvent(time: 2, thread: 1, .realloc, 0x20, old: 0x10, size: 30),
      LogEvent(time: 3, thread: 1, .malloc, 0x10, size: 5),
      LogEvent(time: 4, thread: 1, .free, 0x20),
    ])
    let part = CutLog(log.batches(of: [9]), before: 3, matcher: { EventMatcher() })
    #expect(part.opening.count == 2)
    #expect(part.summary.unmatchedFrees == 0)
    #expect(part.summary.endBytes == 5)
  }

  @Test(arguments: SampleLogTests.samples)
  func `a sample cut anywhere keeps its live bytes`(sample: String) throws {
    try check(try LogReading(sample: sample))
  }

  private func check(_ reading: LogReading) throws {
    let whole = reading.cells
    let count = UInt64(whole.count)
    for part in 1..<6 as Range<UInt64> {
      let cut = count * part / 6
      let log = CutLog(reading.batches, before: cut, matcher: reading.freshMatcher)
      #expect(log.cells == Array(whole[(Int(cut) - 1)...]))
      #expect(
        log.summary.committedPeak.bytes
          == whole[(Int(cut) - 1)...].map { $0.reduce(0) { $0 + $1.committed } }.max())
    }
  }

  @Test(arguments: SeededGenerator.seeds(8))
  func `with rules the rest has the same categories, owners and instances`(seed: UInt64) throws {
    var log = RandomLog(seed: seed, count: 300)
    for index in log.events.indices where log.events[index].stack == 2 {
      log.events[index].size = UInt64(AttributionReplayTests.structBytes) + 1024 * (seed % 70 + 1)
    }
    let rules = try AttributionReplayTests.rules()
    func matcher() -> EventMatcher {
      var matcher = EventMatcher(rules: rules)
      matcher.define(StackBatch(AttributionReplayTests.stacks))
      return matcher
    }
    let whole = CutLog(log.batches(of: [50]), before: 0, matcher: matcher)
    for cut in stride(from: 13, to: 300, by: 41) {
      let part = CutLog(log.batches(of: [50]), before: UInt64(cut), matcher: matcher)
      #expect(part.cells == Array(whole.cells[cut...]))
      #expect(part.instances() == whole.instances())
    }
  }
}

extension SeededGenerator {
  fileprivate var first: UInt64 {
    var copy = self
    return copy.next()
  }
}
