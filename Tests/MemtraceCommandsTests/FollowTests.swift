import Foundation
import Glibc
import MemtraceTestSupport
import Testing

/// `ingest --follow`: a log that others still write.
@Suite struct FollowTests {
  private static let log = RandomLog.heap(seed: 3, count: 90)

  private static func lines(_ range: Range<Int>) -> String {
    log.events[range].map { $0.line + "\n" }.joined()
  }

  private func start(
    _ input: String, in place: Workplace, from source: ProgramUnderTest.Input = .nothing
  ) throws -> RunningProgram {
    try ProgramUnderTest.start(
      ["ingest", "--follow", input, "-o", "live.zst", "--every", "0.2"], in: place.path,
      input: source)
  }

  private func append(_ text: String, to name: String, in place: Workplace) throws {
    let file = try #require(FileHandle(forWritingAtPath: place.place(name)))
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }

  /// Waits until so many events can be recovered from what is written so far.
  private func waitForEvents(_ count: Int, in place: Workplace) throws {
    let end = Date().addingTimeInterval(30)
    var found = -1
    while Date() < end {
      let outcome = try place.run("recover", "live.zst.partial", "-o", "part.zst", "--force")
      if outcome.exitCode == 0 {
        found = try place.json("info", "part.zst")["eventCount"]?.integer ?? -1
        if found >= count { break }
      }
      usleep(50_000)
    }
    #expect(found == count)
    try place.succeed("verify", "part.zst")
    #expect(try place.json("peak", "part.zst")["peakBytes"]?.integer != nil)
  }

  /// Stops a program as Ctrl-C does and expects a whole store of so many events.
  private func stop(_ program: RunningProgram, events: Int, in place: Workplace) throws {
    program.send(SIGINT)
    let outcome = try program.wait()
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    try place.succeed("verify", "live.zst")
    #expect(!FileManager.default.fileExists(atPath: place.place("live.zst.partial")))
    #expect(try place.json("info", "live.zst")["eventCount"]?.integer == events)
    let exported = try place.succeed("export", "live.zst", "--to", "log").output
    #expect(exported == FollowTests.lines(0..<events))
  }

  @Test func `a file that grows is read as it grows, until the user stops`() throws {
    let place = try Workplace()
    try place.write(FollowTests.lines(0..<30), to: "a.log")
    let program = try start("a.log", in: place)
    try waitForEvents(30, in: place)
    // A line that comes in two pieces is one line.
    let rest = FollowTests.lines(30..<60)
    try append(String(rest.prefix(200)), to: "a.log", in: place)
    usleep(300_000)
    try append(String(rest.dropFirst(200)), to: "a.log", in: place)
    try waitForEvents(60, in: place)
    try append(FollowTests.lines(60..<90), to: "a.log", in: place)
    try waitForEvents(90, in: place)
    try stop(program, events: 90, in: place)
    // What was followed is what one ingest would have said.
    try place.succeed("ingest", "a.log", "-o", "whole.zst")
    for command in ["peak", "sites", "leaks", "threads"] {
      #expect(
        try place.succeed(command, "live.zst").output.replacing("live.zst", with: "whole.zst")
          == place.succeed(command, "whole.zst").output)
    }
  }

  @Test func `a file that is empty at first is waited for`() throws {
    let place = try Workplace()
    try place.write("", to: "a.log")
    let program = try start("a.log", in: place)
    usleep(300_000)
    try append(FollowTests.lines(0..<10), to: "a.log", in: place)
    try waitForEvents(10, in: place)
    try stop(program, events: 10, in: place)
  }

  @Test func `what came before the user stops is in the store at once`() throws {
    let place = try Workplace()
    try place.write(FollowTests.lines(0..<20), to: "a.log")
    let program = try ProgramUnderTest.start(
      ["ingest", "--follow", "a.log", "-o", "live.zst", "--every", "3600"], in: place.path)
    try program.waitForFile(place.place("live.zst.partial"), minimumBytes: 20)
    usleep(300_000)
    try stop(program, events: 20, in: place)
  }

  @Test func `nothing at all until the user stops is no store`() throws {
    let place = try Workplace()
    try place.write("", to: "a.log")
    let program = try start("a.log", in: place)
    usleep(300_000)
    program.send(SIGINT)
    let outcome = try program.wait()
    #expect(outcome.exitCode != 0)
    #expect(outcome.errors.contains("error: "), "\(outcome.errors)")
    #expect(try place.contents() == ["a.log"])
  }

  @Test func `a pipe is read as it fills, until the user stops`() throws {
    let place = try Workplace()
    let program = try start("-", in: place, from: .pipe)
    #expect(try program.write(FollowTests.lines(0..<25)))
    try waitForEvents(25, in: place)
    #expect(try program.write(FollowTests.lines(25..<40)))
    try waitForEvents(40, in: place)
    try stop(program, events: 40, in: place)
  }

  @Test func `a pipe that ends ends the store`() throws {
    let place = try Workplace()
    let program = try start("-", in: place, from: .pipe)
    #expect(try program.write(FollowTests.lines(0..<25)))
    program.closeInput()
    let outcome = try program.wait()
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    try place.succeed("verify", "live.zst")
    #expect(
      try place.succeed("export", "live.zst", "--to", "log").output == FollowTests.lines(0..<25))
  }

  @Test func `several inputs, waits of no length, and compressed ones are refused`() throws {
    let place = try Workplace()
    try place.write(FollowTests.lines(0..<5), to: "a.log")
    try place.refuse(
      "ingest", "--follow", "a.log", "a.log", exitCode: 64, saying: ["--follow takes one input"])
    for seconds in ["0", "-1", "86401", "nan"] {
      try place.refuse(
        "ingest", "--follow", "a.log", "--every", seconds, exitCode: 64, saying: ["--every"])
    }
    try place.compress("a.log")
    for name in ["a.log.gz", "a.log.zst"] {
      try place.refuse("ingest", "--follow", name, saying: ["is compressed", "help: "])
    }
    // No line end is in these, and none will come.
    for start: [UInt8] in [
      [0x1F, 0x8B, 8, 0], [0x28, 0xB5, 0x2F, 0xFD], [0x5A, 0x2A, 0x4D, 0x18],
    ] {
      try place.write(start + [1, 2, 3], to: "a.start")
      try place.refuse("ingest", "--follow", "a.start", saying: ["is compressed", "help: "])
    }
  }
}
