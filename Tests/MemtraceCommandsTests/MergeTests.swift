import MemtraceTestSupport
import Testing

/// `memtrace merge`: parts of a run are the run again.
@Suite struct MergeTests {
  /// Everything that queries say of a store, but for its size and name.
  private static func answers(_ place: Workplace, _ store: String) throws -> [String] {
    var answers: [String] = []
    for command in [
      "peak \(store) --by category,thread,instance", "peak \(store) --by category,site",
      "timeline \(store) --buckets 9 --by category", "sites \(store) --at end --top 999",
      "threads \(store)", "leaks \(store)", "snapshots \(store)", "export \(store) --to log",
    ] {
      let words = command.split(separator: " ").map(String.init)
      answers.append(try place.succeed(arguments: words).output)
    }
    return answers
  }

  /// What `info` says, but for sizes.
  private static func info(_ place: Workplace, _ store: String) throws -> [String: JSONNode] {
    guard case .object(var info) = try place.json("info", store) else { return [:] }
    for key in ["columns", "storeBytes"] { info[key] = nil }
    return info
  }

  private static func expectEqual(
    _ place: Workplace, _ first: String, _ second: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let pairs = zip(try answers(place, first), try answers(place, second))
    for (left, right) in pairs { #expect(left == right, sourceLocation: sourceLocation) }
    #expect(try info(place, first) == info(place, second), sourceLocation: sourceLocation)
  }

  /// Cuts a store at times and merges the pieces, in any order; compares with the slice of all.
  private static func check(_ place: Workplace, _ store: String, cuts: [UInt64]) throws {
    var names: [String] = []
    for (index, from) in cuts.dropLast().enumerated() {
      let name = "part\(index).zst"
      try place.succeed(
        "slice", store, "--from", "\(from)", "--to", "\(cuts[index + 1] - 1)", "-o", name,
        "--force")
      names.insert(name, at: index % 2 == 0 ? 0 : names.count)
    }
    try place.succeed(
      "slice", store, "--from", "\(cuts[0])", "--to", "\((cuts.last ?? 1) - 1)", "-o", "all.zst",
      "--force")
    let outcome = try place.succeed(
      arguments: ["merge"] + names + ["-o", "joined.zst", "--force"])
    #expect(!outcome.errors.contains("warning"), "\(outcome.errors)")
    try place.succeed("verify", "joined.zst")
    try expectEqual(place, "joined.zst", "all.zst")
  }

  @Test func `logs of two processes are two runs`() throws {
    let place = try Workplace()
    for (name, pid, time) in [("a", 11, 100), ("b", 12, 200)] {
      try place.write(
        "#memtrace-log 1 pid=\(pid)\n\(time) tid=1 malloc addr=0x10 size=8\n", to: "\(name).log")
      try place.succeed("ingest", "\(name).log", "-o", "\(name).zst")
    }
    try place.refuse(
      "merge", "a.zst", "b.zst", "-o", "both.zst",
      saying: ["b.zst: error: it is of process 12, and a.zst of process 11"])
  }

  @Test(arguments: SeededGenerator.seeds(3))
  func `slices that follow one another are the slice of both`(seed: UInt64) throws {
    let log = RandomLog(seed: seed, count: 400)
    let place = try Workplace()
    let stacks = "stack 0 frame=a\nstack 1 parent=0 frame=b\nstack 2 parent=0 frame=c\n"
    try place.write(stacks + log.text, to: "a.log")
    try place.succeed("ingest", "a.log")
    var random = SeededGenerator(seed: seed)
    let times = Set((0..<4).map { _ in log.events[Int(random.next() % 400)].time }).sorted()
    try MergeTests.check(place, "trace.zst", cuts: times)
  }

  @Test(arguments: ["main-fast__instances", "main-aot__threads_wat", "2.2.0-aot__mallocheavy"])
  func `a recording cut in three is the recording again`(name: String) throws {
    let place = try Workplace()
    try place.succeed("ingest", Samples.path("recordings/\(name).log.zst"), "-o", "run.zst")
    let info = try place.json("info", "run.zst")
    let first = UInt64(try #require(info["firstTimeNanoseconds"]?.integer))
    let last = UInt64(try #require(info["lastTimeNanoseconds"]?.integer))
    let peak = UInt64(
      try #require(try place.json("peak", "run.zst")["timeNanoseconds"]?.integer))
    let middle = first + (last - first) / 3
    try MergeTests.check(place, "run.zst", cuts: [first, middle, peak, last].sorted())

    try place.succeed("slice", "run.zst", "--to", "\(middle)", "-o", "early.zst")
    try place.succeed("slice", "run.zst", "--from", "\(middle + 1)", "-o", "late.zst")
    try place.succeed("merge", "late.zst", "early.zst", "-o", "both.zst")
    for command in ["export both.zst --to log", "peak both.zst", "threads both.zst"] {
      let words = command.split(separator: " ").map(String.init)
      #expect(
        try place.succeed(arguments: words).output
          == place.succeed(arguments: words.map { $0 == "both.zst" ? "run.zst" : $0 }).output)
    }
  }

  @Test func `logs that follow one another are what one ingest would have made`() throws {
    let log = RandomLog(seed: 3, count: 300)
    let place = try Workplace()
    let halves = [log.events[..<150], log.events[150...]].map { events in
      events.map { $0.line + "\n" }.joined()
    }
    try place.write("stack 1 frame=a\n" + halves[0], to: "first.log")
    try place.write("stack 2 frame=b\n" + halves[1], to: "second.log")
    try place.succeed("ingest", "first.log", "second.log", "-o", "whole.zst")
    for name in ["first", "second"] {
      try place.succeed("ingest", "\(name).log", "-o", "\(name).zst")
    }
    try place.succeed("merge", "second.zst", "first.zst", "-o", "joined.zst")
    #expect(
      try place.succeed("export", "joined.zst", "--to", "log").output
        == place.succeed("export", "whole.zst", "--to", "log").output)
    let joined = try place.json("info", "joined.zst")
    let whole = try place.json("info", "whole.zst")
    for key in [
      "peakBytes", "endBytes", "missedFreeCount", "unmatchedFreeCount", "sources", "categoryPeaks",
      "slice", "stackCount",
    ] { #expect(joined[key] == whole[key], "\(key)") }
  }

  @Test func `inputs of several scopes keep theirs in slices and when these are joined`() throws {
    let place = try Workplace()
    let header = "#memtrace-log 1 clock=monotonic-ns pagesize=4096 scope="
    let first = RandomLog(seed: 21, count: 120)
    var second = RandomLog(seed: 22, count: 120)
    let end = first.events.last?.time ?? 0
    for index in second.events.indices { second.events[index].time += end + 5 }
    try place.write("\(header)wamr\n" + first.text, to: "a.log")
    try place.write("\(header)process\n" + second.text, to: "b.log")
    try place.succeed("ingest", "a.log", "b.log")
    let cuts = [first.events[30], first.events[90], second.events[40], second.events[100]]
    try MergeTests.check(place, "trace.zst", cuts: cuts.map(\.time))
    try MergeTests.check(place, "trace.zst", cuts: [cuts[0].time, end + 1, cuts[3].time])
    let whole = try place.succeed("sites", "trace.zst", "--at", "\(cuts[2].time)", "--top", "99")
    try place.succeed(
      "slice", "trace.zst", "--from", "\(cuts[2].time)", "--to", "\(cuts[2].time)", "-o",
      "moment.zst")
    #expect(
      try place.json("peak", "moment.zst", "--by", "category")["rows"]?.elements.count ?? 0 > 1)
    #expect(!whole.output.isEmpty)
  }

  @Test func `dumps and a log joined answer as if ingested together`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    try place.succeed("ingest", "stdout.txt", "-o", "dumps.zst")
    try place.succeed("ingest", "alloc.log", "-o", "log.zst", "--scope", "wamr")
    try place.succeed("merge", "dumps.zst", "log.zst", "-o", "joined.zst")
    for command in ["peak", "snapshots", "timeline", "diff memmax.json"] {
      let words = command.split(separator: " ").map(String.init)
      let joined = try ProgramUnderTest.run(words + ["joined.zst"], in: place.path)
      let run = try ProgramUnderTest.run(words + ["run.zst"], in: place.path)
      #expect(joined.output.replacing("joined.zst", with: "run.zst") == run.output)
    }
    #expect(
      try place.json("info", "joined.zst")["labels"] == place.json("info", "run.zst")["labels"])
  }

