import Glibc
import MemtraceTestSupport
import Testing

/// Outputs that cannot be written, or must not be.
@Suite struct OutputErrorTests {
  private func place(with sample: Sample = .memmax) throws -> Workplace {
    let place = try Workplace()
    try place.ingest(sample)
    return place
  }

  @Test func `an existing store is replaced only with force`() throws {
    let place = try place()
    let before = try place.bytes("run.zst")
    try place.refuse(
      "ingest", "alloc.log", "-o", "run.zst", saying: ["run.zst: error: exists", "--force"])
    #expect(try place.bytes("run.zst") == before)
    try place.succeed("ingest", "alloc.log", "-o", "run.zst", "--force")
    #expect(try place.bytes("run.zst") != before)
  }

  @Test func `a failed replacement leaves the old store`() throws {
    let place = try place()
    let before = try place.bytes("run.zst")
    try place.write("hello\n", to: "hello.txt")
    try place.refuse("ingest", "hello.txt", "-o", "run.zst", "--force", saying: ["hello.txt"])
    #expect(try place.bytes("run.zst") == before)
  }

  @Test func `existing results are replaced only with force`() throws {
    let place = try place()
    try place.write("mine", to: "out")
    let commands = [
      ["peak", "run.zst"], ["info", "run.zst"], ["snapshots", "run.zst"], ["categories"],
      ["export", "run.zst", "--to", "log"], ["diff", "run.zst", "run.zst"],
    ]
    for command in commands {
      let refused = try ProgramUnderTest.run(command + ["-o", "out"], in: place.path)
      #expect(refused.exitCode == 2)
      #expect(refused.errors.contains("out: error: exists"))
      #expect(try place.bytes("out") == Array("mine".utf8))
    }
    for command in commands {
      let written = try ProgramUnderTest.run(command + ["-o", "out", "--force"], in: place.path)
      #expect(written.exitCode == 0)
      #expect(written.output.isEmpty)
      let shown = try ProgramUnderTest.run(command, in: place.path)
      #expect(try place.bytes("out") == shown.outputBytes)
    }
    #expect(try place.contents().filter { $0.hasSuffix(".partial") } == [])
  }

  @Test func `an output folder that is missing is said`() throws {
    let place = try place()
    try place.refuse(
      "ingest", "alloc.log", "-o", "no/where.zst", saying: ["no/where.zst", "error"])
    try place.refuse("peak", "run.zst", "-o", "no/where.txt", saying: ["no/where.txt", "error"])
    try place.refuse(
      "export", "run.zst", "--to", "log", "-o", "no/where.log", saying: ["no/where.log", "error"])
    try place.refuse("recover", "run.zst", "-o", "no/new.zst", saying: ["no/new.zst", "error"])
  }

  @Test func `a directory is no output`() throws {
    let place = try place()
    for option in [[], ["--force"]] {
      let outcome = try ProgramUnderTest.run(
        ["ingest", "alloc.log", "-o", "/tmp"] + option, in: place.path)
      #expect(outcome.exitCode == 2)
      #expect(outcome.errors.contains("/tmp"))
    }
  }

  @Test func `a full device is said`() throws {
    let place = try place()
    let said = ["error: cannot write: No space left on device"]
    try place.refuse("ingest", "alloc.log", "-o", "/dev/full", "--force", saying: said)
    try place.refuse("peak", "run.zst", "-o", "/dev/full", "--force", saying: said)
    try place.refuse("export", "run.zst", "--to", "log", "-o", "/dev/full", "--force", saying: said)
    for command in ["peak run.zst", "export run.zst --to log", "schema peak", "verify run.zst"] {
      let outcome = try place.shell("\"$MEMTRACE\" \(command) > /dev/full")
      #expect(outcome.exitCode == 2, "\(command)")
      #expect(outcome.errors.contains("standard output: No space left on device"))
    }
  }

  @Test func `a file size limit leaves no half store`() throws {
    let place = try place()
    try place.write("", to: "big.log")
    let outcome = try place.shell(
      """
      seq 1 20000 | awk '{ printf "%d tid=1 malloc addr=0x%x size=%d\\n", \
        $1 * 977 % 104729, $1 * 64, $1 * 7919 % 65537 }' > big.log
      ulimit -f 8
      "$MEMTRACE" ingest big.log -o big.zst
      """)
    #expect(outcome.exitCode == 2)
    #expect(outcome.errors.contains("big.zst"))
    #expect(outcome.errors.contains("cannot write: File too large"))
    #expect(!(try place.contents().contains { $0.hasPrefix("big.zst") }))
  }

