import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel

/// A program's log of its own linear memory: every byte of it in one category.
@Suite struct GuestScopeTests {
  @Test func `linear memory is divided to the byte`() throws {
    let log = try LogReading(
      """
      #memtrace-log 1 clock=monotonic-ns pagesize=65536 scope=guest
      1 tid=0 memory size=131072
      2 tid=0 region addr=0x400 size=1000 name=static-data
      3 tid=0 region addr=0x800 size=65536 name=aux-stack
      4 tid=0 region addr=0x10800 size=63488 name=libc-heap
      5 tid=0 malloc addr=0x10810 size=16384
      6 tid=0 calloc addr=0x15000 size=100
      7 tid=1 thread-start self=0x10810 stack=0x14000
      8 tid=0 memory size=196608
      9 tid=1 realloc old=0x15000 addr=0x16000 size=50000
      10 tid=1 free addr=0x16000
      11 tid=1 thread-exit
      12 tid=0 free addr=0x10810

      """)
    #expect(log.committed(.staticData).dropFirst() == .init(repeating: 1000, count: 11)[...])
    #expect(log.committed(.auxStack).last == 65536)
    #expect(
      log.committed(.libcHeap) == [0, 0, 0, 0, 16384, 16484, 100, 100, 50000, 0, 0, 0])
    #expect(
      log.committed(.threadAuxStack) == [0, 0, 0, 0, 0, 0, 16384, 16384, 16384, 16384, 16384, 0])
    let totals = log.cells.map { $0.reduce(0) { $0 + $1.committed } }
    #expect(totals == .init(repeating: 131072, count: 7) + .init(repeating: 196608, count: 5))
    #expect(log.summary.committedPeak.bytes == 196608)
    #expect(log.summary.unmatchedFrees == 0)
    let stack = try #require(log.cells[7].first { $0.cell.category == .threadAuxStack })
    #expect(stack.cell.thread == 1)
  }

  @Test func `a log that contradicts itself has no negative parts`() throws {
    let log = try LogReading(
      """
      #memtrace-log 1 scope=guest
      1 tid=0 malloc addr=0x10 size=100
      2 tid=0 memory size=60
      3 tid=0 malloc addr=0x20 size=100
      4 tid=0 free addr=0x10
      5 tid=0 free addr=0x20

      """)
    #expect(log.cells.allSatisfy { $0.allSatisfy { $0.committed >= 0 } })
    #expect(log.cells.map { $0.reduce(0) { $0 + $1.committed } } == [100, 100, 200, 100, 60])
  }

  @Test(arguments: ["main__program", "2.4.4__threads"])
  func `recorded programs close to the byte`(sample: String) throws {
    let log = try LogReading(sample: "../guest/\(sample).log")
    let heap = log.committed(.libcHeap)
    let stacks = log.committed(.threadAuxStack)
    #expect(log.cells.last?.reduce(0) { $0 + $1.committed } == log.summary.committedPeak.bytes)
    #expect(log.summary.committedPeak.bytes % 65536 == 0)
    #expect(log.cells.allSatisfy { $0.allSatisfy { $0.committed >= 0 } })
    if sample == "main__program" {
      // What the program prints.
      #expect(heap.max() == 92579)
      #expect(heap.last == 54132)
    } else {
      #expect(stacks.max() == 65536)
      #expect(heap.last == 0)
    }
  }
}