  @Test func `call stacks that mean different frames get numbers of their own`() throws {
    let place = try Workplace()
    try place.write(
      "stack 1 frame=main\nstack 2 parent=1 frame=a\n1 tid=1 malloc addr=0x10 size=1 stack=2\n",
      to: "a.log")
    try place.write(
      "stack 1 frame=main\nstack 2 parent=1 frame=b\n2 tid=1 malloc addr=0x20 size=2 stack=2\n",
      to: "b.log")
    for name in ["a", "b"] { try place.succeed("ingest", "\(name).log", "-o", "\(name).zst") }
    try place.succeed("merge", "a.zst", "b.zst", "-o", "c.zst")
    let sites = try place.json("leaks", "c.zst")["sites"]?.elements ?? []
    let found = sites.map { site in
      (site["frames"]?.elements ?? []).compactMap(\.string).joined(separator: "<")
        + " \(site["bytes"]?.integer ?? 0)"
    }
    #expect(found.sorted() == ["a<main 1", "b<main 2"])
  }

  /// A random log, cut in three; `trace.zst`, `0.zst`, `1.zst` and `2.zst`.
  private func threeParts() throws -> Workplace {
    let place = try Workplace()
    let log = RandomLog(seed: 11, count: 300)
    try place.write(log.text, to: "a.log")
    try place.succeed("ingest", "a.log")
    let (one, two) = (log.events[100].time, log.events[200].time)
    try place.succeed("slice", "trace.zst", "--to", "\(one - 1)", "-o", "0.zst")
    try place.succeed("slice", "trace.zst", "--from", "\(one)", "--to", "\(two - 1)", "-o", "1.zst")
    try place.succeed("slice", "trace.zst", "--from", "\(two)", "-o", "2.zst")
    return place
  }

