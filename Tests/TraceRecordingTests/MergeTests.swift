import CMemtraceChannel
import MemtraceTestSupport
import Testing
import TraceModel
import TraceRecording

@Suite struct ChannelTests {
  @Test func `operations have the numbers of the channel's header`() {
    let numbers: [(RecordOperation, memtrace_op)] = [
      (.skip, memtrace_op_skip), (.process, memtrace_op_process), (.owner, memtrace_op_owner),
      (.stack, memtrace_op_stack), (.image, memtrace_op_image),
      (.imageGone, memtrace_op_image_gone), (.malloc, memtrace_op_malloc),
      (.calloc, memtrace_op_calloc), (.memalign, memtrace_op_memalign),
      (.alignedAlloc, memtrace_op_aligned_alloc), (.posixMemalign, memtrace_op_posix_memalign),
      (.valloc, memtrace_op_valloc), (.pvalloc, memtrace_op_pvalloc),
      (.realloc, memtrace_op_realloc), (.free, memtrace_op_free), (.mmap, memtrace_op_mmap),
      (.munmap, memtrace_op_munmap), (.mprotect, memtrace_op_mprotect),
      (.mremap, memtrace_op_mremap), (.madvise, memtrace_op_madvise), (.brk, memtrace_op_brk),
      (.pthreadCreate, memtrace_op_pthread_create), (.threadStart, memtrace_op_thread_start),
      (.threadExit, memtrace_op_thread_exit), (.threadName, memtrace_op_thread_name),
      (.fork, memtrace_op_fork), (.exec, memtrace_op_exec), (.execFailed, memtrace_op_exec_failed),
      (.exit, memtrace_op_exit), (.signal, memtrace_op_signal),
    ]
    for (operation, number) in numbers { #expect(UInt32(operation.rawValue) == number.rawValue) }
    #expect(numbers.count + 1 == RecordOperation.allCases.count)
  }
}

/// Rings of several threads become one log in the order of time.
@Suite struct MergeTests {
  @Test func `events of two threads come in the order of their times`() throws {
    let recording = try Recording()
    let first = try recording.ring()
    let second = try recording.ring(number: 1, tid: 101)
    first.write(.malloc, at: 10, [0x1000, 5])
    first.write(.malloc, at: 30, [0x3000, 7])
    second.write(.malloc, at: 20, [0x2000, 6])
    second.write(.free, at: 40, [0x3000])
    #expect(
      try recording.events(at: 100) == [
        "10 tid=100 malloc addr=0x1000 size=5", "20 tid=101 malloc addr=0x2000 size=6",
        "30 tid=100 malloc addr=0x3000 size=7", "40 tid=101 free addr=0x3000",
      ])
    #expect(recording.sink().lines[0].hasPrefix("#memtrace-log 1 clock=monotonic-ns pagesize="))
  }

  @Test func `at one time a release comes first`() throws {
    let recording = try Recording()
    try recording.ring().write(.malloc, at: 10, [0x1000, 5])
    try recording.ring(number: 1, tid: 101).write(.free, at: 10, [0x1000])
    #expect(try recording.events(at: 100).map { $0.contains("free") } == [true, false])
  }

