import Foundation
import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel

/// Logs of what happens inside linear memory, against what the programs say of themselves.
@Suite struct GuestHeapTests {
  private static func summary(_ log: AllocatorLogReading) -> TraceSummary {
    var matcher = EventMatcher()
    for var batch in log.batches { matcher.match(&batch) }
    return matcher.summary
  }

  private static func number(_ key: String, of event: LoggedEvent) -> Int64? {
    event.keys.first { $0.hasPrefix("\(key):") }.flatMap { Int64($0.dropFirst(key.count + 1)) }
  }

  private static func sample(
    _ name: String
  ) throws -> (log: AllocatorLogReading, truth: [String: Int64]) {
    let printed = try TemporaryFolder.bytes(at: Samples.path("guest/\(name).stdout.txt"))
    return (
      try AllocatorLogReading(path: Samples.path("guest/\(name).log")),
      HookProgram.truth(String(decoding: printed, as: UTF8.self))
    )
  }

  private static func check(_ log: AllocatorLogReading, program truth: [String: Int64]) {
    #expect(log.diagnostics.isEmpty)
    let main = log.events.firstIndex { $0.keys == ["name=main"] } ?? log.events.endIndex
    let own = log.events[main...]
    func count(_ operations: String...) -> Int64 {
      Int64(own.count { operations.contains($0.operation) })
    }
    #expect(truth["mallocs"] ?? 0 > 0)
    #expect(count("malloc") == truth["mallocs"])
    #expect(count("calloc") == truth["callocs"])
    #expect(count("realloc") == truth["reallocs"])
    #expect(count("aligned_alloc", "posix_memalign") == truth["aligned"])
    #expect(count("free") == truth["frees"])
    #expect(Int64(own.count { $0.keys.contains("addr:0") }) == truth["failed"])
    // No block of the C library's is live beside the program's own.
    let summary = summary(log)
    #expect(summary.committedPeak.bytes == truth["peak"])
    #expect(summary.endBytes == truth["live"])
    #expect(summary.missedFrees == 0 && summary.unmatchedFrees == 0)
    #expect(summary.backwardTimes == 0)
    let memory = log.events.last { $0.operation == "memory" }
    #expect(memory.flatMap { number("size", of: $0) } == truth["memory"])
  }

  @Test func `a program's counts, peak and memory are those it prints`() throws {
    let (log, truth) = try GuestHeapTests.sample("main__program")
    GuestHeapTests.check(log, program: truth)
  }

  @Test(arguments: ["main__program", "2.4.4__threads"])
  func `the parts of linear memory lie beside each other`(name: String) throws {
    let (log, _) = try GuestHeapTests.sample(name)
    #expect(log.events.first?.operation == "memory")
    var end: Int64 = 0
    let parts = log.events.filter { $0.operation == "region" }
    #expect(
      parts.map { $0.keys.last } == ["name=static-data", "name=aux-stack", "name=libc-heap"])
    for part in parts {
      let start = try #require(GuestHeapTests.number("addr", of: part))
      #expect(start >= end)
      end = start + (try #require(GuestHeapTests.number("size", of: part)))
    }
    #expect(end == GuestHeapTests.number("size", of: log.events[0]))
    let heap = try #require(parts.last.flatMap { GuestHeapTests.number("addr", of: $0) })
    let blocks = log.events.filter { $0.operation == "malloc" && !$0.keys.contains("addr:0") }
    #expect(blocks.allSatisfy { GuestHeapTests.number("addr", of: $0)! >= heap })
  }

  @Test func `threads have ids, and stacks inside blocks of the heap`() throws {
    let (log, truth) = try GuestHeapTests.sample("2.4.4__threads")
    #expect(log.diagnostics.isEmpty)
    let allocations = ["malloc", "calloc", "aligned_alloc", "posix_memalign"]
    #expect(
      Int64(log.events.count { allocations.contains($0.operation) }) == truth["allocations"])
    #expect(Int64(log.events.count { $0.operation == "realloc" }) == truth["reallocs"])
    #expect(Int64(log.events.count { $0.operation == "free" }) == truth["frees"])
    let summary = GuestHeapTests.summary(log)
    #expect(summary.endBytes == truth["live"])
    #expect(summary.missedFrees == 0 && summary.unmatchedFrees == 0)
    #expect(summary.backwardTimes == 0)
    let memory = log.events.last { $0.operation == "memory" }
    #expect(memory.flatMap { GuestHeapTests.number("size", of: $0) } == truth["pages"]! * 65536)

