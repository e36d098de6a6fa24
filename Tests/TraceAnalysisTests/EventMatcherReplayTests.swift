import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel

/// Random logs through the matcher and the aggregators against the naive replay.
@Suite struct EventMatcherReplayTests {
  private static let batchSizes = [[1], [7], [100_000], [3, 50, 1, 16]]

  private static func matched(
    _ log: RandomLog, sizes: [Int], scope: TraceScope? = nil
  ) -> (batches: [EventBatch], summary: TraceSummary) {
    var matcher = EventMatcher()
    matcher.scope = scope
    var batches = log.batches(of: sizes)
    for index in batches.indices { matcher.match(&batches[index]) }
    return (batches, matcher.summary)
  }

  @Test(arguments: SeededGenerator.seeds(10))
  func `peak, its event and the counts are those of the naive replay`(seed: UInt64) {
    let log = RandomLog(seed: seed, count: 500)
    let naive = NaiveReplay(log)
    for sizes in EventMatcherReplayTests.batchSizes {
      let (_, summary) = EventMatcherReplayTests.matched(log, sizes: sizes)
      #expect(summary.eventCount == 500)
      #expect(summary.committedPeak.bytes == naive.peakBytes)
      #expect(summary.committedPeak.event == naive.peakEvent)
      #expect(summary.committedPeak.time == log.events[Int(naive.peakEvent)].time)
      #expect(summary.endBytes == naive.totals.last)
      #expect(summary.endBlocks == Int64(naive.live.count))
      #expect(summary.missedFrees == naive.missedFrees)
      #expect(summary.unmatchedFrees == naive.unmatchedFrees)
      #expect(summary.reservedPeak == Peak())
      #expect(summary.firstTime == log.events.first?.time)
      #expect(summary.lastTime == log.events.last?.time)
      #expect(summary.backwardTimes == 0)
    }
  }

  @Test(arguments: SeededGenerator.seeds(8), [nil, TraceScope.wamr])
  func `live bytes by thread and category after any event are those of the naive replay`(
    seed: UInt64, scope: TraceScope?
  ) {
    let log = RandomLog(seed: seed, count: 300)
    var naive = NaiveReplay()
    let expected = log.events.map { event in
      naive.replay(event)
      return NaiveReplay.cells(naive.live.values, scope: scope)
    }
    for sizes in EventMatcherReplayTests.batchSizes {
      let (batches, _) = EventMatcherReplayTests.matched(log, sizes: sizes, scope: scope)
      var aggregator = CellsAggregator(after: Array(0..<300))
      for batch in batches { aggregator.consume(batch) }
      #expect(aggregator.results == expected)
      // The batch that holds an event is enough: it carries what was live before it.
      for batch in batches {
        var alone = CellsAggregator(after: [batch.firstEvent + UInt64(batch.count) - 1])
        alone.consume(batch)
        #expect(alone.results == [expected[Int(batch.firstEvent) + batch.count - 1]])
      }
    }
  }

  @Test(arguments: SeededGenerator.seeds(10))
  func `each category's and thread's own peak is the naive one`(seed: UInt64) {
    let log = RandomLog(seed: seed, count: 300)
    var naive = NaiveReplay()
    var categories: [MemoryCategory: Peak] = [:]
    var threads: [UInt64: Peak] = [:]
    for (index, event) in log.events.enumerated() {
      naive.replay(event)
      let cells = NaiveReplay.cells(naive.live.values)
      for (category, group) in Dictionary(grouping: cells, by: \.cell.category) {
        let bytes = group.reduce(0) { $0 + $1.committed }
        if bytes > categories[category]?.bytes ?? 0 {
          categories[category] = Peak(bytes: bytes, event: UInt64(index), time: event.time)
        }
      }
      for (thread, group) in Dictionary(grouping: cells, by: \.cell.thread) {
        let bytes = group.reduce(0) { $0 + $1.committed }
        if bytes > threads[thread]?.bytes ?? 0 {
          threads[thread] = Peak(bytes: bytes, event: UInt64(index), time: event.time)
        }
      }
    }
    for sizes in EventMatcherReplayTests.batchSizes {
      let (_, summary) = EventMatcherReplayTests.matched(log, sizes: sizes)
      #expect(summary.categoryPeaks == categories)
      #expect(summary.threadPeaks == threads)
    }
  }

