import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel

/// Mappings through the matcher, against a dictionary of pages and against the patterns WAMR makes.
@Suite struct AddressSpaceTests {
  private struct Page: Equatable {
    var isAccessible: Bool
    /// A guard page in a mapping that the log never showed.
    var isForeign = false
  }

  /// A line of a log with mappings, and what it does to pages.
  private struct NaiveSpace {
    var pages: [UInt64: Page] = [:]

    static func range(_ address: UInt64, _ size: UInt64) -> Range<UInt64> {
      size == 0 ? 0..<0 : address / 4096..<(address + size + 4095) / 4096
    }

    mutating func map(_ range: Range<UInt64>, accessible: Bool) {
      for page in range { pages[page] = Page(isAccessible: accessible) }
    }

    mutating func unmap(_ range: Range<UInt64>) {
      for page in range { pages[page] = nil }
    }

    mutating func protect(_ range: Range<UInt64>, accessible: Bool) {
      let touched = range.filter { pages[$0] != nil }
      if touched.isEmpty, !accessible {
        for page in range { pages[page] = Page(isAccessible: false, isForeign: true) }
      }
      for page in touched {
        if pages[page]?.isForeign == true, accessible {
          pages[page] = nil
        } else {
          pages[page]?.isAccessible = accessible
        }
      }
    }

    mutating func remap(from source: Range<UInt64>, to target: Range<UInt64>) {
      let first = source.first { pages[$0] != nil }.flatMap { pages[$0] }
      unmap(source)
      map(target, accessible: first?.isAccessible ?? true)
    }

    var committed: Int64 { Int64(pages.values.filter(\.isAccessible).count) * 4096 }
    var reserved: Int64 { Int64(pages.count) * 4096 - committed }
  }

  private static func randomLog(
    _ seed: UInt64, count: Int
  ) -> (text: String, totals: [(committed: Int64, reserved: Int64)]) {
    var random = SeededGenerator(seed: seed)
    var naive = NaiveSpace()
    var text = ""
    var totals: [(committed: Int64, reserved: Int64)] = []
    func place() -> (address: UInt64, size: UInt64) {
      let address = 0x10000 + (random.next() % 48) * 4096 + (random.once(in: 5) ? 100 : 0)
      let sizes: [UInt64] = [4096, 8192, 12288, 20480, 65536, 1, 5000, 32768]
      return (address, sizes[Int(random.next() % 8)])
    }
    for time in 0..<count {
      let (address, size) = place()
      let range = NaiveSpace.range(address, size)
      let access = ["none", "r", "rw", "rx", "rwx"][Int(random.next() % 5)]
      let thread = 10 + random.next() % 3
      let start = "\(time) tid=\(thread) "
      let where_ = "addr=0x\(String(address, radix: 16)) size=\(size)"
      switch random.next() % 10 {
      case 0...2:
        let flags = ["", " flags=0x22", " flags=0x62"][Int(random.next() % 3)]
        text += start + "mmap \(where_) prot=\(access)\(flags)\n"
        naive.map(range, accessible: access != "none")
      case 3...4:
        text += start + "munmap \(where_)\n"
        naive.unmap(range)
      case 5...7:
        let fails = random.once(in: 6)
        text += start + "mprotect \(where_) prot=\(access)\(fails ? " result=-1" : "")\n"
        if !fails { naive.protect(range, accessible: access != "none") }
      case 8:
        let (old, oldSize) = place()
        text += start + "mremap old=0x\(String(old, radix: 16)) oldsize=\(oldSize) \(where_)\n"
        naive.remap(from: NaiveSpace.range(old, oldSize), to: range)
      default:
        text += start + "madvise \(where_) advice=14\n"
      }
      totals.append((naive.committed, naive.reserved))
    }
    // Everything goes at the end.
    text += "\(count) tid=9 munmap addr=0x1 size=2000000\n"
    totals.append((0, 0))
    return (text, totals)
  }

