import CMemtraceChannel
import MemtraceTestSupport
import Testing
import TraceModel
import TraceRecording

/// Programs that become others, end, or have children.
@Suite struct ProcessTests {
  @Test func `an exec stands between the old program's events and the new one's`() throws {
    let recording = try Recording()
    let old = try recording.ring(start: 1)
    let thread = try recording.ring(start: 1, number: 1, tid: 101)
    thread.isBusy = true
    _ = thread.claim(.malloc, at: 9, [0x5000, 1])
    old.write(.process, at: 1, [100, 4096, 1], text: "/bin/sh")
    old.write(.exec, at: 10, text: "/nowhere")
    old.write(.execFailed, at: 11, [2], text: "/nowhere")
    old.write(.malloc, at: 12, [0x1000, 1])
    old.write(.exec, at: 13, text: "/bin/two words")
    let new = try recording.ring(start: 2)
    new.write(.process, at: 20, [100, 4096, 1], text: "/bin/two words")
    new.write(.malloc, at: 21, [0x1000, 2])
    new.write(.exit, at: 22, [UInt64(bitPattern: -1)])
    #expect(
      try recording.end(.exit(status: 3)) == [
        "11 tid=100 exec file=/nowhere result=2", "12 tid=100 malloc addr=0x1000 size=1",
        "13 tid=100 exec file=/bin/two words", "21 tid=100 malloc addr=0x1000 size=2",
        "22 tid=100 exit status=3",
      ])
    #expect(recording.sink().lines[0].hasSuffix("pagesize=4096 scope=process pid=100 exe=/bin/sh"))
    #expect(recording.sink().isFinished)
  }

  @Test func `what full rings hold at the end comes in one order`() throws {
    let recording = try Recording()
    let capacity = 1 << 20
    let rings = [
      try recording.ring(capacity: capacity),
      try recording.ring(number: 1, tid: 101, capacity: capacity),
    ]
    // The first holds more than is looked at in one piece, and an event after all of the second.
    let count = UInt64(30_000)
    for index in 1...count { rings[0].write(.free, at: index * 10, [index]) }
    rings[1].write(.free, at: 15, [1])
    rings[1].write(.free, at: count * 10 - 5, [2])
    let times = try recording.end(.exit(status: 0)).compactMap { UInt64($0.prefix { $0 != " " }) }
    #expect(times.count == Int(count) + 3)
    #expect(times.prefix(3) == [10, 15, 20])
    #expect(times.dropLast(2).last == count * 10 - 5)
  }

  @Test func `children are left alone, and told so`() throws {
    let recording = try Recording()
    try recording.ring().write(.malloc, at: 1, [0x1000, 1])
    let child = try recording.ring(pid: 101)
    child.write(.malloc, at: 2, [0x1000, 1])
    #expect(try recording.events(at: 10).count == 1)
    #expect(child.isAbandoned)
    #expect(recording.collector.logs.count == 1)
  }

  @Test func `followed children have logs of their own`() throws {
    let recording = try Recording(followsChildren: true)
    let ring = try recording.ring()
    ring.write(.malloc, at: 1, [0x1000, 1])
    ring.write(.fork, at: 2, [4_000_001])
    // No process has this number: it is seen to have ended.
    let child = try recording.ring(pid: 4_000_001)
    child.write(.malloc, at: 3, [0x1000, 9])
    #expect(try recording.events(at: 10).last == "2 tid=100 fork child=4000001")
    _ = try recording.events(at: 11)
    #expect(recording.sink(4_000_001).events == ["3 tid=100 malloc addr=0x1000 size=9"])
    #expect(recording.sink(4_000_001).isFinished)
    #expect(!recording.collector.hasRunningChildren)
    #expect(try recording.end().count == 2)
  }

  @Test func `a sink that fails lets the program go on without a reader`() throws {
    let recording = try Recording()
    let ring = try recording.ring()
    ring.write(.malloc, at: 1, [0x1000, 1])
    _ = recording.collector.round(at: 10)
    recording.sink().limit = 10
    for time in UInt64(20)..<1000 { ring.write(.malloc, at: time, [time, 1]) }
    _ = recording.collector.round(at: 1_000_000_000)
    _ = recording.collector.round(at: 2_000_000_000)
    #expect(ring.isAbandoned)
    #expect(throws: TraceError.self) { try recording.collector.finish() }
    #expect(recording.sink().isDiscarded)
  }

  @Test func `nothing of the session's rings is left`() throws {
    let recording = try Recording()
    let ring = try recording.ring()
    ring.write(.malloc, at: 1, [0x1000, 1])
    _ = try recording.events(at: 10)
    #expect(try recording.folder.names() == [])
  }
}