  @Test func `nothing later than a busy thread's last event is written`() throws {
    let recording = try Recording()
    let busy = try recording.ring()
    let other = try recording.ring(number: 1, tid: 101)
    busy.isBusy = true
    busy.write(.malloc, at: 20, [0x2000, 1])
    let claim = busy.claim(.malloc, at: 25, [0x2500, 1])
    for time: UInt64 in [10, 20, 24, 30] { other.write(.malloc, at: time, [time << 8, 1]) }
    #expect(try recording.events(at: 100).map { $0.prefix(2) } == ["10", "20", "20"])
    busy.complete(claim)
    busy.isBusy = false
    #expect(
      try recording.events(at: 101).map { $0.prefix(2) } == ["10", "20", "20", "24", "25", "30"])
  }

  @Test func `events after the moment of looking wait for the next look`() throws {
    let recording = try Recording()
    let ring = try recording.ring()
    ring.write(.malloc, at: 10, [0x1000, 1])
    ring.write(.malloc, at: 200, [0x2000, 1])
    #expect(try recording.events(at: 100).count == 1)
    #expect(try recording.events(at: 300).count == 2)
  }

  @Test func `a thread that stands still inside an operation is waited for two seconds`() throws {
    let recording = try Recording()
    let stuck = try recording.ring()
    stuck.isBusy = true
    try recording.ring(number: 1, tid: 101).write(.malloc, at: 50, [0x1000, 1])
    #expect(try recording.events(at: 1000) == [])
    #expect(try recording.events(at: 1_000_000_000) == [])
    #expect(try recording.events(at: 4_000_000_000).count == 1)
    _ = try recording.end()
    let notes = recording.collector.diagnostics(of: recording.collector.logs[0]).map(\.message)
    #expect(notes.contains { $0.contains("stood still") })
  }

  @Test func `a handler's records behind a claimed one wait for it`() throws {
    let recording = try Recording()
    let ring = try recording.ring()
    ring.isBusy = true
    let outer = ring.claim(.malloc, at: 10, [0x1000, 1])
    ring.write(.malloc, at: 12, [0x2000, 2])
    ring.write(.free, at: 13, [0x2000])
    #expect(try recording.events(at: 100) == [])
    ring.complete(outer)
    ring.isBusy = false
    #expect(try recording.events(at: 101).map { $0.prefix(2) } == ["10", "12", "13"])
  }

  @Test func `times never go back`() throws {
    let recording = try Recording()
    let ring = try recording.ring()
    for time: UInt64 in [10, 14, 12, 15] { ring.write(.malloc, at: time, [time << 8, 1]) }
    #expect(try recording.events(at: 100).map { $0.prefix(2) } == ["10", "14", "14", "15"])
  }

  @Test func `times are rounded, and the order is that of the clock`() throws {
    let recording = try Recording(resolution: 10)
    let first = try recording.ring()
    let second = try recording.ring(number: 1, tid: 101)
    for time: UInt64 in [10, 14, 29] { first.write(.malloc, at: time, [time << 8, 1]) }
    for time: UInt64 in [12, 19, 30] { second.write(.malloc, at: time, [time << 8, 1]) }
    #expect(
      try recording.events(at: 100).map { $0.prefix(10) } == [
        "10 tid=100", "10 tid=101", "10 tid=100", "10 tid=101", "20 tid=100", "30 tid=101",
      ])
  }

  @Test func `records wrap around the end of a ring, which gets its room back`() throws {
    let recording = try Recording()
    let ring = try recording.ring(capacity: 4096)
    var written = 0
    for round in 0..<100 {
      for index in 0..<37 {
        let time = UInt64(1 + round * 37 + index)
        ring.write(.realloc, at: time, [time << 4, 1, 0, time])
        written += 1
      }
      #expect(try recording.events(at: UInt64(round * 37 + 38)).count == written)
    }
    #expect(ring.consumed > 100 * 37 * 48)
    for (index, event) in recording.sink().events.enumerated() {
      #expect(event.hasPrefix("\(index + 1) tid=100 realloc old=0x0 addr="))
    }
  }

  @Test func `a ring serves another thread from its owner record on`() throws {
    let recording = try Recording()
    let ring = try recording.ring(tid: 7)
    ring.write(.threadExit, at: 1)
    ring.write(.owner, at: 2, [8])
    ring.write(.threadStart, at: 3, [0x99, 0x1000, 4096, 512])
    #expect(
      try recording.events(at: 10) == [
        "1 tid=7 thread-exit",
        "3 tid=8 thread-start self=0x99 stack=0x1000 stacksize=4096 guard=512",
      ])
    #expect(recording.collector.logs[0].threadCount == 2)
  }

  @Test func `what a killed writer had claimed is passed over`() throws {
    let recording = try Recording()
    let ring = try recording.ring()
    ring.isBusy = true
    ring.write(.malloc, at: 10, [0x1000, 1])
    _ = ring.claim(.malloc, at: 11, [0x2000, 1])
    ring.write(.malloc, at: 12, [0x3000, 1])
    #expect(
      try recording.end(.signal(number: 9)).map { $0.split(separator: " ").dropFirst(2).first } == [
        "malloc", "malloc", "signal",
      ])
  }
}