    let starts = log.events.filter { $0.operation == "thread-start" }
    #expect(starts.count == 4)
    #expect(log.events.count { $0.operation == "thread-exit" } == 4)
    let blocks = log.events.filter { $0.thread == 0 && $0.keys.contains("size:16384") }
      .compactMap { GuestHeapTests.number("addr", of: $0) }
    for start in starts {
      let stack = try #require(GuestHeapTests.number("stack", of: start))
      #expect(blocks.contains { $0 < stack && stack < $0 + 16384 })
    }
    // Whatever a thread did is between its start and its end; the host gives ids again.
    var running: Set<UInt64> = [0]
    for event in log.events {
      if event.operation == "thread-start" {
        #expect(running.insert(event.thread).inserted)
      }
      #expect(running.contains(event.thread))
      if event.operation == "thread-exit" { running.remove(event.thread) }
    }
    #expect(running == [0])
  }

  @Test func `events through a host import have the same form`() throws {
    let log = try AllocatorLogReading(path: Samples.path("guest/2.4.4__host-events.log"))
    #expect(log.diagnostics.isEmpty)
    // What guest_events.wat does.
    #expect(
      Dictionary(grouping: log.events, by: \.operation).mapValues(\.count) == [
        "malloc": 84, "realloc": 4, "free": 84, "thread-start": 4, "thread-exit": 4, "memory": 2,
        "region": 1,
      ])
    let summary = GuestHeapTests.summary(log)
    #expect(summary.endBytes == 0)
    #expect(summary.missedFrees == 0 && summary.unmatchedFrees == 0)
    #expect(summary.backwardTimes == 0)
  }

  private static let clang = (14...22).map { "clang-\($0)" }.first {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
  }
  private static let hasTools =
    clang != nil && FileManager.default.fileExists(atPath: "/usr/lib/wasm32-wasi/libc.a")
    && FileManager.default.isExecutableFile(atPath: "/usr/bin/node")
  private static let missing: Comment =
    "no Debian clang with lld, libclang-rt-dev-wasm32 and wasi-libc, or no node to run the module"

  private static let runner = """
    const { WASI } = require('node:wasi'), fs = require('fs')
    const wasi = new WASI({ version: 'preview1', args: ['guest'], env: {}, preopens: { '/d': '.' } })
    WebAssembly.instantiate(fs.readFileSync('guest.wasm'), wasi.getImportObject())
      .then(({ instance }) => wasi.start(instance))
    """

  @Test(.enabled(if: hasTools, missing), arguments: ["", "-Wl,--stack-first"], ["256", "4096"])
  func `a program built now is recorded in full`(layout: String, buffer: String) throws {
    let tools = HookProgram.source("Tools/guest")
    let program = try HookProgram(
      GuestHeapTests.clang ?? "clang", output: "guest.wasm",
      [
        "--target=wasm32-wasi", "--sysroot=/usr", "-std=gnu11", "-O1", "-fno-builtin",
        "-I\(tools)", "-DMEMTRACE_GUEST_BUFFER_BYTES=\(buffer)",
        "-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free",
        "-Wl,--wrap=aligned_alloc,--wrap=posix_memalign",
        HookProgram.source("Tests/RecordedHooks/guest_program.c"), tools + "/memtrace_guest.c",
      ] + (layout.isEmpty ? [] : [layout]))
    let truth = try program.truth("node", ["--no-warnings", "-e", GuestHeapTests.runner])
    let log = try AllocatorLogReading(path: program.folder.file("memtrace-guest.log"))
    GuestHeapTests.check(log, program: truth)
    let parts = log.events.filter { $0.operation == "region" }
    #expect(
      parts.contains { $0.keys.contains("name=aux-stack") && $0.keys.contains("addr:0") }
        == !layout.isEmpty)
  }
}