/// Files that no recorder has written.
@Suite struct HostileRingTests {
  @Test func `impossible headers are refused`() throws {
    let changes: [(inout memtrace_ring) -> Void] = [
      { $0.magic = 7 }, { $0.version = 2 }, { $0.capacity = 0 },
      { $0.capacity = 1 << 15 }, { $0.capacity = .max },
      { $0.capacity = (1 << 16) - 8 },
    ]
    for change in changes {
      let recording = try Recording()
      let ring = try recording.ring()
      ring.setHeader(change)
      ring.write(.malloc, at: 1, [0x1000, 1])
      #expect(try recording.events(at: 10) == [])
      #expect(recording.collector.logs.isEmpty)
    }
  }

  @Test func `other files and unfinished ones are let be`() throws {
    let recording = try Recording()
    _ = try recording.folder.write([1, 2, 3], to: "a.ring")
    _ = try recording.folder.write([UInt8](repeating: 0, count: 9000), to: "b.ring")
    _ = try recording.folder.write([UInt8](repeating: 1, count: 9000), to: "c.ring")
    _ = try recording.folder.write([], to: "d.ring.new")
    for time: UInt64 in [1, 2, 5_000_000_000, 6_000_000_000] {
      #expect(try recording.events(at: time) == [])
    }
  }

  @Test func `a record that is none ends its ring only`() throws {
    let heads: [UInt64] = [
      memtrace_record_word(16, 0, 0, 0), memtrace_record_word(16, 0, 3, 0),
      memtrace_record_word(16, 0, 65535, 0), memtrace_record_word(200, 0, 0, 0), .max,
    ]
    for head in heads {
      let recording = try Recording()
      let torn = try recording.ring()
      torn.write(.malloc, at: 1, [0x1000, 1])
      torn.setWord(4, head)
      torn.setHeader { $0.reserved += 24 }
      try recording.ring(number: 1, tid: 101).write(.malloc, at: 2, [0x2000, 1])
      #expect(try recording.events(at: 10).count == 2)
      #expect(torn.isAbandoned)
      _ = try recording.end()
      let notes = recording.collector.diagnostics(of: recording.collector.logs[0]).map(\.message)
      #expect(notes.contains { $0.contains("damaged") })
    }
  }

  @Test(arguments: 0..<40)
  func `random bytes are never a trap`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let recording = try Recording()
    for number: UInt32 in 0..<3 {
      let ring = try recording.ring(number: number, tid: 100 + number, capacity: 4096)
      ring.setHeader { header in
        header.busy = .random(in: 0...1, using: &random)
        header.reserved = .random(in: 0 ... .max, using: &random)
        if seed % 3 == 0 { header.consumed = .random(in: 0 ... .max, using: &random) }
      }
      for index in 0..<512 {
        let operation = RecordOperation.allCases.randomElement(using: &random) ?? .free
        let word = UInt64.random(in: 0 ... .max, using: &random)
        let length = UInt16.random(in: 0...12, using: &random)
        ring.setWord(
          index,
          index % Int.random(in: 1...6, using: &random) == 0
            ? memtrace_record_word(operation.rawValue, UInt8(truncatingIfNeeded: word), length, 1)
            : word)
      }
    }
    for time: UInt64 in [1, 1 << 40, .max] { _ = try recording.events(at: time) }
    _ = try recording.end()
  }
}