  private struct Site: Hashable {
    var category: MemoryCategory
    var thread: UInt64
    var stack: StackID?
  }

  @Test(arguments: SeededGenerator.seeds(10))
  func `sites at the peak and at the end are those of the naive replay`(seed: UInt64) {
    let log = RandomLog(seed: seed, count: 400)
    let naive = NaiveReplay(log)
    for sizes in EventMatcherReplayTests.batchSizes {
      let (batches, _) = EventMatcherReplayTests.matched(log, sizes: sizes)
      var atPeak = SiteAggregator(through: naive.peakEvent)
      var leaks = SiteAggregator()
      for batch in batches {
        atPeak.consume(batch)
        leaks.consume(batch)
      }
      for (aggregator, blocks) in [(atPeak, naive.peakBlocks), (leaks, Array(naive.live.values))] {
        var expected: [Site: (bytes: Int64, blocks: Int64)] = [:]
        for block in blocks {
          let site = Site(
            category: NaiveReplay.category(block), thread: block.thread,
            stack: block.stack.map(StackID.init(rawValue:)))
          expected[site, default: (0, 0)].bytes += block.size
          expected[site, default: (0, 0)].blocks += 1
        }
        for (site, totals) in aggregator.list {
          let own = expected.removeValue(
            forKey: Site(category: site.category, thread: site.thread, stack: site.stack))
          #expect(totals.bytes == own?.bytes ?? 0)
          #expect(totals.blocks == own?.blocks ?? 0)
        }
        #expect(expected.isEmpty)
      }
      let allocated = log.events.reduce(0) { sum, event in
        event.operation == .free || event.address == 0 ? sum : sum + Int64(event.size ?? 0)
      }
      #expect(leaks.list.reduce(0) { $0 + $1.totals.allocatedBytes } == allocated)
    }
  }