  @Test func `a reader that has seen enough is no error`() throws {
    let place = try place(with: .threads)
    for command in [
      "export run.zst --to log", "snapshots run.zst", "timeline run.zst --buckets 900",
    ] {
      let outcome = try place.shell(
        "\"$MEMTRACE\" \(command) | head -1 > head.txt; exit \"${PIPESTATUS[0]}\"")
      #expect(outcome.exitCode == 0, "\(command)")
      #expect(outcome.errors.isEmpty, "\(command)")
    }
  }

  @Test func `closed standard output is an error`() throws {
    let place = try place()
    let outcome = try place.shell("\"$MEMTRACE\" peak run.zst >&-")
    #expect(outcome.exitCode == 2)
    #expect(outcome.errors.contains("cannot write to standard output"))
  }

  @Test func `messages never end up in the store`() throws {
    let place = try place()
    let outcome = try place.shell(
      """
      "$MEMTRACE" ingest alloc.log -o a.zst <&- >&- 2>&- && "$MEMTRACE" verify a.zst
      """)
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.contains("a.zst: whole"))
  }
}

/// Runs that end before their end.
@Suite struct InterruptionTests {
  private static func event(_ number: Int) -> String {
    "\(number) tid=1 malloc addr=0x\(String(number * 64, radix: 16)) size=\(number % 4096)\n"
  }

  @Test func `an interrupted ingest says so and leaves nothing`() throws {
    for (signal, name) in [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")] {
      let place = try Workplace()
      let program = try ProgramUnderTest.start(
        ["ingest", "-", "-o", "run.zst"], in: place.path, input: .pipe)
      let lines = (1...2000).map { InterruptionTests.event($0) }.joined()
      #expect(try program.write(lines))
      try program.waitForFile(place.place("run.zst.partial"))
      // Time to reach the read that waits for more.
      usleep(300_000)
      program.send(signal)
      let outcome = try program.wait(timeout: 20)
      #expect(outcome.exitCode == 130, "\(name)")
      #expect(outcome.errors.contains("interrupted; nothing was written"), "\(name)")
      #expect(try place.contents() == [], "\(name)")
    }
  }

  @Test func `what a killed ingest has written can be recovered`() throws {
    let place = try Workplace()
    let program = try ProgramUnderTest.start(
      ["ingest", "-", "-o", "run.zst"], in: place.path, input: .pipe)
    // More than one row group, so that a whole one is in the file: a header line ends one.
    for start in stride(from: 1, to: 100_000, by: 20_000) {
      let lines = (start..<start + 20_000).map { InterruptionTests.event($0) }.joined()
      #expect(try program.write("#memtrace-log 1\n" + lines))
    }
    // Not in the middle of the first row group's writing.
    try program.waitForFile(
      place.place("run.zst.partial"), minimumBytes: 2000, unchangedFor: 0.3)
    program.send(SIGKILL)
    let outcome = try program.wait(timeout: 20)
    #expect(outcome.exitCode == 128 + SIGKILL)
    #expect(try place.contents() == ["run.zst.partial"])

    try place.refuse("peak", "run.zst.partial", saying: ["run.zst.partial", "memtrace recover"])
    try place.refuse(
      "ingest", "run.zst.partial", "-o", "run.zst",
      saying: ["run.zst.partial: error: exists", "memtrace recover"])
    let recovered = try place.succeed("recover", "run.zst.partial", "-o", "run.zst")
    #expect(try place.contents() == ["run.zst", "run.zst.partial"])
    #expect(recovered.errors.contains("events recovered"))
    try place.succeed("verify", "run.zst")
    let info = try place.json("info", "run.zst")
    let events = try #require(info["eventCount"]?.integer)
    #expect(events > 0)
    #expect(events % 20_000 == 0)
    #expect(info["incomplete"] == .bool(true))
    let bytes = (1...events).reduce(0) { $0 + $1 % 4096 }
    #expect(try place.json("peak", "run.zst")["peakBytes"]?.integer == bytes)
  }

  @Test func `an ingest interrupted in its second input leaves nothing`() throws {
    let place = try Workplace()
    try place.ingest(.sites)
    let outcome = try place.shell(
      """
      mkfifo pipe
      "$MEMTRACE" ingest alloc.log pipe -o new.zst & 
      program=$!
      exec 3> pipe
      for try in $(seq 500); do [ -e new.zst.partial ] && break; sleep 0.01; done
      sleep 0.3
      kill -INT $program; wait $program
      """)
    #expect(outcome.exitCode == 130)
    #expect(!(try place.contents().contains { $0.hasPrefix("new.zst") }))
  }
}
