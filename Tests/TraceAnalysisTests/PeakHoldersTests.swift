import MemtraceTestSupport
import Testing
import ThreadPool
import TraceAnalysis
import TraceModel

/// Who holds memory at the peak, found while batches pass by, is what a replay finds.
@Suite struct PeakHoldersTests {
  private static func holders(
    _ log: RandomLog, batches sizes: [Int], threads: Int
  ) -> (cells: [CellBytes], sites: LargestSites, peak: Peak, batches: [EventBatch]) {
    var matcher = EventMatcher()
    var holders = PeakHolders(pool: ThreadPool(threads: threads))
    var matched: [EventBatch] = []
    for var batch in log.batches(of: sizes) {
      matcher.match(&batch)
      holders.take(batch, peak: matcher.committedPeak, isOpening: false)
      matched.append(batch)
    }
    let found = holders.finish(at: matcher.committedPeak)
    return (found.cells, found.sites, matcher.committedPeak, matched)
  }

  /// What was live at the peak, by site.
  private static func sites(
    _ blocks: [NaiveReplay.Block]
  ) -> [SiteAggregator.Site: (bytes: Int64, blocks: Int64)] {
    var sites: [SiteAggregator.Site: (bytes: Int64, blocks: Int64)] = [:]
    for block in blocks {
      let site = SiteAggregator.Site(
        category: NaiveReplay.category(block), thread: block.thread,
        stack: block.stack.map(StackID.init(rawValue:)))
      sites[site, default: (0, 0)].bytes += block.size
      sites[site, default: (0, 0)].blocks += 1
    }
    return sites
  }

  private static func logs(_ seed: UInt64) -> [RandomLog] {
    var manySites = RandomLog.Options()
    manySites.threads = 200
    manySites.addresses = 3000
    return [
      RandomLog(seed: seed, count: 400), RandomLog.heap(seed: seed, count: 400),
      RandomLog(seed: seed, count: 1500, options: manySites),
    ]
  }

  @Test(arguments: SeededGenerator.seeds(8), [1, 3])
  func `cells and sites at the peak are those of the naive replay`(
    seed: UInt64, threads: Int
  ) {
    for log in PeakHoldersTests.logs(seed) {
      let naive = NaiveReplay(log)
      let found = PeakHoldersTests.holders(log, batches: [50, 7, 120], threads: threads)
      #expect(found.peak.bytes == naive.peakBytes)
      #expect(found.cells == NaiveReplay.cells(naive.peakBlocks))
      let expected = PeakHoldersTests.sites(naive.peakBlocks)
      for site in found.sites.largest {
        let key = SiteAggregator.Site(
          category: site.category, thread: site.thread,
          stack: site.stack.map(StackID.init(rawValue:)))
        #expect(expected[key]?.bytes == site.bytes)
        #expect(expected[key]?.blocks == site.blocks)
      }
      #expect(found.sites.largest.count + found.sites.restCount == expected.count)
      #expect(found.sites.largest.count == min(expected.count, LargestSites.limit))
      let bytes = found.sites.largest.reduce(found.sites.restBytes) { $0 + $1.bytes }
      #expect(bytes == naive.peakBytes)
      let blocks = found.sites.largest.reduce(found.sites.restBlocks) { $0 + $1.blocks }
      #expect(blocks == Int64(naive.peakBlocks.count))
      let sizes = found.sites.largest.map(\.bytes)
      #expect(sizes == sizes.sorted(by: >))
    }
  }

  @Test(arguments: SeededGenerator.seeds(4), [1, 3])
  func `sites at the peak are those of a scan through it`(seed: UInt64, threads: Int) {
    for log in PeakHoldersTests.logs(seed) {
      let found = PeakHoldersTests.holders(log, batches: [50, 7, 120], threads: threads)
      var scan = SiteAggregator(through: found.peak.event)
      for batch in found.batches { scan.consume(batch) }
      #expect(found.sites == PeakHoldersTests.peakSites(scan))
    }
  }

  private static func peakSites(_ scan: SiteAggregator) -> LargestSites {
    LargestSites(
      of: scan.list.map { site, totals in
        LiveSite(
          category: site.category, thread: site.thread, stack: site.stack?.rawValue,
          bytes: totals.bytes, reserved: totals.reserved, blocks: totals.blocks,
          allocations: totals.allocations, allocatedBytes: totals.allocatedBytes)
      })
  }

  @Test(arguments: SampleLogTests.samples, [1, 2])
  func `cells and sites at a sample's peak are those of a scan through it`(
    sample: String, threads: Int
  ) throws {
    let reading = try LogReading(sample: sample)
    let peak = reading.summary.committedPeak
    var holders = PeakHolders(pool: ThreadPool(threads: threads))
    var scan = SiteAggregator(through: peak.event)
    var cells = CellsAggregator(after: [peak.event])
    var highest = Peak()
    for batch in reading.batches {
      if batch.firstEvent + UInt64(batch.count) > peak.event { highest = peak }
      holders.take(batch, peak: highest, isOpening: false)
      scan.consume(batch)
      cells.consume(batch)
    }
    let found = holders.finish(at: peak)
    #expect(found.cells == cells.results.first)
    #expect(found.sites == PeakHoldersTests.peakSites(scan))
  }

  @Test(arguments: SeededGenerator.seeds(6))
  func `what opening events leave may be the peak`(seed: UInt64) throws {
    let log = RandomLog(seed: seed, count: 300)
    // Behind its own peak only what is live then, or less, is left.
    let cut = min(NaiveReplay(log).peakEvent + 1, 299)
    let part = CutLog(log.batches(of: [40]), before: cut, matcher: { EventMatcher() })
    let opening = UInt64(part.opening.count)
    var holders = PeakHolders(pool: ThreadPool(threads: 1))
    let peak = part.summary.committedPeak
    for batch in part.batches {
      let isBehind = batch.firstEvent + UInt64(batch.count) > peak.event
      let isOpening = batch.firstEvent < opening
      holders.take(batch, peak: isBehind && !isOpening ? peak : Peak(), isOpening: isOpening)
    }
    let found = holders.finish(at: peak)
    var scan = SiteAggregator(through: peak.event)
    var cells = CellsAggregator(after: [peak.event])
    for batch in part.batches {
      scan.consume(batch)
      cells.consume(batch)
    }
    #expect(found.cells == cells.results.first)
    #expect(found.sites == PeakHoldersTests.peakSites(scan))
    #expect(found.sites.largest.reduce(0) { $0 + $1.bytes } == peak.bytes)
  }

  @Test func `a log in which nothing is ever live has no holders`() {
    let log = RandomLog(events: [LogEvent(time: 1, thread: 1, .free, 0x10)])
    let found = PeakHoldersTests.holders(log, batches: [1], threads: 2)
    #expect(found.cells.isEmpty)
    #expect(found.sites == LargestSites(of: []))
  }
}
