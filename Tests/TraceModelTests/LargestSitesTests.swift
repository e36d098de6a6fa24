import MemtraceTestSupport
import Testing
import TraceModel

@Suite struct LargestSitesTests {
  private static func site(
    _ bytes: Int64, blocks: Int64 = 1, thread: UInt64 = 1, stack: UInt64? = nil,
    category: MemoryCategory = .runtimeOther
  ) -> LiveSite {
    LiveSite(
      category: category, thread: thread, stack: stack, bytes: bytes, reserved: 0,
      blocks: blocks, allocations: 1, allocatedBytes: bytes)
  }

  @Test func `the largest are kept one by one, of the others the sums`() {
    let sites = (0..<UInt64(LargestSites.limit + 44)).map {
      LargestSitesTests.site(Int64($0) + 1, blocks: 2, stack: $0)
    }
    var random = SeededGenerator(seed: 1)
    let kept = LargestSites(of: sites.shuffled(using: &random))
    #expect(kept.largest.map(\.bytes) == (45...300).reversed())
    #expect(kept.restCount == 44)
    #expect(kept.restBytes == 44 * 45 / 2)
    #expect(kept.restBlocks == 88)
  }

  @Test func `equal ones stand in one order, and those that hold nothing nowhere`() {
    let ordered = [
      LargestSitesTests.site(5), LargestSitesTests.site(5, stack: 1),
      LargestSitesTests.site(5, thread: 10, stack: 2),
      LargestSitesTests.site(5, thread: 9, stack: 2),
      LargestSitesTests.site(5, category: .linearMemory),
      LargestSitesTests.site(0, blocks: 3),
    ].sorted { left, right in
      (right.bytes, left.category) < (left.bytes, right.category)
    }
    var random = SeededGenerator(seed: 2)
    for _ in 0..<20 {
      let shuffled = (ordered + [LargestSitesTests.site(0, blocks: 0)]).shuffled(using: &random)
      #expect(LargestSites(of: shuffled).largest == ordered)
    }
  }
}
