import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel

/// Real recordings: what WAMR's mappings become, and that nothing is lost on the way.
@Suite struct SampleLogTests {
  static let samples = [
    "preload__1.2.3-fast__memmax.log", "preload__main-aot__threads_wat.log",
    "preload__main-aot__xip_manyfuncs.log", "preload__main-aot_nohw__bigdata_hb.log",
    "preload__main-aot_nohw__threads_wat.log", "preload__main-classic__memmax.log",
    "preload__main-fast__threads_wat.log", "preload__main-fast_nohw__threads_wat.log",
    "emb__1.3.3-classic__func__lib_exports.jsonl", "emb__main-aot__insts__lib_exports.csv",
    "emb__main-fast__main__threads_wat.log", "usage__main-usage_nohw__main__memmax.log",
    "usage__main-usagehw__main__memmax.jsonl",
  ]

  @Test(arguments: samples)
  func `the parts are the total after every event`(sample: String) throws {
    let reading = try LogReading(sample: sample)
    #expect(reading.diagnostics.isEmpty)
    var naive = NaiveReplay()
    var adjustments: [Int: Int64] = [:]
    for batch in reading.batches {
      for change in batch.derived.adjustments {
        adjustments[Int(batch.firstEvent) + change.row, default: 0] += change.committed
      }
    }
    var mapped: Int64 = 0
    var peak: (bytes: Int64, event: UInt64) = (0, 0)
    let heap = reading.heapLog
    for (event, cells) in reading.cells.enumerated() {
      if let line = heap[event] { naive.replay(line) }
      mapped += adjustments[event] ?? 0
      let total = mapped + naive.live.values.reduce(0) { $0 + $1.size }
      #expect(cells.reduce(0) { $0 + $1.committed } == total)
      #expect(cells.allSatisfy { $0.committed >= 0 && $0.reserved >= 0 && $0.count >= 0 })
      if total > peak.bytes { peak = (total, UInt64(event)) }
    }
    #expect(reading.summary.committedPeak.bytes == peak.bytes)
    #expect(reading.summary.committedPeak.event == peak.event)
  }

  @Test(arguments: samples, [1, 7, 1000])
  func `a timeline of blocks and mappings holds the largest total of each bucket`(
    sample: String, count: Int
  ) throws {
    let reading = try LogReading(sample: sample)
    let hasMappings = reading.batches.contains { !$0.derived.adjustments.isEmpty }
    #expect(hasMappings == sample.hasPrefix("preload"))
    let start = try #require(reading.summary.firstTime)
    var aggregator = TimelineAggregator(
      buckets: count, from: start, through: try #require(reading.summary.lastTime))
    for batch in reading.batches { aggregator.consume(batch) }
    let buckets = aggregator.finish()
    var expected = buckets.map { _ in (peak: Int64(0), end: Int64(0)) }
    var current = 0
    for (time, cells) in zip(reading.batches.flatMap(\.times), reading.cells) {
      let total = cells.reduce(0) { $0 + $1.committed }
      // A clock that steps back does not move the total into the past.
      while current < Int((time - start) / aggregator.width) {
        let held = expected[current].end
        current += 1
        expected[current] = (held, held)
      }
      expected[current] = (max(expected[current].peak, total), total)
    }
    #expect(current == buckets.count - 1)
    #expect(buckets.map(\.peakBytes) == expected.map(\.peak))
    #expect(buckets.map(\.endBytes) == expected.map(\.end))
  }

  /// The figures of another program's replay of the heap blocks alone.
  @Test(
    arguments: [
      ("emb__1.3.3-classic__func__lib_exports.jsonl", 141_011, 0, 188),
      ("emb__main-aot__insts__lib_exports.csv", 83656, 0, 258),
      ("emb__main-fast__main__threads_wat.log", 337_418, 0, 282),
      ("usage__main-usage_nohw__main__memmax.log", 531_032, 0, 107),
      ("usage__main-usagehw__main__memmax.jsonl", 544_842, 0, 131),
    ] as [(String, Int64, Int64, Int)])
  func `logs of the allocator hooks have their known peaks`(
    sample: String, peak: Int64, end: Int64, events: Int
  ) throws {
    let reading = try LogReading(sample: sample)
    #expect(reading.summary.committedPeak.bytes == peak)
    #expect(reading.summary.endBytes == end)
    #expect(reading.eventCount == events)
  }

  @Test func `threads of an embedder have their bytes at the peak`() throws {
    let reading = try LogReading(sample: "emb__main-aot__insts__lib_exports.csv")
    let peak = reading.cells[Int(reading.summary.committedPeak.event)]
    let threads = Dictionary(grouping: peak, by: \.cell.thread).mapValues {
      $0.reduce(0) { $0 + $1.committed }
    }
    #expect(threads == [19321: 1968, 19322: 18884, 19323: 19908, 19324: 20940, 19325: 21956])
  }

  @Test func `usage tells linear memory from the runtime's`() throws {
    let reading = try LogReading(sample: "usage__main-usage_nohw__main__memmax.log")
    let peak = reading.cells[Int(reading.summary.committedPeak.event)]
    #expect(
      Dictionary(grouping: peak, by: \.cell.category).mapValues {
        $0.reduce(0) { $0 + $1.committed }
      } == [.runtimeOther: 72280, .linearMemory: 458_752])
  }