  @Test(arguments: SeededGenerator.seeds(8), [1, 2, 7, 60, 1000])
  func `no bucket of a timeline loses a peak`(seed: UInt64, count: Int) throws {
    let log = RandomLog(seed: seed, count: 300)
    let naive = NaiveReplay(log)
    for sizes in EventMatcherReplayTests.batchSizes {
      let (batches, summary) = EventMatcherReplayTests.matched(log, sizes: sizes)
      let start = try #require(summary.firstTime)
      let end = try #require(summary.lastTime)
      var aggregator = TimelineAggregator(buckets: count, from: start, through: end)
      for batch in batches { aggregator.consume(batch) }
      let buckets = aggregator.finish()
      #expect(buckets.count <= max(1, count))
      var held: Int64 = 0
      // Times never step back: what lies in a bucket is what comes next.
      #expect(naive.times == naive.times.sorted())
      var next = 0
      for (index, bucket) in buckets.enumerated() {
        let first = start + UInt64(index) * aggregator.width
        let place = next
        while next < naive.times.count, naive.times[next] - first < aggregator.width { next += 1 }
        let inside = naive.totals[place..<next]
        let expected = max(inside.max() ?? held, index == 0 ? 0 : held)
        #expect(bucket.peakBytes == expected)
        held = inside.last ?? held
        #expect(bucket.endBytes == held)
        if let event = bucket.event { #expect(naive.totals[Int(event)] == bucket.peakBytes) }
      }
      #expect(next == naive.times.count)
      #expect(buckets.map(\.peakBytes).max() == naive.peakBytes)
    }
  }

  @Test(arguments: SeededGenerator.seeds(10))
  func `the summary's timeline has the naive peak in the right bucket`(seed: UInt64) {
    let log = RandomLog(seed: seed, count: 400)
    let naive = NaiveReplay(log)
    let timeline = EventMatcherReplayTests.matched(log, sizes: [50]).summary.timeline
    let offset = log.events[Int(naive.peakEvent)].time - timeline.start
    #expect(timeline.peaks.max() == naive.peakBytes)
    #expect(timeline.peaks[Int(offset >> timeline.shift)] == naive.peakBytes)
  }

  @Test(arguments: SeededGenerator.seeds(10))
  func `each thread's activity is counted`(seed: UInt64) {
    let log = RandomLog(seed: seed, count: 400)
    var aggregator = ThreadAggregator()
    for batch in EventMatcherReplayTests.matched(log, sizes: [30]).batches {
      aggregator.consume(batch)
    }
    for (thread, events) in Dictionary(grouping: log.events, by: \.thread) {
      let activity = aggregator.threads[thread]
      let begun = events.filter { $0.operation != .free && $0.address != 0 }
      #expect(activity?.events == UInt64(events.count))
      #expect(activity?.firstTime == events.map(\.time).min())
      #expect(activity?.lastTime == events.map(\.time).max())
      #expect(activity?.allocations == Int64(begun.count))
      #expect(activity?.allocatedBytes == begun.reduce(0) { $0 + Int64($1.size ?? 0) })
    }
  }

  // MARK: The table of live blocks

  /// Wherever in an address its bits differ.
  @Test(arguments: [12, 24, 36, 48] as [UInt64])
  func `ten thousand live blocks come and go`(shift: UInt64) {
    // The naive total is too slow for this one: live bytes are kept beside it.
    var random = SeededGenerator(seed: shift)
    var live: [UInt64: Int64] = [:]
    var events: [LogEvent] = []
    var total: Int64 = 0
    var peak: Int64 = 0
    for time in 0..<40_000 as Range<UInt64> {
      let address = (random.next() % 20_000 + 1) << shift
      if random.once(in: 3) {
        events.append(LogEvent(time: time, thread: 1, .free, address))
        total -= live.removeValue(forKey: address) ?? 0
      } else {
        let size = random.next() % 1000
        events.append(LogEvent(time: time, thread: 1, .malloc, address, size: size))
        total += Int64(size) - (live.updateValue(Int64(size), forKey: address) ?? 0)
        peak = max(peak, total)
      }
    }
    let (_, summary) = EventMatcherReplayTests.matched(RandomLog(events: events), sizes: [5000])
    #expect(summary.committedPeak.bytes == peak)
    #expect(summary.endBytes == total)
    #expect(summary.endBlocks == Int64(live.count))
  }

  @Test func `addresses that share a hash keep their own blocks`() {
    // The inverse of the table's multiplier: these addresses fall on few neighbouring slots.
    let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
    var inverse = multiplier
    for _ in 0..<6 { inverse = inverse &* (2 &- multiplier &* inverse) }
    #expect(inverse &* multiplier == 1)
    let addresses = (0..<64).map { number -> UInt64 in
      let high: UInt64 = [0xFFF, 0, 1][number % 3]
      return inverse &* (high << 52 | UInt64(number + 1))
    }
    for seed in SeededGenerator.seeds(12) {
      var random = SeededGenerator(seed: seed)
      var events: [LogEvent] = []
      for time in 0..<1500 as Range<UInt64> {
        let address = addresses[Int(random.next() % 64)]
        let event =
          random.once(in: 2)
          ? LogEvent(time: time, thread: 1, .free, address)
          : LogEvent(time: time, thread: 1, .malloc, address, size: random.next() % 100 + 1)
        events.append(event)
      }
      let log = RandomLog(events: events)
      let naive = NaiveReplay(log)
      let (_, summary) = EventMatcherReplayTests.matched(log, sizes: [200])
      #expect(summary.committedPeak.bytes == naive.peakBytes)
      #expect(summary.committedPeak.event == naive.peakEvent)
      #expect(summary.endBytes == naive.totals.last)
      #expect(summary.missedFrees == naive.missedFrees)
      #expect(summary.unmatchedFrees == naive.unmatchedFrees)
    }
  }

  @Test func `two hundred thousand threads are no trouble`() {
    var matcher = EventMatcher()
    let threads: UInt64 = 200_000
    var batches = 0
    for first in stride(from: 0, to: threads, by: 50_000) {
      var batch = EventBatch(
        firstEvent: first,
        shapeTable: [EventShape(.malloc, [EventShape.address, EventShape.size])])
      for number in first..<(first + 50_000) {
        batch.shapes.append(0)
        batch.times.append(number)
        batch.threads.append(number &* 0x9E37_79B9)
        batch.addresses.append((number + 1) * 16)
        batch.olds.append(0)
        batch.sizes.append(1)
        batch.stacks.append(0)
      }
      matcher.match(&batch)
      #expect(batch.derived.checkpoint.count == Int(first))
      batches += 1
    }
    let summary = matcher.summary
    #expect(batches == 4)
    #expect(summary.committedPeak == Peak(bytes: 200_000, event: 199_999, time: 199_999))
    #expect(summary.threadPeaks.count == 200_000)
  }
}
