import MemtraceTestSupport
import Testing
import ThreadPool
import TraceIngest
import TraceModel

/// The lines of an allocator log that are no events.
@Suite struct HeaderAndStackLineTests {
  @Test func `a header says scope and page size and keeps its text`() throws {
    let text = "#memtrace-log 1 clock=monotonic-ns pagesize=16384 scope=process pid=7 exe=/a b"
    let reading = try AllocatorLogReading("\(text)\n1 tid=1 free addr=0x10\n")
    let header = try #require(reading.headers.first)
    #expect(header.text == text)
    #expect(header.pageSize == 16384)
    #expect(header.firstEvent == 0)
    #expect(reading.scope == .process)
  }

  @Test(arguments: ["2", "10", "0", "1.1", "x"])
  func `a log of another version is refused by name`(version: String) throws {
    let reading = try AllocatorLogReading("#memtrace-log \(version)\n1 tid=1 free addr=0x10\n")
    #expect(reading.error?.code == .unsupportedVersion)
    #expect(reading.error?.message.contains("version \(version);") == true)
    #expect(reading.error?.location?.line == 1)
  }

  @Test func `stacks stand where they were defined`() throws {
    let reading = try AllocatorLogReading(
      """
      stack 1 frame=main (a.c:1)
      1 tid=1 malloc addr=0x10 size=1 stack=1
      stack 2 parent=1 frame=f  with  spaces
      stack 3 parent=2 frame=
      stack x
      stack 4 parent=y frame=z
      2 tid=1 malloc addr=0x20 size=1 stack=9

      """)
    #expect(
      reading.stacks == [
        StackDefinition(
          id: StackID(rawValue: 1), parent: nil, frame: "main (a.c:1)", firstEvent: 0),
        StackDefinition(
          id: StackID(rawValue: 2), parent: StackID(rawValue: 1), frame: "f  with  spaces",
          firstEvent: 1),
        StackDefinition(
          id: StackID(rawValue: 3), parent: StackID(rawValue: 2), frame: "", firstEvent: 1),
      ])
    #expect(reading.events.count == 2)
    #expect(reading.diagnostics.map(\.message.count).count == 2)
  }

  @Test(arguments: [1, 3])
  func `every batch of events comes behind the stacks that its events name`(threads: Int) throws {
    var lines = ""
    for number in 1...100_000 {
      lines += "stack \(number) frame=f\n\(number) tid=1 malloc addr=0x10 size=1 stack=\(number)\n"
    }
    let file = try TemporaryFile(Array(lines.utf8))
    let input = try InputFile(path: file.path)
    _ = try input.head(limit: InputLimits.headBytes)
    var blocks = LineBlocks(input)
    var context = ReadContext(
      source: 0, file: "log", firstEvent: 0, isStrict: false, pool: ThreadPool(threads: threads))
    var known: UInt64 = 0
    var batches = 0
    try TraceReaderRegistry.reader(named: "memtrace-log").read(&blocks, context: &context) {
      switch $0 {
      case .stacks(let stacks):
        #expect(stacks.rows.first?.id == known + 1)
        known = try #require(stacks.rows.last).id
      case .events(let batch):
        batches += 1
        #expect(try #require(batch.stacks.max()) <= known)
        #expect(known <= batch.firstEvent + UInt64(batch.count) + 1)
      default: break
      }
    }
    #expect(known == 100_000)
    #expect(batches >= 3)
  }

  @Test func `the one number that a store cannot keep for a stack is text`() throws {
    let reading = try AllocatorLogReading(
      """
      stack 5 parent=18446744073709551615 frame=f
      1 tid=1 malloc addr=0x10 size=1 stack=18446744073709551615
      2 tid=1 malloc addr=0x10 size=1 stack=18446744073709551614

      """)
    #expect(reading.stacks.isEmpty)
    #expect(reading.diagnostics.count == 1)
    #expect(
      reading.events.map(\.keys.last) == [
        "stack=18446744073709551615", "stack:18446744073709551614",
      ])
  }
}
