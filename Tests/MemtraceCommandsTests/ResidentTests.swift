import MemtraceTestSupport
import Testing

/// `resident` beside `committed` in peak, on logs whose samples are known.
@Suite struct ResidentTests {
  private static let header = "#memtrace-log 1 clock=monotonic-ns pagesize=4096 scope=process\n"
  private static let allKeys =
    "rss=2000000 pss=1500000 anon=900000 filebacked=500000 shmem=100000 swap=4096 hugepages=2097152"

  private static func resident(
    _ log: String, _ arguments: String..., in place: Workplace
  ) throws -> JSONNode? {
    try place.write(header + log, to: "a.log")
    try place.succeed("ingest", "a.log", "--force")
    let outcome = try ProgramUnderTest.run(
      ["peak", "trace.zst", "--format", "json"] + arguments, in: place.path)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let document = try JSONNode(outcome.output)
    let schema = try JSONNode(try place.succeed("schema", "peak").output)
    #expect(SchemaValidator.problems(document, schema) == [])
    return document["resident"]
  }

  @Test func `a sample after the peak shows it`() throws {
    let place = try Workplace()
    let resident = try ResidentTests.resident(
      """
      100 tid=1 sample rss=1000 pss=900
      200 tid=1 malloc addr=0x10000 size=5000000
      250 tid=1 mmap addr=0x7f0000000000 size=8192 prot=none
      300 tid=1 sample \(ResidentTests.allKeys)
      400 tid=1 free addr=0x10000
      500 tid=1 sample rss=7 pss=7

      """, in: place)
    let expected: [String: Int] = [
      "event": 3, "timeNanoseconds": 300, "residentBytes": 2_000_000,
      "proportionalBytes": 1_500_000, "anonymousBytes": 900_000, "fileBytes": 500_000,
      "sharedMemoryBytes": 100_000, "swapBytes": 4096, "hugePageBytes": 2_097_152,
      "committedBytes": 5_000_000, "reservedBytes": 8192, "untouchedBytes": 3_000_000,
    ]
    for (key, bytes) in expected { #expect(resident?[key]?.integer == bytes, "\(key)") }
    let text = try place.succeed("peak", "trace.zst").output
    #expect(
      text.contains(
        "resident 0.000000100 s after the peak: 1.91 MiB, where 4.77 MiB were committed"))
    for part in [
      "2.86 MiB or more of the committed bytes were never touched", "pages of files",
      "the process's own share", "2.00 MiB lie in huge pages", "4.00 KiB are swapped out",
      "8.00 KiB are address space without access",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(!text.contains("more are resident than committed"))
  }

  @Test func `where memory is gone at the next sample, the one before shows the peak`() throws {
    let place = try Workplace()
    let resident = try ResidentTests.resident(
      """
      100 tid=1 malloc addr=0x10000 size=5000000
      200 tid=1 sample rss=6000000
      300 tid=1 malloc addr=0x20000 size=10
      400 tid=1 free addr=0x10000
      500 tid=1 sample rss=1000

      """, in: place)
    #expect(resident?["event"]?.integer == 1)
    #expect(resident?["committedBytes"]?.integer == 5_000_000)
    #expect(resident?["untouchedBytes"]?.integer == 0)
    #expect(resident?["proportionalBytes"] == .null)
    let text = try place.succeed("peak", "trace.zst").output
    #expect(text.contains("0.000000100 s before the peak"))
    #expect(text.contains("976.56 KiB more are resident than committed"))
  }

  @Test func `without samples, and for other measures, there is none`() throws {
    let place = try Workplace()
    let log = "1 tid=1 malloc addr=0x10 size=5\n"
    #expect(try ResidentTests.resident(log, in: place) == .null)
    #expect(!(try place.succeed("peak", "trace.zst").output.contains("resident")))
    let sampled = log + "2 tid=1 sample rss=4096 pss=4096\n"
    #expect(try ResidentTests.resident(sampled, "--measure", "reserved", in: place) == .null)
    #expect(try ResidentTests.resident(sampled, in: place)?["event"]?.integer == 1)
    #expect(try ResidentTests.resident(log + "2 tid=1 sample rss=frob\n", in: place) == .null)
  }

  @Test(arguments: [true, false])
  func `a sample in a row group far from the peak is found`(_ isBefore: Bool) throws {
    let place = try Workplace()
    var log = isBefore ? "0 tid=1 sample rss=4096\n" : ""
    let peak = isBefore ? 140_000 : 1
    for event in 1...140_000 {
      if event == peak { log += "\(event) tid=1 malloc addr=0x5000000 size=1000000\n" }
      log += "\(event) tid=1 malloc addr=0x10 size=5\n\(event) tid=1 free addr=0x10\n"
    }
    if !isBefore { log += "140001 tid=1 sample rss=8192\n" }
    let resident = try ResidentTests.resident(log, in: place)
    #expect(resident?["residentBytes"]?.integer == (isBefore ? 4096 : 8192))
    #expect(resident?["event"]?.integer == (isBefore ? 0 : 280_001))
    #expect(resident?["committedBytes"]?.integer == (isBefore ? 0 : 1_000_000))
  }
}

/// Frames of sites as people read them.
@Suite struct SiteFrameTests {
  @Test func `the recorder and an allocator's entry do not hide the caller`() throws {
    let place = try Workplace()
    try place.write(
      """
      stack 1 frame=main at main.c:9 in app+0x100
      stack 2 parent=1 frame=read_file at file.c:3 in app+0x200
      stack 3 parent=2 frame=malloc in libmemtrace-record.so+0x30
      stack 4 parent=1 frame=operator new(unsigned long) in libstdc++.so.6+0xaed80
      stack 5 parent=4 frame=malloc at malloc.c:3300 in libc.so.6+0x980
      stack 6 frame=app+0x512
      stack 7 parent=6 frame=libmemtrace-record.so+0x77
      stack 8 frame=malloc in libc.so.6+0x980
      1 tid=1 malloc addr=0x10000 size=800 stack=3
      2 tid=1 malloc addr=0x20000 size=700 stack=5
      3 tid=1 malloc addr=0x30000 size=600 stack=7
      4 tid=1 malloc addr=0x40000 size=500 stack=8

      """, to: "a.log")
    try place.succeed("ingest", "a.log")
    let peak = try place.succeed("peak", "trace.zst", "--by", "site").output
    #expect(peak.contains(/3 +800 B +30.8 % +1 +read_file at file.c:3\n/))
    let rows = try place.json("peak", "trace.zst", "--by", "site")["rows"]?.elements
    #expect(rows?.first?["site"] == .string("3"))
    for command in ["sites", "leaks"] {
      let lines = try place.succeed(command, "trace.zst").output.split(separator: "\n").dropFirst(2)
      let frames = [
        "read_file at file.c:3", "main at main.c:9", "app+0x512", "malloc in libc.so.6",
      ]
      #expect(lines.count == frames.count)
      for (line, frame) in zip(lines, frames) { #expect(line.hasSuffix("  \(frame)"), "\(line)") }
      let sites = try place.json(command, "trace.zst")["sites"]?.elements ?? []
      #expect(
        sites.first?["frames"]?.elements == [
          .string("malloc in libmemtrace-record.so+0x30"),
          .string("read_file at file.c:3 in app+0x200"), .string("main at main.c:9 in app+0x100"),
        ])
    }
  }
}
