import Foundation
import MemtraceTestSupport
import Testing
import TraceModel

/// Programs with known allocations, recorded by the built memtrace.
@Suite struct RecordedRunTests {
  /// A run of `recorded-program NAME`, and what it said of itself.
  struct Run {
    var outcome: ProgramUnderTest.Outcome
    var truth: [String: Int]
    var log: RecordedLog

    init(_ arguments: String..., options: [String] = [], in folder: TemporaryFolder) throws {
      outcome = try ProgramUnderTest.run(
        ["record", "-o", "run.log"] + options + ["--", try Run.program()] + arguments,
        in: folder.path)
      truth = [:]
      for line in outcome.output.split(separator: "\n") {
        let parts = line.split(separator: "=", maxSplits: 1)
        if parts.count == 2 { truth[String(parts[0])] = Int(parts[1]) }
      }
      log = try RecordedLog(folder.file("run.log"))
    }

    /// The path of `recorded-program`, which is built with memtrace.
    static func program() throws -> String {
      URL(fileURLWithPath: try ProgramUnderTest.path())
        .deletingLastPathComponent().appendingPathComponent("recorded-program").path
    }
  }

  /// Whether only the programs' own allocations have a size.
  static func isCounted(_ size: Int) -> Bool {
    (80001...89999).contains(size) || size >= 20_000_000
  }

  @Test(arguments: [
    "realloc", "aligned", "threads", "exit-in-thread", "after-exit", "main-ends-first", "abort",
    "killed", "names", "dlclose",
  ])
  func `every allocation that a program counted is in its log`(_ name: String) throws {
    let run = try Run(name, in: try TemporaryFolder())
    let codes: [String: Int32] = [
      "exit-in-thread": 5, "after-exit": 7, "abort": 134, "killed": 137,
    ]
    #expect(run.outcome.exitCode == codes[name] ?? 0, "\(run.outcome.errors)")
    #expect(run.outcome.errors.contains("dropped 0"))
    #expect(run.log.stepsBack == 0)
    #expect(run.log.missedFrees == 0)
    for (key, operation) in [("mallocs", "malloc"), ("callocs", "calloc"), ("reallocs", "realloc")]
    {
      #expect(
        run.log.count(operation, RecordedRunTests.isCounted) == run.truth[key] ?? 0, "\(key)")
    }
    for (key, operation) in [
      ("aligned_allocs", "aligned_alloc"), ("memaligns", "memalign"), ("vallocs", "valloc"),
      ("pvallocs", "pvalloc"), ("posix_memaligns", "posix_memalign"),
    ] {
      #expect(
        run.log.count(operation, RecordedRunTests.isCounted) == run.truth[key] ?? 0, "\(key)")
    }
  }

  @Test func `the peak of what a program counted is the log's`() throws {
    let run = try Run("realloc", "3", in: try TemporaryFolder())
    let peak = try #require(run.truth["peak"])
    #expect(run.log.peak(of: RecordedRunTests.isCounted) == peak)
  }

  @Test func `four threads that storm lose nothing`() throws {
    let run = try Run("storm", "50000", options: ["--stacks", "none"], in: try TemporaryFolder())
    #expect(run.log.count("malloc") { $0 == 5003 } == run.truth["mallocs"])
    #expect(run.log.threads.count == 5)
    #expect(run.log.stepsBack == 0)
    #expect(run.log.missedFrees == 0)
  }

  @Test func `a program that becomes another goes on in its log`() throws {
    let run = try Run("exec", "50", in: try TemporaryFolder())
    #expect(run.outcome.exitCode == 0)
    #expect(run.log.count("malloc") { $0 == 83001 } == 50)
    #expect(run.log.lines.count { $0.contains(" exec file=") } == 2)
    #expect(
      run.log.lines.count { $0.contains(" exec file=/nowhere/recorded-program result=") } == 1)
  }

  @Test func `children are ignored, or get files of their own`() throws {
    let folder = try TemporaryFolder()
    let run = try Run("fork", "10", in: folder)
    #expect(run.log.count("malloc") { $0 == 81001 } == 0)
    #expect(try folder.names() == ["run.log"])
    let followed = try TemporaryFolder()
    let other = try Run("fork", "10", options: ["--children", "follow"], in: followed)
    let names = try followed.names()
    #expect(names.count == 3)
    let child = try #require(other.truth["child"])
    #expect(names.contains("run.\(child).log"))
    let sizes = try names.filter { $0 != "run.log" }.map { name in
      let log = try RecordedLog(followed.file(name))
      return [81001, 82001].map { size in log.count("malloc") { $0 == size } }
    }
    #expect(Set(sizes) == [[10, 0], [0, 10]])
  }

  @Test func `a store holds what the log holds`() throws {
    let folder = try TemporaryFolder()
    let outcome = try ProgramUnderTest.shell(
      """
      "$MEMTRACE" record -o run.zst --interval 0 -- ls / > /dev/null &&
      "$MEMTRACE" export run.zst --to log -o out.log &&
      "$MEMTRACE" ingest out.log -o again.zst &&
      "$MEMTRACE" export again.zst --to log -o again.log && cmp out.log again.log
      """, in: folder.path)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(try folder.names().filter { $0.hasSuffix(".partial") } == [])
    let log = try RecordedLog(folder.file("out.log"))
    #expect(log.lines.first?.hasPrefix("#memtrace-log 1 clock=monotonic-ns") == true)
    #expect(log.lines.last?.contains(" exit status=0") == true)
  }
}
