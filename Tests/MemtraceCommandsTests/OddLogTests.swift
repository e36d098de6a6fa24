import MemtraceTestSupport
import Testing

/// Logs that say impossible things: read as far as they make sense, and everything odd is said.
@Suite struct OddLogTests {
  /// Ingests a malformed sample; returns the messages, with the committed peak's bytes.
  private func ingest(
    _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> (messages: String, peak: Int?) {
    let place = try Workplace()
    try place.copy("malformed/\(name)", to: name)
    let outcome = try place.succeed("ingest", name, sourceLocation: sourceLocation)
    try place.succeed("verify", "trace.zst", sourceLocation: sourceLocation)
    let peak = try place.json("peak", "trace.zst")["peakBytes"]
    return (outcome.errors, peak?.integer)
  }

  @Test func `images and the first thread's stack are no leaks`() throws {
    let place = try Workplace()
    let log = """
      #memtrace-log 1 scope=process pid=7
      1 tid=7 image load addr=0x10000 size=40960 file=/bin/program
      2 tid=7 thread-start self=0x7f0000000740 stack=0x7ffe00000000 stacksize=8388608 guard=0
      stack 1 frame=main in program+0x1
      3 tid=7 malloc addr=0x900000 size=100 stack=1
      4 tid=7 malloc addr=0x900100 size=23
      5 tid=7 mmap addr=0xa00000 size=4096 prot=rw flags=0x21 fd=-1 offset=0

      """
    try place.write(Array(log.utf8), to: "run.log")
    try place.succeed("ingest", "run.log")
    #expect(try place.json("leaks", "trace.zst")["totalBytes"]?.integer == 100 + 23 + 4096)
    #expect(
      try place.json("peak", "trace.zst")["peakBytes"]?.integer
        == 40960 + 8_388_608 + 100 + 23 + 4096)
  }

  @Test func `a guest's log and a host's are refused in one store`() throws {
    let place = try Workplace()
    try place.write(
      Array("#memtrace-log 1 scope=guest\n1 tid=0 memory size=65536\n".utf8), to: "guest.log")
    try place.write(
      Array("#memtrace-log 1 scope=process\n1 tid=0 malloc addr=0x10 size=8\n".utf8),
      to: "host.log")
    for inputs in [
      ["guest.log", "host.log"], ["host.log", "guest.log"], ["guest.log", "guest.log"],
    ] {
      try place.refuse(
        "ingest", inputs[0], inputs[1], saying: ["guest", "a store of its own"])
    }
    try place.succeed("ingest", "guest.log", "-o", "guest.zst")
  }

  @Test func `sizes that no process can have are no bytes`() throws {
    let (messages, peak) = try ingest("sizes.log")
    #expect(messages.contains("sizes.log:1: warning: line skipped"))
    #expect(messages.contains("size= is no number of 64 bits (2 times"))
    #expect(messages.contains("sizes.log: warning: a size that no process can have"))
    #expect(peak == 100)
  }

  @Test func `an allocation at address 0 failed`() throws {
    let (messages, peak) = try ingest("address-zero.log")
    #expect(peak == 100)
    #expect(!messages.contains("warning"))
  }

  @Test func `overlapping mappings count each byte once`() throws {
    let (messages, peak) = try ingest("mappings.log")
    #expect(peak == 12288)
    #expect(messages.contains("mappings.log: note: an unmapping of unknown addresses"))
  }

  @Test func `frees of nothing and missing frees are counted`() throws {
    let (messages, peak) = try ingest("frees.log")
    #expect(peak == 100)
    #expect(messages.contains("frees.log: note: a free of an unknown address"))
    #expect(messages.contains("frees.log: note: an allocation at a live address"))
  }

  @Test func `an allocation at a live address is exported as it was`() throws {
    let place = try Workplace()
    let log = """
      1 tid=1 malloc addr=0x10 size=5
      2 tid=2 malloc addr=0x10 size=7
      3 tid=2 realloc old=0x10 addr=0x20 size=9
      4 tid=1 free addr=0x20

      """
    try place.write(log, to: "a.log")
    try place.succeed("ingest", "a.log")
    try place.succeed("verify", "trace.zst")
    #expect(try place.succeed("export", "trace.zst", "--to", "log").output == log)
  }

