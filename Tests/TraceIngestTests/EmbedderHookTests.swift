import Foundation
import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel

/// The embedder's hook, driven as WAMR would drive it, against the driver's own counts.
@Suite struct EmbedderHookTests {
  private static let folder = HookProgram.source("Tools/embedder")
  private static let hook = folder + "/memtrace_hook.c"

  private struct Run {
    var truth: [String: Int64]
    var log: AllocatorLogReading

    init(
      _ signature: String, _ sink: String, events: Int, threads: Int = 1
    ) throws {
      // With a ring of 4096 bytes.
      let driver = try HookProgram(
        output: "driver",
        [
          "-std=c99", "-Wpedantic", "-D_DEFAULT_SOURCE", "-DMEMTRACE_HOOK_POSIX=1",
          "-DMEMTRACE_HOOK_RING_BYTES=4096", "-I\(folder)",
          HookProgram.source("Tests/RecordedHooks/hook_driver.c"), hook, "-lpthread",
        ])
      truth = try driver.truth(
        "./driver", [signature, sink, "wamr.log", "\(events)", "\(threads)"])
      log = try AllocatorLogReading(path: driver.folder.file("wamr.log"))
    }

    func count(_ operation: String) -> Int64 {
      Int64(log.events.count { $0.operation == operation })
    }

    /// The calls and marks that the program made.
    var all: Int64 {
      ["mallocs", "reallocs", "frees", "marks"].reduce(0) { $0 + (truth[$1] ?? 0) }
    }

    /// The events of the program that the log holds.
    var kept: [LoggedEvent] {
      log.events.filter { !$0.keys.contains { $0.hasPrefix("name=memtrace-hook") } }
    }

    var summary: TraceSummary {
      var matcher = EventMatcher()
      matcher.scope = log.scope
      for var batch in log.batches { matcher.match(&batch) }
      return matcher.summary
    }
  }

  private static func drops(_ event: LoggedEvent?) -> Int64? {
    event?.keys.compactMap { key in
      let prefix = "name=memtrace-hook dropped="
      if key.hasPrefix(prefix) { return Int64(key.dropFirst(prefix.count)) }
      return key.hasPrefix("dropped=") ? Int64(key.dropFirst(8)) : nil
    }.first
  }

  @Test(arguments: ["plain", "data", "usage", "both"])
  func `a log has every call, and its peak is the program's`(signature: String) throws {
    let run = try Run(signature, "descriptor", events: 5000)
    #expect(run.log.diagnostics.isEmpty)
    #expect(run.log.scope == .wamr)
    #expect(run.count("malloc") == run.truth["mallocs"])
    #expect(run.count("realloc") == run.truth["reallocs"])
    #expect(run.count("free") == run.truth["frees"])
    #expect(run.log.events.count == Int(run.all))
    #expect(run.truth["failed"]! > 0)
    #expect(run.truth["wrong"] == 0)
    let summary = run.summary
    #expect(summary.committedPeak.bytes == run.truth["peak"])
    #expect(summary.endBytes == 0)
    #expect(summary.missedFrees == 0 && summary.unmatchedFrees == 0)
    let linear = run.log.events.count { $0.keys.contains("usage=linear") }
    // A failed call is counted twice by the program: as a call and as a failure.
    #expect((linear > 0) == (run.truth["linear"]! > 0) && linear <= Int(run.truth["linear"]!))
  }

  @Test func `four threads at once are in an order without double use`() throws {
    let run = try Run("both", "descriptor", events: 5000, threads: 4)
    #expect(run.log.events.count == Int(run.all))
    #expect(Set(run.log.events.map(\.thread)).count == 5)
    let summary = run.summary
    #expect(summary.missedFrees == 0 && summary.unmatchedFrees == 0)
    #expect(summary.backwardTimes == 0)
    #expect(summary.endBytes == 0)
    #expect(summary.committedPeak.bytes <= run.truth["peak"]!)
  }