/// Moves give up their old address some time before they are recorded.
@Suite struct MoveTests {
  @Test func `a move stands before another thread's use of the old address`() throws {
    let recording = try Recording()
    let mover = try recording.ring()
    let other = try recording.ring(number: 1, tid: 101)
    mover.write(.malloc, at: 1, [0x1000, 5])
    mover.write(.realloc, at: 20, [0x2000, 50, 0x1000, 10])
    other.write(.malloc, at: 15, [0x1000, 6])
    #expect(
      try recording.events(at: 100) == [
        "1 tid=100 malloc addr=0x1000 size=5",
        "15 tid=100 realloc old=0x1000 addr=0x2000 size=50",
        "15 tid=101 malloc addr=0x1000 size=6",
      ])
  }

  @Test func `a use before the move began is left where it is`() throws {
    let recording = try Recording()
    let mover = try recording.ring()
    let other = try recording.ring(number: 1, tid: 101)
    other.write(.malloc, at: 5, [0x1000, 6])
    mover.write(.realloc, at: 20, [0x2000, 50, 0x1000, 10])
    #expect(try recording.events(at: 100).map { $0.prefix(2) } == ["5 ", "20"])
  }

  @Test func `moves that follow each other's addresses come in their order`() throws {
    let recording = try Recording()
    let first = try recording.ring()
    let second = try recording.ring(number: 1, tid: 101)
    let third = try recording.ring(number: 2, tid: 102)
    first.write(.realloc, at: 30, [0x9000, 9, 0x1000, 10])
    second.write(.realloc, at: 28, [0x1000, 9, 0x2000, 11])
    third.write(.malloc, at: 25, [0x2000, 4])
    #expect(
      try recording.events(at: 100) == [
        "25 tid=100 realloc old=0x1000 addr=0x9000 size=9",
        "25 tid=101 realloc old=0x2000 addr=0x1000 size=9",
        "25 tid=102 malloc addr=0x2000 size=4",
      ])
  }

  @Test func `a mapping that moved makes room for one that overlaps it`() throws {
    let recording = try Recording()
    let mover = try recording.ring()
    let other = try recording.ring(number: 1, tid: 101)
    mover.write(.mremap, at: 20, [0x90000, 0x8000, 0x10000, 10, 0x4000])
    other.write(.mmap, at: 15, [0x13000, 0x1000, 3, 0x22, .max, 0])
    #expect(
      try recording.events(at: 100) == [
        "15 tid=100 mremap old=0x10000 oldsize=16384 addr=0x90000 size=32768",
        "15 tid=101 mmap addr=0x13000 size=4096 prot=rw flags=0x22 fd=-1 offset=0",
      ])
  }
}

/// Call stacks become frames that are defined before they are used.
@Suite struct StackTests {
  @Test func `stacks share their outer frames, and equal ones are one`() throws {
    let recording = try Recording()
    let ring = try recording.ring()
    let other = try recording.ring(number: 1, tid: 101)
    ring.write(.stack, at: 1, [0x30, 0x20, 0x10], stack: 1)
    ring.write(.malloc, at: 2, [0x1000, 1], stack: 1)
    ring.write(.stack, at: 3, [0x31, 0x20, 0x10], stack: 2)
    ring.write(.malloc, at: 4, [0x2000, 1], stack: 2)
    other.write(.stack, at: 5, [0x30, 0x20, 0x10], stack: 3)
    other.write(.malloc, at: 6, [0x3000, 1], stack: 3)
    _ = try recording.events(at: 100)
    #expect(
      Array(recording.sink().lines.dropFirst()) == [
        "stack 1 frame=0x10", "stack 2 parent=1 frame=0x20", "stack 3 parent=2 frame=0x30",
        "2 tid=100 malloc addr=0x1000 size=1 stack=3", "stack 4 parent=2 frame=0x31",
        "4 tid=100 malloc addr=0x2000 size=1 stack=4",
        "6 tid=101 malloc addr=0x3000 size=1 stack=3",
      ])
  }

  @Test func `a library at the place of another gives the frames its name`() throws {
    let recording = try Recording()
    let ring = try recording.ring()
    ring.write(.image, at: 1, [0x10000, 0x1000, 0x10000, 0], text: "/lib/one.so")
    ring.write(.stack, at: 2, [0x10020], stack: 1)
    ring.write(.malloc, at: 3, [0x1000, 1], stack: 1)
    ring.write(.imageGone, at: 4, [0x10000, 0x1000], text: "/lib/one.so")
    ring.write(.image, at: 5, [0x10000, 0x2000, 0x8000, 3, 0xC0FFEE], text: "/lib/two.so")
    ring.write(.malloc, at: 6, [0x2000, 1], stack: 1)
    _ = try recording.events(at: 100)
    #expect(
      Array(recording.sink().lines.dropFirst()) == [
        "1 tid=100 image load addr=0x10000 size=4096 file=/lib/one.so",
        "stack 1 frame=one.so+0x20", "3 tid=100 malloc addr=0x1000 size=1 stack=1",
        "4 tid=100 image unload addr=0x10000 size=4096 file=/lib/one.so",
        "5 tid=100 image load addr=0x10000 size=8192 file=/lib/two.so buildid=eeffc0",
        "stack 2 frame=two.so+0x8020", "6 tid=100 malloc addr=0x2000 size=1 stack=2",
      ])
  }

  @Test func `a stack that nobody defined is left out and said`() throws {
    let recording = try Recording()
    try recording.ring().write(.malloc, at: 2, [0x1000, 1], stack: 77)
    #expect(try recording.end() == ["2 tid=100 malloc addr=0x1000 size=1"])
    let log = recording.collector.logs[0]
    #expect(recording.collector.diagnostics(of: log).map(\.severity) == [.warning])
  }
}