  // MARK: Linear memory

  @Test(
    arguments: [
      // Six pages, grown by two: 8 GiB reserved, the alignment's tail given back.
      ("preload__main-aot__threads_wat.log", [262_144, 393_216], 8_592_031_744),
      ("preload__main-fast__threads_wat.log", [262_144, 393_216], 8_592_031_744),
      ("preload__main-classic__memmax.log", [196_608, 458_752], 8_592_031_744),
      ("preload__1.2.3-fast__memmax.log", [196_608, 458_752], 8_592_031_744),
      ("preload__main-aot__xip_manyfuncs.log", [69632], 8_592_031_744),
      // Without hardware bound checks: shared memory reserves its maximum, other memory nothing.
      ("preload__main-aot_nohw__threads_wat.log", [262_144, 393_216], 4_194_304),
      ("preload__main-fast_nohw__threads_wat.log", [262_144, 393_216], 4_194_304),
      ("preload__main-aot_nohw__bigdata_hb.log", [589_824], 589_824),
    ] as [(String, [Int64], Int64)])
  func `linear memory is found, grows and goes`(
    sample: String, committed: [Int64], reserved: Int64
  ) throws {
    let reading = try LogReading(sample: sample)
    var steps: [Int64] = []
    for bytes in reading.committed(.linearMemory) where bytes != steps.last ?? 0 {
      steps.append(bytes)
    }
    #expect(steps == committed + [0])
    #expect(reading.reserved(.linearMemory).max() == reserved)
    #expect(reading.reserved(.linearMemory).last == 0)
    #expect(reading.summary.categoryPeaks[.linearMemory]?.bytes == committed.last)
  }

  // MARK: Code, stacks, guards

  @Test(
    arguments: [
      ("preload__main-aot__threads_wat.log", 8192),
      ("preload__main-aot_nohw__threads_wat.log", 8192),
      ("preload__main-aot__xip_manyfuncs.log", 32768),
      ("preload__main-aot_nohw__bigdata_hb.log", 114_688),
      ("preload__main-classic__memmax.log", 0),
      ("preload__main-fast__threads_wat.log", 0),
    ] as [(String, Int64)])
  func `executable and low mappings are code`(sample: String, peak: Int64) throws {
    let reading = try LogReading(sample: sample)
    #expect(reading.committed(.aotCode).max() == peak)
    #expect(reading.committed(.aotCode).last == 0)
  }

  @Test(
    arguments: [
      ("preload__main-aot__threads_wat.log", [21871, 21872, 21873, 21874], 21870),
      ("preload__main-fast__threads_wat.log", [21821, 21822, 21823, 21824], 21820),
    ] as [(String, [UInt64], UInt64)])
  func `each worker's stack belongs to the worker`(
    sample: String, workers: [UInt64], creator: UInt64
  ) throws {
    let reading = try LogReading(sample: sample)
    for worker in workers {
      let facts = try #require(reading.summary.threads[worker])
      #expect(facts.creator == creator)
      #expect(facts.stackBytes == 131_072)
      #expect(facts.isInferred)
      let own = reading.cells.map { cells in
        cells.filter { $0.cell.thread == worker && $0.cell.category == .nativeStack }
          .reduce(0) { $0 + $1.committed }
      }
      #expect(own.max() == 118_784)
      let guards = reading.cells.map { cells in
        cells.filter { $0.cell.thread == worker && $0.cell.category == .stackGuard }
      }
      // Three guard pages, one page before the environment's stack, and the signal stack.
      #expect(guards.map { $0.reduce(0) { $0 + $1.committed } }.max() == 32768)
      #expect(guards.map { $0.reduce(0) { $0 + $1.reserved } }.max() == 12288)
    }
    #expect(reading.committed(.nativeStack).last == 0)
    #expect(reading.committed(.stackGuard).last == 0)
    #expect(reading.reserved(.stackGuard).last == 0)
    #expect(reading.summary.unmatchedUnmaps == 0)
  }

  @Test(arguments: [
    "preload__main-aot_nohw__threads_wat.log", "preload__main-fast_nohw__threads_wat.log",
  ])
  func `stacks without guards stay with the thread that made them`(sample: String) throws {
    let reading = try LogReading(sample: sample)
    #expect(reading.summary.threads.isEmpty)
    #expect(reading.committed(.nativeStack).last == 524_288)
    #expect(reading.committed(.stackGuard).max() == 0)
  }

  @Test(arguments: samples.filter { $0.hasPrefix("preload") })
  func `no mapping of the runtime is left without a category`(sample: String) throws {
    let reading = try LogReading(sample: sample)
    for batch in reading.batches {
      let unknown = batch.derived.adjustments.filter { $0.category == .unattributed }
      #expect(unknown.isEmpty)
    }
  }

  @Test func `a protection that failed leaves code as it was`() throws {
    let reading = try LogReading(sample: "preload__main-aot__xip_manyfuncs.log")
    var steps: [Int64] = []
    for bytes in reading.committed(.aotCode) where bytes != steps.last ?? 0 { steps.append(bytes) }
    #expect(steps == [24576, 32768, 24576, 0])
    #expect(reading.reserved(.aotCode).max() == 0)
  }
}
