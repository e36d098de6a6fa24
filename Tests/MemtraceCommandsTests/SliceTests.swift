import MemtraceTestSupport
import Testing

/// `memtrace slice`: what a store of a part says is what the whole trace says of it.
@Suite struct SliceTests {
  /// Peak, end and oddities, by the naive replay of the text.
  private static func expectations(
    _ log: RandomLog, _ range: Range<Int>
  ) -> (peak: Int, end: Int, blocks: Int, missed: Int, unmatched: Int) {
    let naive = NaiveReplay(log)
    var before = NaiveReplay()
    for event in log.events[..<range.lowerBound] { before.replay(event) }
    var through = before
    for event in log.events[range] { through.replay(event) }
    let first = range.lowerBound == 0 ? 0 : naive.totals[range.lowerBound - 1]
    return (
      Int(max(first, naive.totals[range].max() ?? 0)), Int(through.totals.last ?? 0),
      through.live.count, Int(through.missedFrees - before.missedFrees),
      Int(through.unmatchedFrees - before.unmatchedFrees)
    )
  }

  /// The events of a range of time.
  private static func events(_ log: RandomLog, _ from: UInt64, _ to: UInt64) -> Range<Int> {
    let first = log.events.firstIndex { $0.time >= from } ?? 0
    let last = log.events.lastIndex { $0.time <= to } ?? 0
    return first..<last + 1
  }

  @Test(arguments: SeededGenerator.seeds(3))
  func `peak, end and oddities are those of the range`(seed: UInt64) throws {
    let log = RandomLog(seed: seed, count: 400)
    let place = try Workplace()
    try place.write(log.text, to: "a.log")
    try place.succeed("ingest", "a.log")
    var random = SeededGenerator(seed: seed)
    for _ in 0..<3 {
      let times = [random.next() % 400, random.next() % 400].map { log.events[Int($0)].time }
        .sorted()
      let range = SliceTests.events(log, times[0], times[1])
      let expected = SliceTests.expectations(log, range)
      try place.succeed(
        "slice", "trace.zst", "--from", "\(times[0])", "--to", "\(times[1])", "-o", "part.zst",
        "--force")
      try place.succeed("verify", "part.zst")
      let info = try place.json("info", "part.zst")
      #expect(info["peakBytes"]?.integer == expected.peak)
      #expect(info["endBytes"]?.integer == expected.end)
      #expect(info["endBlockCount"]?.integer == expected.blocks)
      #expect(info["missedFreeCount"]?.integer == expected.missed)
      #expect(info["unmatchedFreeCount"]?.integer == expected.unmatched)
      let opening = try #require(info["openingEventCount"]?.integer)
      #expect(info["eventCount"]?.integer == opening + range.count)
      #expect(info["firstTimeNanoseconds"]?.integer == Int(times[0]))
      #expect(info["lastTimeNanoseconds"]?.integer == Int(times[1]))
      #expect(info["slice"]?["firstEvent"]?.integer == range.lowerBound)
      #expect(try place.json("leaks", "part.zst")["totalBytes"]?.integer == expected.end)
      #expect(try place.json("peak", "part.zst")["peakBytes"]?.integer == expected.peak)
      let timeline = try place.json("timeline", "part.zst", "--buckets", "7")
      #expect(timeline["peakBytes"]?.integer == expected.peak)
      let threads = try place.json("threads", "part.zst")["threads"]?.elements ?? []
      #expect(threads.reduce(0) { $0 + ($1["eventCount"]?.integer ?? 0) } == range.count)
      let lines = try place.succeed("export", "part.zst", "--to", "log").output
        .split(separator: "\n")
      #expect(lines.suffix(range.count).map(String.init) == log.events[range].map(\.line))
    }
  }

  @Test(arguments: SeededGenerator.seeds(3))
  func `sites at any moment of the range are those of the whole trace`(seed: UInt64) throws {
    let log = RandomLog(seed: seed, count: 300)
    let place = try Workplace()
    try place.write(log.text, to: "a.log")
    try place.succeed("ingest", "a.log")
    let from = log.events[120].time
    let to = log.events[260].time
    try place.succeed("slice", "trace.zst", "--from", "\(from)", "--to", "\(to)", "-o", "part.zst")
    for event in stride(from: 120, through: 260, by: 35) {
      let time = "\(log.events[event].time)"
      func rows(_ store: String) throws -> [String] {
        let sites = try place.json("sites", store, "--at", time, "--top", "999")["sites"]
        return (sites?.elements ?? []).map { site in
          ["category", "thread", "stack", "bytes", "blockCount"].map {
            "\(String(describing: site[$0]))"
          }
          .joined(separator: " ")
        }.sorted()
      }
      #expect(try !rows("trace.zst").isEmpty)
      #expect(try rows("part.zst") == rows("trace.zst"))
    }
    try place.refuse(
      "sites", "part.zst", "--at", "\(from - 1)", exitCode: 3, saying: ["the slice begins at"])
  }

