import Foundation
import Glibc
import MemtraceTestSupport
import Testing

/// What `memtrace record` says and does around the program.
@Suite struct RecordCommandTests {
  private func record(
    _ arguments: String..., in folder: TemporaryFolder
  ) throws -> ProgramUnderTest.Outcome {
    try ProgramUnderTest.run(["record"] + arguments, in: folder.path)
  }

  @Test func `the command's own options are left to it`() throws {
    let folder = try TemporaryFolder()
    let behind = try record("--", "echo", "--force", "-o", "x", "--", in: folder)
    #expect(behind.output == "--force -o x --\n", "\(behind.errors)")
    let without = try record("-o", "b.log", "echo", "-n", "--help", in: folder)
    #expect(without.output == "--help", "\(without.errors)")
    #expect(try folder.names() == ["b.log", "trace.zst"])
    let help = try record("--help", in: folder)
    #expect(help.exitCode == 0 && help.output.hasPrefix("OVERVIEW: "))
  }

  @Test func `the program keeps its streams, folder and status`() throws {
    let folder = try TemporaryFolder()
    let outcome = try ProgramUnderTest.run(
      ["record", "-o", "a.log", "--", "sh", "-c", "cat; pwd; echo bad >&2; exit 9"],
      in: folder.path, input: .bytes(Array("in\n".utf8)))
    #expect(outcome.exitCode == 9)
    #expect(outcome.output.hasPrefix("in\n/"))
    #expect(outcome.errors.hasPrefix("bad\n"))
    #expect(outcome.errors.contains("sh: exit status 9"))
  }

  @Test func `what cannot be recorded is refused before anything runs`() throws {
    let folder = try TemporaryFolder()
    let script = try folder.write(Array("echo\n".utf8), to: "plain")
    unsafe chmod(script, 0o755)
    _ = try folder.write([1], to: "data")
    let refusals: [([String], String)] = [
      (["--", "no-such-program"], "no program of this name"),
      (["--", "./none"], "no such program"),
      (["--", "./data"], "not executable"), (["--", "./plain"], "neither an ELF file"),
      (["-o", "none/x.log", "--", "ls"], "cannot create"),
    ]
    for (arguments, text) in refusals {
      let outcome = try ProgramUnderTest.run(["record"] + arguments, in: folder.path)
      #expect(outcome.exitCode == 2)
      #expect(outcome.errors.contains(text), "\(outcome.errors)")
    }
    for arguments in [["-o", "-", "--", "ls"], [], ["--"], ["--typo", "--", "ls"]] {
      #expect(try ProgramUnderTest.run(["record"] + arguments, in: folder.path).exitCode == 64)
    }
    #expect(try folder.names() == ["data", "plain"])
  }

  @Test func `an existing recording is replaced only by force`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write([1], to: "a.log")
    #expect(try record("-o", "a.log", "--", "ls", in: folder).exitCode == 2)
    #expect(try TemporaryFolder.bytes(at: folder.file("a.log")) == [1])
    #expect(try record("-o", "a.log", "--force", "--", "ls", in: folder).exitCode == 0)
    #expect(try TemporaryFolder.bytes(at: folder.file("a.log")).count > 1000)
  }

  @Test func `a program without a record leaves no file`() throws {
    let folder = try TemporaryFolder()
    let outcome = try record("--", "env", "-i", "true", in: folder)
    // env itself is recorded, its successor is not.
    #expect(outcome.exitCode == 0)
    let silent = try ProgramUnderTest.run(
      ["record", "-o", "s.log", "--", "true"], in: folder.path,
      environment: ["MEMTRACE_RECORDER": "/usr/lib/x86_64-linux-gnu/libc.so.6"])
    #expect(silent.exitCode == 2)
    #expect(silent.errors.contains("not one record came from it"), "\(silent.errors)")
    #expect(try folder.names() == ["trace.zst"])
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a signal to memtrace ends the program, and the recording is whole`(_ signal: Int32) throws {
    let folder = try TemporaryFolder()
    let running = try ProgramUnderTest.start(
      ["record", "-o", "a.log", "--", try RecordedRunTests.Run.program(), "waiting", "ready"],
      in: folder.path)
    try running.waitForFile(folder.file("ready"), minimumBytes: 1)
    running.send(signal)
    let outcome = try running.wait(timeout: 20)
    #expect(outcome.exitCode == 128 + signal)
    #expect(outcome.errors.contains("ended by signal \(signal)"))
    #expect(try folder.names() == ["a.log", "ready"])
    let log = try RecordedLog(folder.file("a.log"))
    #expect(log.lines.last?.hasSuffix(" signal number=\(signal)") == true)
  }

  @Test func `resident memory is sampled`() throws {
    let folder = try TemporaryFolder()
    _ = try record("-o", "a.log", "--interval", "20", "--", "sleep", "1", in: folder)
    let log = try RecordedLog(folder.file("a.log"))
    #expect(log.lines.count { $0.contains(" sample rss=") && $0.contains(" pss=") } >= 3)
    #expect(log.stepsBack == 0)
  }

  @Test func `times are told to ten nanoseconds, or as is asked for`() throws {
    let folder = try TemporaryFolder()
    /// The remainders of times of a run.
    func rests(of divisor: UInt64, _ options: String...) throws -> Set<UInt64> {
      let outcome = try ProgramUnderTest.run(
        ["record", "-o", "a.log", "--force"] + options + ["--", "ls", "/usr/bin"], in: folder.path)
      #expect(outcome.exitCode == 0)
      let times = try RecordedLog(folder.file("a.log")).lines.compactMap { line in
        UInt64(line.prefix { $0.isNumber })
      }
      #expect(times.count > 100)
      return Set(times.map { $0 % divisor })
    }
    #expect(try rests(of: 10) == [0])
    #expect(try rests(of: 1000, "--resolution", "1000") == [0])
    let outcome = try record("--resolution", "0", "--", "ls", in: folder)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains("--resolution takes at least 1 nanosecond"))
  }

  @Test func `an idle program costs nearly nothing`() throws {
    let folder = try TemporaryFolder()
    let outcome = try ProgramUnderTest.shell(
      "TIMEFORMAT=%U+%S; time \"$MEMTRACE\" record -o a.log --interval 0 -- sleep 1",
      in: folder.path)
    let seconds = outcome.errors.split(separator: "\n").last.map { line in
      line.split(separator: "+").compactMap { Double($0) }.reduce(0, +)
    }
    #expect(try #require(seconds) < 0.3, "\(outcome.errors)")
  }

  @Test func `sessions leave nothing behind`() throws {
    let folder = try TemporaryFolder()
    _ = try ProgramUnderTest.shell(
      "\"$MEMTRACE\" record -o a.log -- sh -c 'echo $MEMTRACE_SESSION > session; kill -9 $$'",
      in: folder.path)
    let session = String(
      decoding: try TemporaryFolder.bytes(at: folder.file("session")), as: UTF8.self
    )
    .trimmingCharacters(in: .newlines)
    #expect(session.contains("memtrace-"))
    #expect(!FileManager.default.fileExists(atPath: session))
  }
}