  @Test(arguments: SeededGenerator.seeds(12))
  func `committed and reserved bytes are those of a dictionary of pages`(seed: UInt64) throws {
    let (text, totals) = AddressSpaceTests.randomLog(seed, count: 250)
    let reading = try LogReading(text)
    #expect(reading.diagnostics.isEmpty)
    let cells = reading.cells
    #expect(cells.count == totals.count)
    for (event, total) in totals.enumerated() where event < cells.count {
      #expect(cells[event].reduce(0) { $0 + $1.committed } == total.committed, "event \(event)")
      #expect(cells[event].reduce(0) { $0 + $1.reserved } == total.reserved, "event \(event)")
      #expect(cells[event].allSatisfy { $0.committed >= 0 && $0.reserved >= 0 && $0.count >= 0 })
    }
    // Bytes, and the counts of regions, are all gone.
    #expect(cells.last == [])
    #expect(reading.summary.committedPeak.bytes == totals.map(\.committed).max())
    #expect(reading.summary.reservedPeak.bytes == totals.map(\.reserved).max())
  }

  @Test func `thousands of regions stay what they are`() throws {
    var text = ""
    let pages = 3000
    for page in 0..<pages {
      let address = String((page * 7919 % pages) * 8192 + 0x10000, radix: 16)
      text += "\(page) tid=1 mmap addr=0x\(address) size=4096 prot=rw\n"
    }
    // One protection of everything, then holes.
    text += "\(pages) tid=1 mprotect addr=0x10000 size=\(pages * 8192) prot=none\n"
    for page in stride(from: 0, to: pages, by: 2) {
      let address = String(page * 8192 + 0x10000, radix: 16)
      text += "\(pages + page) tid=1 munmap addr=0x\(address) size=4096\n"
    }
    let reading = try LogReading(text)
    #expect(reading.summary.committedPeak.bytes == Int64(pages) * 4096)
    #expect(reading.summary.reservedPeak.bytes == Int64(pages) * 4096)
    let last = try #require(reading.cells.last)
    #expect(last.reduce(0) { $0 + $1.reserved } == Int64(pages) / 2 * 4096)
    #expect(last.reduce(0) { $0 + $1.count } == Int64(pages) / 2)
  }

  // MARK: Patterns

  private static func total(
    _ reading: LogReading, _ category: MemoryCategory
  ) -> (committed: Int64?, reserved: Int64?) {
    (reading.committed(category).last, reading.reserved(category).last)
  }

