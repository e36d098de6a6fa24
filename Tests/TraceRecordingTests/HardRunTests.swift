import Foundation
import MemtraceTestSupport
import Testing
import TraceModel

/// Programs that make it hard to record them: signals, jumps, execs, sanitizers.
@Suite struct HardRunTests {
  typealias Run = RecordedRunTests.Run

  @Test(
    arguments: ["signals", "torture"], [["--stacks", "none"], ["--children", "follow"]])
  func `nothing is lost where signal handlers allocate`(_ name: String, _ options: [String]) throws
  {
    let run = try Run(name, "60", options: options, in: try TemporaryFolder())
    #expect(run.outcome.exitCode == 0, "\(run.outcome.errors)")
    #expect(run.outcome.errors.contains("dropped 0"))
    #expect(try #require(run.truth["handled"]) > 10)
    #expect(run.log.stepsBack == 0)
    #expect(run.log.missedFrees == 0)
    for (key, operation) in [("mallocs", "malloc"), ("reallocs", "realloc")] {
      #expect(
        run.log.count(operation, RecordedRunTests.isCounted) == run.truth[key] ?? 0, "\(key)")
    }
  }

  @Test func `a handler that jumps out of the recorder stops no other thread`() throws {
    let run = try Run("jumps", "100", in: try TemporaryFolder())
    #expect(run.outcome.exitCode == 0, "\(run.outcome.errors)")
    #expect(try #require(run.truth["jumps"]) > 10)
    #expect(!run.outcome.errors.contains("stood still"), "\(run.outcome.errors)")
    #expect(run.outcome.seconds < 1.9)
    #expect(run.log.stepsBack == 0)
    // What the thread did that jumped is there up to its end.
    #expect(run.log.count("malloc") { $0 == 81001 } == 1)
    #expect(run.log.count("malloc", RecordedRunTests.isCounted) == run.truth["mallocs"])
    #expect(run.log.lines.contains { $0.contains(" size=81001 stack=") })
  }

  @Test func `a failed exec ends nothing, a successful one everything`() throws {
    let folder = try TemporaryFolder()
    let outcome = try ProgramUnderTest.shell(
      """
      "$MEMTRACE" record -o run.zst --interval 0 -- \(try Run.program()) exec 50 > /dev/null &&
      "$MEMTRACE" info run.zst && "$MEMTRACE" sites run.zst --at peak --format json > sites.json
      """, in: folder.path)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    for figure in ["missed frees", "unmatched frees", "unmatched unmappings"] {
      let line = outcome.output.split(separator: "\n").first { $0.hasPrefix(figure) }
      #expect(line?.split(separator: " ").last == "0", "\(outcome.output)")
    }
    // 66 MB of what it becomes, not with the 30 MB before that were never freed.
    let line = outcome.output.split(separator: "\n").first { $0.hasPrefix("peak committed") }
    let words = try #require(line).split(separator: " ")
    #expect(words.last == "MiB")
    let peak = try #require(Double(words[words.count - 2]))
    #expect((60...125).contains(peak), "\(words)")
  }

  @Test func `a followed child that becomes another program goes on in its file`() throws {
    let folder = try TemporaryFolder()
    let outcome = try ProgramUnderTest.run(
      [
        "record", "-o", "run.log", "--children", "follow", "--", "sh", "-c",
        "(\(try Run.program()) exec 5); true",
      ], in: folder.path)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let names = try folder.names()
    #expect(names.count == 2)
    let child = try RecordedLog(folder.file(try #require(names.first { $0 != "run.log" })))
    #expect(child.count("malloc") { $0 == 83001 } == 50)
    #expect(child.lines.count { $0.contains(" exec file=") && !$0.contains(" result=") } == 2)
    #expect(child.missedFrees == 0)
    let shell = try RecordedLog(folder.file("run.log"))
    #expect(shell.count("malloc") { $0 == 83001 } == 0)
    #expect(shell.lines.count { $0.contains(" fork child=") } == 1)
  }

  private struct NoSanitizer: Error {}

  /// Whether gcc can make a program with AddressSanitizer here.
  static let hasAddressSanitizer = (try? sanitized(in: TemporaryFolder())) != nil

  private static func sanitized(in folder: TemporaryFolder) throws -> String {
    let source = try folder.write(
      Array(
        """
        #include <stdlib.h>
        int main(void)
        {
            for (int i = 0; i < 100; i++) {
                char *volatile block = malloc(80001);
                block[i] = 1;
                free(block);
            }
            return 0;
        }

        """.utf8), to: "asan.c")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "gcc", "-fsanitize=address", "-o", folder.file("asan"), source,
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw NoSanitizer() }
    return folder.file("asan")
  }

  @Test(
    .enabled(
      if: HardRunTests.hasAddressSanitizer, "gcc with its AddressSanitizer is not installed"))
  func `a program with AddressSanitizer runs and is recorded`() throws {
    let folder = try TemporaryFolder()
    let program = try HardRunTests.sanitized(in: folder)
    let outcome = try ProgramUnderTest.run(
      ["record", "-o", "run.log", "--", program], in: folder.path)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let log = try RecordedLog(folder.file("run.log"))
    #expect(log.count("malloc") { $0 == 80001 } == 100)
    #expect(log.missedFrees == 0)
  }
}
