import MemtraceTestSupport
import Testing
import TraceModel

@Suite struct PeakSitesTests {
  private static func site(
    _ bytes: Int64, blocks: Int64 = 1, thread: UInt64 = 1, stack: UInt64? = nil,
    category: MemoryCategory = .runtimeOther
  ) -> LiveSite {
    LiveSite(
      category: category, thread: thread, stack: stack, bytes: bytes, reserved: 0,
      blocks: blocks, allocations: 1, allocatedBytes: bytes)
  }

  @Test func `the largest are kept one by one, of the others the sums`() {
    let sites = (0..<UInt64(PeakSites.limit + 44)).map {
      PeakSitesTests.site(Int64($0) + 1, blocks: 2, stack: $0)
    }
    var random = SeededGenerator(seed: 1)
    let kept = PeakSites(of: sites.shuffled(using: &random))
    #expect(kept.largest.map(\.bytes) == (45...300).reversed())
    #expect(kept.restCount == 44)
    #expect(kept.restBytes == 44 * 45 / 2)
    #expect(kept.restBlocks == 88)
  }

  @Test func `equal ones stand in one order, and those that hold nothing nowhere`() {
    let ordered = [
      PeakSitesTests.site(5), PeakSitesTests.site(5, stack: 1),
      PeakSitesTests.site(5, thread: 10, stack: 2), PeakSitesTests.site(5, thread: 9, stack: 2),
      PeakSitesTests.site(5, category: .linearMemory),
      PeakSitesTests.site(0, blocks: 3),
    ].sorted { left, right in
      (right.bytes, left.category) < (left.bytes, right.category)
    }
    var random = SeededGenerator(seed: 2)
    for _ in 0..<20 {
      let shuffled = (ordered + [PeakSitesTests.site(0, blocks: 0)]).shuffled(using: &random)
      #expect(PeakSites(of: shuffled).largest == ordered)
    }
  }
}