  @Test(arguments: [
    "main-fast__instances", "main-aot__threads_wat", "2.2.0-aot__mallocheavy", "none__four_threads",
  ])
  func `a recording cut at its peak has the peak's rows by category, thread and instance`(
    name: String
  ) throws {
    let place = try Workplace()
    try place.succeed("ingest", Samples.path("recordings/\(name).log.zst"), "-o", "run.zst")
    let whole = try place.json("peak", "run.zst", "--by", "category,thread,instance")
    let time = "\(try #require(whole["timeNanoseconds"]?.integer))"
    for options in [["--from", time], ["--to", time], ["--from", time, "--to", time]] {
      let outcome = try place.succeed(
        arguments: ["slice", "run.zst", "-o", "part.zst", "--force"] + options)
      #expect(!outcome.errors.contains("warning"), "\(outcome.errors)")
      let part = try place.json("peak", "part.zst", "--by", "category,thread,instance")
      #expect(part["rows"] == whole["rows"])
      #expect(part["peakBytes"] == whole["peakBytes"])
    }
  }

  @Test func `a slice of a slice is the slice`() throws {
    let log = RandomLog(seed: 5, count: 300)
    let place = try Workplace()
    try place.write(log.text, to: "a.log")
    try place.succeed("ingest", "a.log")
    let times = [50, 100, 200, 250].map { "\(log.events[$0].time)" }
    try place.succeed(
      "slice", "trace.zst", "--from", times[0], "--to", times[3], "-o", "outer.zst")
    for (store, name) in [("trace.zst", "one.zst"), ("outer.zst", "two.zst")] {
      try place.succeed("slice", store, "--from", times[1], "--to", times[2], "-o", name)
    }
    #expect(
      try place.succeed("export", "one.zst", "--to", "log").output
        == place.succeed("export", "two.zst", "--to", "log").output)
    #expect(try place.json("info", "one.zst")["slice"] == place.json("info", "two.zst")["slice"])
  }

  @Test func `what a range does not need is left out, labels stay, dumps go`() throws {
    let place = try Workplace()
    try place.ingest(.memmax, "--label", "board=a")
    let first = try #require(
      try place.json("info", "run.zst")["firstTimeNanoseconds"]?.integer)
    try place.succeed("slice", "run.zst", "--to", "\(first)", "-o", "part.zst")
    let info = try place.json("info", "part.zst")
    #expect(info["snapshotCount"]?.integer == 0)
    #expect(info["sources"]?.elements.map { $0["name"]?.string } == ["alloc.log"])
    #expect(info["labels"] == (try place.json("info", "run.zst")["labels"]))
    #expect(info["openingEventCount"]?.integer == 0)
  }

  @Test func `a slice says of itself what it is`() throws {
    let place = try Workplace()
    try place.write(
      "1 tid=1 malloc addr=0x10 size=5\n2 tid=1 malloc addr=0x20 size=7\n3 tid=1 free addr=0x10\n",
      to: "a.log")
    try place.succeed("ingest", "a.log", "--scope", "wamr")
    let outcome = try place.succeed("slice", "trace.zst", "--from", "3", "-o", "part.zst")
    #expect(outcome.errors == "part.zst: 1 event behind 2 opening events\n")
    #expect(
      try place.succeed("info", "part.zst").output.contains(
        "slice of a trace: from 3 ns, its events 2 to 2, behind 2 opening events\n"))
    #expect(try place.json("peak", "part.zst")["peakBytes"]?.integer == 12)
  }

  @Test func `an empty range, a wrong one and an output that is the input are refused`() throws {
    let place = try Workplace()
    try place.ingest(.sites)
    try place.refuse(
      "slice", "run.zst", "--from", "18446744073709551615", "-o", "part.zst", exitCode: 3,
      saying: ["run.zst: error: no event lies in the range"])
    try place.refuse(
      "slice", "run.zst", "-o", "run.zst", "--force", saying: ["written over what is read"])
    try place.refuse(
      "slice", "run.zst", "--from", "2", "--to", "1", "-o", "part.zst", exitCode: 64,
      saying: ["--from lies behind --to"])
    try place.succeed("slice", "run.zst", "-o", "part.zst")
    try place.refuse("slice", "run.zst", "-o", "part.zst", saying: ["part.zst: error: exists"])
  }

  @Test func `a log whose time steps back is cut in its own order`() throws {
    let place = try Workplace()
    try place.write(
      [(5, 1), (1, 2), (4, 4), (9, 8), (3, 16), (20, 32)].map {
        "\($0) tid=1 malloc addr=0x\($1)0 size=\($1)\n"
      }.joined(), to: "a.log")
    try place.succeed("ingest", "a.log")
    try place.succeed("slice", "trace.zst", "--from", "6", "--to", "10", "-o", "part.zst")
    let info = try place.json("info", "part.zst")
    #expect(info["slice"]?["firstEvent"]?.integer == 3)
    #expect(info["slice"]?["endEvent"]?.integer == 5)
    #expect(info["openingEventCount"]?.integer == 3)
    #expect(info["peakBytes"]?.integer == 31)
  }

  @Test func `a recovered slice is still a slice`() throws {
    let place = try Workplace()
    let log = RandomLog(seed: 9, count: 300)
    try place.write(log.text, to: "a.log")
    try place.succeed("ingest", "a.log")
    try place.succeed(
      "slice", "trace.zst", "--from", "\(log.events[150].time)", "-o", "part.zst")
    try place.write(Array(try place.bytes("part.zst").dropLast(20)), to: "cut.zst")
    try place.succeed("recover", "cut.zst", "-o", "back.zst")
    for key in ["openingEventCount", "peakBytes", "endBytes", "unmatchedFreeCount", "slice"] {
      #expect(
        try place.json("info", "back.zst")[key] == place.json("info", "part.zst")[key], "\(key)")
    }
  }
}