  @Test func `a reservation that is opened piece by piece is linear memory`() throws {
    let reading = try LogReading(
      """
      1 tid=1 mmap addr=0x7f0000000000 size=8592031744 prot=none flags=0x22 fd=-1 offset=0
      2 tid=1 munmap addr=0x7f0200000000 size=2097152
      3 tid=1 madvise addr=0x7f0000000000 size=8589934592 advice=14
      4 tid=1 mprotect addr=0x7f0000000000 size=65536 prot=rw
      5 tid=1 mprotect addr=0x7f0000010000 size=131072 prot=rw

      """)
    #expect(reading.committed(.linearMemory) == [0, 0, 0, 65536, 196_608])
    #expect(
      reading.reserved(.linearMemory)
        == [8_592_031_744, 8_589_934_592, 8_589_934_592, 8_589_869_056, 8_589_737_984])
    #expect(reading.summary.covers.contains(.linearMemory))
  }

  @Test func `linear memory that moves when it grows stays linear memory`() throws {
    let reading = try LogReading(
      """
      1 tid=1 mmap addr=0x7f0000000000 size=65536 prot=none flags=0x22
      2 tid=1 mprotect addr=0x7f0000000000 size=65536 prot=rw
      3 tid=1 mremap old=0x7f0000000000 oldsize=65536 addr=0x7f1000000000 size=131072
      4 tid=1 mprotect addr=0x7f1000000000 size=131072 prot=rw
      5 tid=1 munmap addr=0x7f1000000000 size=131072

      """)
    #expect(reading.committed(.linearMemory) == [0, 65536, 131_072, 131_072, 0])
    #expect(reading.cells.last == [])
  }

  @Test func `a failed call changes nothing`() throws {
    let reading = try LogReading(
      """
      1 tid=1 mmap addr=0x7f0000000000 size=65536 prot=rw
      2 tid=1 mprotect addr=0x7f0000000000 size=65536 prot=none result=-1
      3 tid=1 mmap addr=0x0 size=65536 prot=rw
      4 tid=1 mmap addr=0xffffffffffffffff size=65536 prot=rw
      5 tid=1 munmap addr=0x7f0000000000 size=65536 result=-1
      6 tid=1 mremap old=0x7f0000000000 oldsize=65536 addr=0xffffffffffffffff size=131072
      7 tid=1 mmap addr=0x7f0000000000 size=18446744073709551615 prot=rw

      """)
    #expect(reading.committed(.unattributed) == Array(repeating: 65536, count: 7))
  }

  @Test(arguments: ["rx", "rwx"])
  func `what becomes executable is code`(access: String) throws {
    let reading = try LogReading(
      """
      1 tid=1 mmap addr=0x41199000 size=8192 prot=rw flags=0x22
      2 tid=1 mprotect addr=0x41199000 size=4096 prot=\(access)

      """)
    #expect(reading.committed(.aotCode) == [0, 8192])
    #expect(reading.committed(.unattributed) == [8192, 0])
  }

  @Test func `a file of code or of anything else is not linear memory`() throws {
    let reading = try LogReading(
      """
      1 tid=1 mmap addr=0x10000 size=4096 prot=r flags=0x2 fd=3 offset=0 file=/a b/module.wasm
      2 tid=1 mmap addr=0x20000 size=4096 prot=none flags=0x22 fd=4 offset=0
      3 tid=1 mmap addr=0x30000 size=4096 prot=rx flags=0x2 fd=5 file=/lib/libc.so

      """)
    #expect(reading.committed(.moduleFile).last == 4096)
    #expect(reading.committed(.host).last == 4096)
    #expect(reading.reserved(.host).last == 4096)
  }

  @Test func `a worker's stack is its own, and ends when its guard opens`() throws {
    let reading = try LogReading(
      """
      1 tid=1 pthread_create thread=0x7fd1fe556000 stacksize=131072
      2 tid=2 mprotect addr=0x7fd1fe536000 size=12288 prot=none
      3 tid=2 mmap addr=0x7fd1fe52d000 size=32768 prot=rw flags=0x22 fd=-1 offset=0
      4 tid=2 munmap addr=0x7fd1fe52d000 size=32768
      5 tid=2 mprotect addr=0x7fd1fe536000 size=12288 prot=rw

      """)
    let cells = reading.cells
    #expect(
      cells[0] == [
        CellBytes(cell: Cell(category: .nativeStack, thread: 1), committed: 131_072, count: 1)
      ])
    #expect(
      cells[2] == [
        CellBytes(cell: Cell(category: .nativeStack, thread: 2), committed: 118_784, count: 1),
        CellBytes(
          cell: Cell(category: .stackGuard, thread: 2), committed: 32768, reserved: 12288, count: 2),
      ])
    #expect(cells[4] == [])
    let facts = try #require(reading.summary.threads[2])
    #expect(facts.creator == 1)
    #expect(facts.stackBytes == 131_072)
    #expect(facts.isInferred)
  }

  @Test func `a guard that closes before its creator's line is of that stack, too`() throws {
    let reading = try LogReading(
      """
      1 tid=2 mprotect addr=0x7fd1fe536000 size=12288 prot=none
      2 tid=2 mmap addr=0x7fd1fe52d000 size=32768 prot=rw flags=0x22 fd=-1 offset=0
      3 tid=1 pthread_create thread=0x7fd1fe556000 stacksize=131072
      4 tid=2 munmap addr=0x7fd1fe52d000 size=32768
      5 tid=2 mprotect addr=0x7fd1fe536000 size=12288 prot=rw

      """)
    let cells = reading.cells
    #expect(
      cells[2] == [
        CellBytes(cell: Cell(category: .nativeStack, thread: 2), committed: 118_784, count: 1),
        CellBytes(
          cell: Cell(category: .stackGuard, thread: 2), committed: 32768, reserved: 12288, count: 2),
      ])
    #expect(cells[4] == [])
    #expect(reading.summary.threads[2]?.creator == 1)
  }

  @Test func `the log's own thread lines are certain`() throws {
    let reading = try LogReading(
      """
      1 tid=1 pthread_create thread=0x7fd1fe556000 stacksize=131072
      2 tid=2 thread-start self=0x7fd1fe556000 stack=0x7fd1fe536000 stacksize=131072 guard=4096
      3 tid=2 thread name=wasm worker
      4 tid=2 thread-exit

      """)
    #expect(reading.committed(.nativeStack) == [131_072, 131_072, 131_072, 0])
    let facts = try #require(reading.summary.threads[2])
    #expect(facts.creator == 1)
    #expect(!facts.isInferred)
    #expect(facts.name == "wasm worker")
    #expect(reading.cells.last == [])
  }
}
