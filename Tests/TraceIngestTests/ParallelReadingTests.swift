import Foundation
import Glibc
import MemtraceTestSupport
import Testing
import ThreadPool
import TraceIngest
import TraceModel

/// Reading on several threads, and from inputs that come in pieces, is reading.
@Suite struct ParallelReadingTests {
  /// More than two jobs' blocks of text, with lines of all kinds among it.
  private static let text: String = {
    var lines = RandomLog.heap(seed: 7, count: 75_000).events.map(\.line)
    for (index, place) in stride(from: 0, to: 55_000, by: 5000).enumerated() {
      lines[place] = "hello"
      lines[place + 1] = "#memtrace-log 1 scope=\(index % 2 == 0 ? "process" : "wamr")"
      lines[place + 2] = "stack \(index) frame=f\(index)"
      lines[place + 3] = "\(index) tid=1 mark name=m\(index)"
      lines[place + 4] = "5 tid=x free addr=0x1"
    }
    return lines.joined(separator: "\n") + "\n"
  }()

  private static func expectSame(
    _ found: [EventBatch], _ expected: [EventBatch],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    #expect(found.map(\.count) == expected.map(\.count), sourceLocation: sourceLocation)
    for (found, expected) in zip(found, expected) {
      #expect(found.firstEvent == expected.firstEvent, sourceLocation: sourceLocation)
      #expect(found.shapeTable == expected.shapeTable, sourceLocation: sourceLocation)
      #expect(found.shapes == expected.shapes, sourceLocation: sourceLocation)
      for column in [
        \.times, \.threads, \.addresses, \.olds, \.sizes, \.stacks,
      ] as [KeyPath<EventBatch, [UInt64]>] {
        #expect(
          found[keyPath: column] == expected[keyPath: column], sourceLocation: sourceLocation)
      }
      #expect(found.extras == expected.extras, sourceLocation: sourceLocation)
      #expect(found.strings == expected.strings, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [2, 3, 7])
  func `any number of threads reads what one reads`(threads: Int) throws {
    let file = try TemporaryFile(ParallelReadingTests.text)
    let alone = try AllocatorLogReading(path: file.path)
    let together = try AllocatorLogReading(path: file.path, threads: threads)
    let read = InputLimits.batchBlocks * InputLimits.blockBytes
    #expect(ParallelReadingTests.text.utf8.count > 2 * read)
    ParallelReadingTests.expectSame(together.batches, alone.batches)
    #expect(together.stacks == alone.stacks)
    #expect(together.headers == alone.headers)
    #expect(together.diagnostics == alone.diagnostics)
    #expect(together.scope == alone.scope)
  }

  @Test func `a header line ends a batch, at whatever row it stands`() throws {
    let reading = try AllocatorLogReading(
      """
      #memtrace-log 1 scope=process
      1 tid=1 free addr=0x1
      2 tid=1 free addr=0x2
      #memtrace-log 1 scope=wamr
      #memtrace-log 1 scope=wamr pagesize=4096
      3 tid=1 free addr=0x3
      # a comment ends none
      4 tid=1 free addr=0x4

      """)
    #expect(reading.batches.map(\.count) == [2, 2])
    #expect(reading.batches.map(\.firstEvent) == [0, 2])
    #expect(reading.headers.map(\.firstEvent) == [0, 2, 2])
  }

  @Test(arguments: [1, 3])
  func `CSV columns hold for all blocks behind their header`(threads: Int) throws {
    var options = RandomLog.Options()
    options.hasStacks = false
    let events = RandomLog(seed: 3, count: 5000, options: options).events
    let note = String(repeating: "x", count: 250)
    let text =
      "ts_ns,tid,op,addr,old,size,usage,note\n" + events.map { "\($0.row),\(note)\n" }.joined()
    let file = try TemporaryFile(text)
    let reading = try AllocatorLogReading(path: file.path, threads: threads)
    #expect(text.utf8.count > InputLimits.blockBytes)
    #expect(reading.batches.flatMap(\.times) == events.map(\.time))
    #expect(reading.batches.flatMap(\.addresses) == events.map(\.address))
    #expect(reading.diagnostics.isEmpty)
  }

  /// An error behind lines that say something, too: the lines come first.
  @Test(arguments: [1, 3])
  func `what an input holds before its error is told first`(threads: Int) throws {
    let folder = try TemporaryFolder()
    let lines = String(repeating: "1 tid=1 free addr=0x1\n", count: 200_000)
    let path = try folder.write(Array((lines + "2 tid=x free addr=0x1\n").utf8), to: "endless")
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    // A sparse file: NUL bytes that take no room.
    try file.truncate(atOffset: 290 << 20)
    try file.close()
    let reading = try AllocatorLogReading(path: path, threads: threads)
    #expect(reading.error?.code == .limitExceeded)
    #expect(reading.error?.location?.line == 200_002)
    #expect(reading.diagnostics.map { $0.location?.line } == [200_001])
    let strict = try AllocatorLogReading(path: path, isStrict: true, threads: threads)
    #expect(strict.error?.code == .malformed)
    #expect(strict.error?.location?.line == 200_001)
  }

  @Test(arguments: [1, 7, 4096, 65_537, 262_144])
  func `however a pipe portions its bytes, the blocks are the same`(portion: Int) throws {
    let text = Array(ParallelReadingTests.text.utf8.prefix(portion < 100 ? 20_000 : 2_500_000))
    let file = try TemporaryFile(text)
    let expected = try AllocatorLogReading(path: file.path)
    let folder = try TemporaryFolder()
    let pipe = folder.file("pipe")
    try #require(unsafe mkfifo(pipe, 0o600) == 0)
    let writer = Thread {
      let descriptor = unsafe open(pipe, O_WRONLY | O_CLOEXEC)
      var place = 0
      while place < text.count {
        let count = unsafe text.withUnsafeBytes { bytes in
          unsafe write(
            descriptor, bytes.baseAddress?.advanced(by: place), min(portion, text.count - place))
        }
        guard count > 0 else { break }
        place += count
      }
      close(descriptor)
    }
    writer.start()
    let piped = try AllocatorLogReading(path: pipe, threads: 3)
    ParallelReadingTests.expectSame(piped.batches, expected.batches)
    #expect(piped.diagnostics == expected.diagnostics)
  }
}