  @Test(arguments: ["resident.log": 1, "guest-regions.log": 1 << 61] as [String: Int])
  func `mappings and regions of impossible sizes count as nothing`(
    name: String, bytes: Int
  ) throws {
    let (messages, peak) = try ingest(name)
    #expect(peak == bytes)
    #expect(messages.contains("\(name): warning: a size that no process can have"))
  }

  @Test func `time that goes backwards is said`() throws {
    let (messages, peak) = try ingest("backwards.log")
    #expect(peak == 200)
    #expect(messages.contains("backwards.log: warning: time goes backwards"))
  }

  @Test func `time that goes backwards leaves every report readable`() throws {
    let place = try Workplace()
    try place.copy("malformed/backwards.log", to: "backwards.log")
    try place.succeed("ingest", "backwards.log")
    for command in ["timeline", "info", "threads", "leaks", "sites"] {
      try place.succeed(command, "trace.zst")
    }
    #expect(try place.json("timeline", "trace.zst")["peakBytes"]?.integer == 200)
  }

  @Test(arguments: ["0", "1", "9223372036854775808"])
  func `times at the clock's end leave every report readable`(first: String) throws {
    let place = try Workplace()
    let log = """
      \(first) tid=1 malloc addr=0x10 size=5
      18446744073709551614 tid=18446744073709551615 malloc addr=0x20 size=7
      18446744073709551615 tid=2 free addr=0x20

      """
    try place.write(Array(log.utf8), to: "late.log")
    try place.succeed("ingest", "late.log")
    for report in ["timeline --buckets 7", "timeline --by thread", "threads", "info", "sites"] {
      try place.succeed(arguments: report.split(separator: " ").map(String.init) + ["trace.zst"])
    }
  }

  @Test func `a call with a result other than 0 has no effect`() throws {
    let place = try Workplace()
    let log = """
      1 tid=1 malloc addr=0x10 size=5 result=0
      2 tid=1 malloc addr=0x50 size=100 result=12
      3 tid=1 realloc old=0x10 addr=0x20 size=50 result=12
      4 tid=1 posix_memalign addr=0x80 size=7 align=8 result=22
      5 tid=1 mmap addr=0x1000 size=9223372036854775807 prot=rw

      """
    try place.write(log, to: "failed.log")
    let outcome = try place.succeed("ingest", "failed.log")
    #expect(outcome.errors.contains("a size that no process can have"))
    #expect(try place.json("peak", "trace.zst")["peakBytes"]?.integer == 5)
  }

  @Test func `NUL bytes between lines are other text`() throws {
    let (messages, peak) = try ingest("nul.log")
    #expect(peak == 17)
    #expect(messages.contains("nul.log:2: note: "))
    #expect(messages.contains("nul.log:3: warning: line skipped"))
  }

  @Test func `NUL bytes in a capture do not hide its dump`() throws {
    let (messages, peak) = try ingest("nul.txt")
    #expect(peak == 591_834)
    #expect(messages.contains("1 dump (1 complete)"))
  }

  @Test func `a torn last line is said`() throws {
    let (messages, peak) = try ingest("torn-end.log")
    #expect(peak == 16)
    #expect(messages.contains("torn-end.log:2: note: the last line has no line end"))
  }

  @Test func `many thousand threads take little memory and time`() throws {
    let place = try Workplace()
    let outcome = try place.shell(
      """
      seq 1 20000 | awk '{ printf "%d tid=%d malloc addr=0x%x size=%d\\n", $1, $1, $1 * 64, 1 }' \
        > threads.log
      "$MEMTRACE" ingest threads.log && "$MEMTRACE" threads trace.zst | wc -l \
        && "$MEMTRACE" peak trace.zst --by thread --format csv | wc -l
      """)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output == "20001\n20001\n")
    // 3 KiB a thread at the most, which is as much again as it takes.
    #expect(outcome.peakKiB < 128 << 10)
  }

  @Test func `strict ends at the first warning, wherever it comes from`() throws {
    let place = try Workplace()
    for name in ["sizes.log", "backwards.log", "nul.log"] {
      try place.copy("malformed/\(name)", to: name)
    }
    try place.refuse("ingest", "sizes.log", "--strict", saying: ["sizes.log:1: error: ", "help: "])
    try place.refuse(
      "ingest", "backwards.log", "--strict",
      saying: ["backwards.log: error: time goes backwards", "without --strict"])
    try place.refuse("ingest", "nul.log", "--strict", saying: ["nul.log:3: error: "])
    try place.ingest(.sites, "--strict")
  }
}
