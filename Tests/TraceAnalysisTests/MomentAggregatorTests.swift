import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel

/// Moments that explain a timeline.
@Suite struct MomentAggregatorTests {
  private static func moments(_ log: String) throws -> MomentAggregator {
    var moments = MomentAggregator()
    for batch in try LogReading(log).batches {
      moments.consume(batch)
      moments.consumeRecorded(batch)
    }
    return moments
  }

  @Test func `growth is what linear memory gains in one event`() throws {
    let moments = try MomentAggregatorTests.moments(
      """
      #memtrace-log 1 clock=monotonic-ns pagesize=4096 scope=wamr
      10 tid=1 malloc addr=0x1000 size=65536 usage=linear
      20 tid=1 malloc addr=0x90000 size=500 usage=runtime
      30 tid=1 realloc old=0x1000 addr=0x200000 size=131072 usage=linear
      40 tid=1 realloc old=0x200000 addr=0x200000 size=100000 usage=linear
      50 tid=1 free addr=0x200000

      """)
    #expect(moments.growth.map(\.time) == [10, 30])
    #expect(moments.growth.map(\.bytes) == [65536, 65536])
    #expect(moments.growth.map(\.event) == [0, 2])
    #expect(moments.growthCount == 2)
  }

  @Test func `a failure is a call that asked for memory and got none`() throws {
    let moments = try MomentAggregatorTests.moments(
      """
      10 tid=1 malloc addr=0x0 size=48
      20 tid=1 malloc addr=0x0 size=0
      30 tid=1 realloc old=0x10 addr=0x0 size=64
      40 tid=1 realloc old=0x10 addr=0x0 size=0
      50 tid=1 mmap addr=0xffffffffffffffff size=4096 prot=rw
      60 tid=1 mprotect addr=0x1000 size=8192 prot=rw result=-1
      70 tid=1 mprotect addr=0x1000 size=8192 prot=rw result=0
      80 tid=1 free addr=0x0
      90 tid=1 mark name=loaded

      """)
    #expect(moments.failures.map(\.time) == [10, 30, 50, 60])
    #expect(moments.failures.map(\.bytes) == [48, 64, 4096, 8192])
    #expect(moments.failures.map(\.name) == ["malloc", "realloc", "mmap", "mprotect"])
    #expect(moments.marks.map(\.name) == ["loaded"])
  }

  @Test func `the largest growth and the first failures are kept, and all are counted`() throws {
    var log = "#memtrace-log 1 clock=monotonic-ns pagesize=4096 scope=wamr\n"
    let count = MomentAggregator.limit + 50
    for number in 1...count {
      log += "\(number) tid=1 malloc addr=0x\(String(number * 0x10_0000, radix: 16)) "
      log += "size=\(number * 16) usage=linear\n"
      log += "\(number) tid=1 malloc addr=0x0 size=\(number)\n"
    }
    let moments = try MomentAggregatorTests.moments(log)
    #expect(moments.growthCount == count)
    #expect(Set(moments.growth.map(\.bytes)) == Set((51...count).map { Int64($0 * 16) }))
    #expect(moments.failureCount == count)
    #expect(moments.failures.map(\.bytes) == (1...MomentAggregator.limit).map(Int64.init))
  }
}