  @Test func `gaps, overlaps and parts named twice are refused, with the reason`() throws {
    let place = try threeParts()
    try place.refuse(
      "merge", "0.zst", "2.zst", "-o", "c.zst", saying: ["2.zst: error", "missing between 0.zst"])
    try place.succeed("slice", "trace.zst", "-o", "all.zst")
    try place.refuse("merge", "1.zst", "all.zst", "-o", "c.zst", saying: ["are in", "too"])
    try place.refuse(
      "merge", "trace.zst", "1.zst", "-o", "c.zst", saying: ["1.zst: error", "trace.zst, too"])
    try place.refuse(
      "merge", "0.zst", "0.zst", "-o", "c.zst", saying: ["0.zst: error: is named twice"])
    try place.refuse("merge", "0.zst", "1.zst", "-o", "1.zst", "--force", saying: ["written over"])
    try place.refuse("merge", "0.zst", "-o", "c.zst", exitCode: 64, saying: ["two stores"])
    try place.refuse("merge", "0.zst", "a.log", "-o", "c.zst", saying: ["a.log: error"])
  }

  @Test func `a slice of another run does not continue`() throws {
    let place = try threeParts()
    let other = RandomLog(seed: 12, count: 300)
    try place.write(other.text, to: "b.log")
    try place.succeed("ingest", "b.log", "-o", "other.zst")
    try place.succeed("slice", "other.zst", "--to", "\(other.events[100].time - 1)", "-o", "x.zst")
    let end = try #require(try place.json("info", "x.zst")["slice"]?["endEvent"]?.integer)
    let start = try #require(try place.json("info", "1.zst")["slice"]?["firstEvent"]?.integer)
    let said = end == start ? "does not continue x.zst" : "1.zst: error"
    try place.refuse("merge", "x.zst", "1.zst", "-o", "c.zst", saying: [said])
  }

  @Test func `two logs of one time are refused, saying why`() throws {
    let place = try Workplace()
    try place.write(
      "1 tid=1 malloc addr=0x10 size=5\n9 tid=1 free addr=0x10\n", to: "a.log")
    try place.write("3 tid=2 malloc addr=0x10 size=7\n4 tid=2 free addr=0x10\n", to: "b.log")
    for name in ["a", "b"] { try place.succeed("ingest", "\(name).log", "-o", "\(name).zst") }
    try place.refuse(
      "merge", "b.zst", "a.zst", "-o", "c.zst",
      saying: ["b.zst: error: it begins at 3 ns, before a.zst ends at 9 ns", "cannot be known"])
  }

  @Test func `labels are joined, and contradictions name both stores`() throws {
    let place = try Workplace()
    for (name, label) in [("a", "board=x"), ("b", "mode=fast"), ("c", "board=y")] {
      try place.write(
        "\(name == "a" ? 1 : 2) tid=1 malloc addr=0x\(name)0 size=5\n", to: "\(name).log")
      try place.succeed("ingest", "\(name).log", "-o", "\(name).zst", "--label", label)
    }
    try place.succeed("merge", "a.zst", "b.zst", "-o", "both.zst")
    let labels = try place.json("info", "both.zst")["labels"]?.elements ?? []
    #expect(labels.map { $0["value"]?.string } == ["x", "fast"])
    try place.refuse(
      "merge", "a.zst", "c.zst", "-o", "d.zst",
      saying: ["c.zst: error: label board is y, and x in a.zst"])
  }

  @Test func `diagnostics of all parts are kept, oddities are counted anew`() throws {
    let place = try Workplace()
    try place.write("1 tid=1 malloc addr=0x10 size=5\nnonsense\n", to: "a.log")
    try place.write("2 tid=1 free addr=0x10\n3 tid=1 free addr=0x20\n", to: "b.log")
    for name in ["a", "b"] { try place.succeed("ingest", "\(name).log", "-o", "\(name).zst") }
    #expect(try place.json("info", "b.zst")["unmatchedFreeCount"]?.integer == 2)
    try place.succeed("merge", "a.zst", "b.zst", "-o", "c.zst")
    let info = try place.json("info", "c.zst")
    #expect(info["unmatchedFreeCount"]?.integer == 1)
    let messages = info["diagnostics"]?.elements.compactMap { $0["message"]?.string } ?? []
    #expect(messages.contains("other text between the events"))
    #expect(messages.filter { $0.hasPrefix("a free of an unknown address") }.count == 1)
  }

  @Test func `a guest's log joins no other log`() throws {
    let place = try Workplace()
    try place.write("#memtrace-log 1 scope=guest\n1 tid=0 memory size=65536\n", to: "a.log")
    try place.write("#memtrace-log 1 scope=process\n2 tid=0 malloc addr=0x10 size=8\n", to: "b.log")
    for name in ["a", "b"] { try place.succeed("ingest", "\(name).log", "-o", "\(name).zst") }
    try place.refuse("merge", "a.zst", "b.zst", "-o", "c.zst", saying: ["a store of its own"])
  }
}
