import Foundation
import MemtraceTestSupport
import Testing

/// Inputs that cannot be read at all: exit 2, the file's name, what to do, and nothing left behind.
@Suite struct InputErrorTests {
  @Test func `a missing input is named`() throws {
    let place = try Workplace()
    try place.refuse("ingest", "nothing.txt", saying: ["nothing.txt: error: cannot open: No such"])
  }

  @Test func `an empty input is no capture of a dump`() throws {
    let place = try Workplace()
    try place.write("", to: "empty.txt")
    try place.refuse(
      "ingest", "empty.txt",
      saying: ["empty.txt: error: ", "the capture is empty", "WAMR_BUILD_MEMORY_PROFILING=1"])
  }

  @Test func `a binary input has no known format`() throws {
    let place = try Workplace()
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3 ^ $0) }
    try place.write(bytes, to: "binary")
    try place.refuse(
      "ingest", "binary", saying: ["binary: error: no input format", "wamr-dump", "--input-format"])
  }

  @Test func `an executable has no known format`() throws {
    let place = try Workplace()
    try place.refuse("ingest", "/bin/bash", saying: ["/bin/bash: error: "])
  }

  @Test func `a directory is no input and no store`() throws {
    let place = try Workplace()
    try place.refuse("ingest", ".", saying: [".: error: is a directory", "name the files in it"])
    try place.refuse("peak", ".", saying: [".: error: "])
    try place.refuse("diff", ".", ".", saying: [".: error: is a directory"])
  }

  /// Root reads files of any mode: its stand-in is a file whose reading fails.
  @Test func `an unreadable input is named with the reason`() throws {
    let place = try Workplace()
    guard getuid() != 0 else {
      return _ = try place.refuse(
        "ingest", "/proc/self/mem",
        saying: ["/proc/self/mem: error: cannot read: Input/output error"])
    }
    try place.write("1 tid=1 malloc addr=0x1000 size=16\n", to: "secret.log")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: place.place("secret.log"))
    try place.refuse(
      "ingest", "secret.log", saying: ["secret.log: error: cannot open: Permission denied"])
  }

  @Test func `an endless line ends the reading soon and in little memory`() throws {
    let place = try Workplace()
    let outcome = try place.shell(
      """
      (echo '1 tid=1 malloc addr=0x1000 size=16'; yes | tr -d '\\n') | "$MEMTRACE" ingest -
      """)
    #expect(outcome.exitCode == 2)
    #expect(outcome.errors.contains("-:2: error: a line longer than 256 MiB"))
    #expect(outcome.errors.contains("help: "))
    #expect(outcome.peakKiB < 200 << 10)
    #expect(try place.contents() == [])
  }

  @Test func `a long line between events is skipped and said`() throws {
    let place = try Workplace()
    let event = "1 tid=1 malloc addr=0x1000 size=16\n"
    try place.write(
      event + String(repeating: "x", count: 3 << 20) + "\n" + event, to: "long.log")
    let outcome = try place.succeed("ingest", "long.log")
    #expect(outcome.errors.contains("long.log:2: warning: skipped, longer than 1 MiB"))
    #expect(outcome.errors.contains("2 events"))
  }

  @Test func `a compressed bomb ends soon and in little memory`() throws {
    let place = try Workplace()
    let event = Array("1 tid=1 malloc addr=0x1000 size=16\n".utf8)
    try place.write(HandmadeZstd.frame([], zeros: 4 << 30), to: "bomb.zst")
    try place.write(HandmadeZstd.frame(event, zeros: 4 << 30), to: "tail.zst")
    let outcomes = [
      try place.refuse("ingest", "bomb.zst", saying: ["bomb.zst: error: no input format"]),
      try place.refuse(
        "ingest", "tail.zst", saying: ["tail.zst:2: error: a line longer than 256 MiB", "help: "]),
    ]
    for outcome in outcomes {
      #expect(outcome.peakKiB < 200 << 10)
      #expect(outcome.seconds < 30)
    }
  }

  @Test func `a bomb of many events is read in little memory`() throws {
    let place = try Workplace()
    let outcome = try place.shell(
      """
      yes '1 tid=1 malloc addr=0x1000 size=16' | head -c 40M | gzip -1 > events.gz
      "$MEMTRACE" ingest --threads 2 events.gz
      """)
    #expect(outcome.exitCode == 0)
    // Some 90 MiB, however long the log is; with its rows kept 140.
    #expect(outcome.peakKiB < 112 << 10)
  }

  @Test func `cut and damaged compressed inputs are said with their place`() throws {
    let place = try Workplace()
    try place.copy("runs/1.2.3-fast-memmax/alloc.log", to: "alloc.log")
    try place.compress("alloc.log")
    for name in ["alloc.log.zst", "alloc.log.gz"] {
      try place.succeed("ingest", name, "--force")
      try place.write(Array(try place.bytes(name).dropLast(20)), to: "cut.\(name)")
    }
    try place.remove("trace.zst")
    try place.refuse(
      "ingest", "cut.alloc.log.zst",
      saying: ["cut.alloc.log.zst: offset ", "the zstd data ends before its end", "help: "])
    try place.refuse(
      "ingest", "cut.alloc.log.gz",
      saying: ["cut.alloc.log.gz: offset ", "the gzip data ends before its end", "help: "])
  }

  @Test func `a named pipe is no store, and nobody waits for its writer`() throws {
    let place = try Workplace()
    let outcome = try place.shell("mkfifo pipe; timeout 20 \"$MEMTRACE\" info pipe")
    #expect(outcome.exitCode == 2)
    #expect(outcome.errors.contains("pipe: error: is no regular file"))
  }

  @Test func `closed standard input is said`() throws {
    let place = try Workplace()
    try place.refuse(
      "ingest", "-", saying: ["standard input: error: cannot read: Bad file descriptor", "help: "],
      input: .closed)
  }

  @Test func `a file is never taken for closed standard input`() throws {
    let place = try Workplace()
    try place.copy("runs/1.2.3-fast-memmax/alloc.log", to: "alloc.log")
    try place.refuse(
      "ingest", "alloc.log", "-", saying: ["standard input: error: cannot read"], input: .closed)
  }

  @Test func `standard input can be one input only`() throws {
    let place = try Workplace()
    try place.refuse("ingest", "-", "-", exitCode: 64, saying: ["can be read once only"])
  }

  @Test func `a store is no input`() throws {
    let place = try Workplace()
    try place.ingest(.sites)
    try place.refuse(
      "ingest", "run.zst", saying: ["run.zst: error: is a memtrace store already", "memtrace info"])
  }

  @Test func `a log is no store`() throws {
    let place = try Workplace()
    try place.copy("runs/1.2.3-fast-memmax/alloc.log", to: "alloc.log")
    for command in ["info", "peak", "snapshots", "verify", "leaks", "threads", "timeline"] {
      try place.refuse(
        command, "alloc.log",
        saying: ["alloc.log: error: is no memtrace store", "memtrace ingest makes one"])
    }
  }

  @Test func `one bad input of several leaves nothing`() throws {
    let place = try Workplace()
    try place.copy("runs/1.2.3-fast-memmax/alloc.log", to: "alloc.log")
    try place.write([UInt8](repeating: 0, count: 100), to: "binary")
    try place.refuse("ingest", "alloc.log", "binary", saying: ["binary: error: "])
    try place.refuse("ingest", "alloc.log", "nothing", saying: ["nothing: error: "])
  }

  @Test func `a log whose lines are none says what is wrong with them`() throws {
    let place = try Workplace()
    try place.write("1  tid=1  malloc addr=0x10 size=5\n", to: "wide.log")
    try place.refuse(
      "ingest", "wide.log",
      saying: [
        "wide.log:1: error: ", "look like an allocator log's", "--input-format memtrace-log",
      ])
    try place.refuse(
      "ingest", "wide.log", "--input-format", "memtrace-log",
      saying: ["wide.log:1: error: an allocator log without an event", "one space apart"])
  }

  @Test func `an input without content is a warning beside one that has some`() throws {
    let place = try Workplace()
    try place.copy("runs/1.2.3-fast-memmax/alloc.log", to: "alloc.log")
    try place.write("hello\n", to: "hello.txt")
    try place.write("", to: "empty.txt")
    let outcome = try place.succeed("ingest", "hello.txt", "alloc.log", "empty.txt")
    #expect(outcome.errors.contains("hello.txt: warning: no memory-consumption dump: "))
    #expect(outcome.errors.contains("empty.txt: warning: no memory-consumption dump: "))
    #expect(outcome.errors.contains("trace.zst: 0 dumps (0 complete), 118 events"))
    try place.refuse(
      "ingest", "hello.txt", "empty.txt", "-o", "x.zst", saying: ["hello.txt: error"])
    try place.refuse(
      "ingest", "alloc.log", "empty.txt", "--strict", "-o", "x.zst", saying: ["empty.txt: error"])
  }

  @Test(arguments: [
    ("estimate-no-rows.json", "the key \"rows\" is missing"),
    ("estimate-cut.json", "estimate-cut.json:3: error: "),
    ("estimate-category.json", "unknown category \"modul\""),
    ("estimate-version.json", "up to version 1, not 9"),
  ])
  func `a bad estimate is said with its place`(_ name: String, _ text: String) throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    try place.copy("malformed/\(name)", to: name)
    try place.refuse(
      "diff", name, "run.zst", saying: [name, text, "help: memtrace schema estimate"])
  }
}

/// Captures without a dump: exit 2 with the reason that fits.
@Suite struct EmptyCaptureTests {
  @Test(arguments: [
    ("main__classic-v3__hello_hb.txt", "log level is silent", "-v=4"),
    ("main__classic-v3__hello_hb.txt", "without memory profiling", "WAMR_BUILD_MEMORY_PROFILING=1"),
    ("2.4.4__aot__tiny.aot.txt", ":1: error: ", "refused the module: AOT module load failed"),
    ("main__classic32__mem4g.txt", ":18: error: ", "allocate linear memory failed"),
    ("main__classic-killed__slow.txt", "the run was killed", "let the run end by itself"),
    ("main__aot-embfreeable__hello_hb.aot.txt", "was ended before", "munmap_chunk()"),
    ("12-30-2021__classic__tiny.txt", "the capture is empty", "standard error"),
  ])
  func `a capture without a dump says why`(
    _ name: String, _ reason: String, _ remedy: String
  ) throws {
    let place = try Workplace()
    try place.copy("dumps/\(name)", to: name)
    try place.refuse("ingest", name, saying: [name, reason, remedy, "help: "])
  }
}