  @Test func `a name is cut at 64 bytes and stays on its line`() throws {
    let run = try Run("plain", "descriptor", events: 0)
    #expect(
      run.log.events.map(\.keys) == [
        ["name=storm of the test, with a name that is longer than the sixty-fou"], ["name=end"],
      ])
  }

  @Test func `a ring that keeps the newest says how many it lost`() throws {
    let run = try Run("both", "newest", events: 300)
    #expect(run.log.diagnostics.isEmpty)
    #expect(EmbedderHookTests.drops(run.log.events.first) == run.truth["dropped"])
    #expect(run.log.events.last?.keys == ["name=end"])
    #expect(run.log.events.first?.time == run.log.events.dropFirst().first?.time)
    #expect(Int64(run.kept.count) + run.truth["dropped"]! == run.all)
    #expect(run.kept.count > 30)
  }

  @Test func `a ring that keeps the oldest is the start of the log`() throws {
    let run = try Run("both", "oldest", events: 300)
    let whole = try Run("both", "descriptor", events: 300)
    #expect(run.log.diagnostics.isEmpty)
    #expect(EmbedderHookTests.drops(run.log.events.last) == run.truth["dropped"])
    #expect(Int64(run.kept.count) + run.truth["dropped"]! == run.all)
    func facts(_ event: LoggedEvent) -> [String] {
      [event.operation] + event.keys.filter { !$0.hasPrefix("addr:") && !$0.hasPrefix("old:") }
    }
    #expect(run.kept.map(facts) == whole.kept.prefix(run.kept.count).map(facts))
    #expect(run.kept.count > 30)
    #expect(run.summary.unmatchedFrees == 0)
  }

  @Test(arguments: [300, 2000])
  func `lost writes are counted`(events: Int) throws {
    let run = try Run("plain", "failing", events: events)
    #expect(run.log.diagnostics.isEmpty)
    #expect(run.truth["dropped"]! > 0)
    #expect(Int64(run.kept.count) + run.truth["dropped"]! == run.all)
    let said = run.log.events.compactMap(EmbedderHookTests.drops)
    #expect(said == said.sorted() && !said.isEmpty)
  }

  @Test(arguments: ["i386-linux-gnu", "x86_64-linux-gnu", "riscv32-none-elf"], ["0", "4096"])
  func `it compiles as C99 without a C library`(target: String, ring: String) throws {
    _ = try HookProgram(
      output: "hook.o",
      [
        "--target=\(target)", "-std=c99", "-Wpedantic", "-ffreestanding", "-nostdlibinc", "-O2",
        "-DMEMTRACE_HOOK_RING_BYTES=\(ring)", "-c", EmbedderHookTests.hook,
      ])
  }

  @Test(arguments: ["thumbv7em-none-eabi", "thumbv6m-none-eabi"], ["0", "4096"])
  func `it takes less than 4 KiB of a microcontroller`(target: String, ring: String) throws {
    let program = try HookProgram(
      output: "hook.o",
      [
        "--target=\(target)", "-std=c99", "-Wpedantic", "-ffreestanding", "-nostdlibinc", "-Os",
        "-DMEMTRACE_HOOK_RING_BYTES=\(ring)", "-c", EmbedderHookTests.hook,
      ])
    let bytes = try TemporaryFolder.bytes(at: program.folder.file("hook.o"))
    let loaded = EmbedderHookTests.loadedBytes(ofELF32: bytes)
    #expect((1000..<4096).contains(loaded))
  }

  /// The bytes of all sections that are loaded from a little-endian 32-bit object file.
  private static func loadedBytes(ofELF32 bytes: [UInt8]) -> Int {
    func number(_ offset: Int, _ count: Int) -> Int {
      bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    let table = number(32, 4)
    return (0..<number(48, 2)).reduce(0) { sum, index in
      let section = table + index * number(46, 2)
      let isLoaded = number(section + 8, 4) & 2 != 0 && number(section + 4, 4) != 8
      return isLoaded ? sum + number(section + 20, 4) : sum
    }
  }

  @Test(arguments: [
    [], ["-DWASM_MEM_ALLOC_WITH_USAGE=1"], ["-DWASM_MEM_ALLOC_WITH_USER_DATA=1"],
    ["-DWASM_MEM_ALLOC_WITH_USAGE=1", "-DWASM_MEM_ALLOC_WITH_USER_DATA=1"],
  ])
  func `the example of the README compiles`(signature: [String]) throws {
    let readme = String(
      decoding: try TemporaryFolder.bytes(at: EmbedderHookTests.folder + "/README.md"),
      as: UTF8.self)
    let parts = readme.components(separatedBy: "```")
    let example = try #require(parts.first { $0.hasPrefix("c\n") }).dropFirst(2)
    let folder = try TemporaryFolder()
    let source = try folder.write(Array(example.utf8), to: "embedder.c")
    _ = try HookProgram(
      output: "embedder.o",
      [
        "-std=c99", "-DMEMTRACE_HOOK_POSIX=1", "-I\(EmbedderHookTests.folder)",
        "-I\(HookProgram.source("Tests/RecordedHooks/include"))", "-c", source,
      ] + signature)
  }

  // The counts are the embedder's own, printed at the end of the same run.
  @Test(arguments: [
    ("main-usage-data__memmax.log", ["malloc": 63, "realloc": 1, "free": 63], 528_038, 458_752),
    ("1.3.3__threads_wat.log", ["malloc": 134, "free": 134], 271_209, 0),
  ])
  func `a log of a real run has the run's counts and peaks`(
    sample: String, counts: [String: Int], peak: Int64, linear: Int64
  ) throws {
    let log = try AllocatorLogReading(path: Samples.path("embedder/\(sample)"))
    #expect(log.diagnostics.isEmpty)
    var operations = Dictionary(grouping: log.events, by: \.operation).mapValues(\.count)
    #expect(operations.removeValue(forKey: "mark") == 4)
    #expect(operations == counts)
    var matcher = EventMatcher()
    matcher.scope = log.scope
    for var batch in log.batches { matcher.match(&batch) }
    #expect(matcher.summary.committedPeak.bytes == peak)
    #expect(matcher.summary.categoryPeaks[.linearMemory]?.bytes ?? 0 == linear)
    #expect(matcher.summary.endBytes == 0)
    #expect(matcher.summary.missedFrees == 0 && matcher.summary.unmatchedFrees == 0)
  }
}
