import Foundation
import MemtraceTestSupport
import Testing

/// What a store holds depends on what the log says, and on nothing else.
@Suite struct EngineTests {
  /// A log of all kinds of lines, with several row groups: a header line ends one.
  private static let mixedLog: String = {
    var lines = RandomLog.heap(seed: 21, count: 12_000, threads: 5).events.map(\.line)
    for (index, place) in stride(from: 0, to: 11_000, by: 2000).enumerated() {
      lines[place] = "#memtrace-log 1 scope=\(index % 2 == 0 ? "process" : "wamr")"
      lines[place + 1] = "stack \(index + 1) frame=f\(index)"
      lines[place + 2] = "hello"
      lines[place + 3] = "\(index) tid=1 mark name=m\(index)"
      lines[place + 4] = "5 tid=x free addr=0x1"
      lines[place + 5] = "\(place * 37) tid=1 mmap addr=0x7f0000000000 size=8192 prot=rw"
    }
    return lines.joined(separator: "\n") + "\n"
  }()

  private static let samples = [
    "logs/preload__main-aot__threads_wat.log", "logs/usage__main-usagehw__main__memmax.jsonl",
    "logs/emb__main-aot__insts__lib_exports.csv", "recordings/main-aot__threads_wat.log.zst",
    "recordings/none__four_threads.log.zst",
  ]

  private func store(
    of name: String, in place: Workplace, _ options: String...,
    input: ProgramUnderTest.Input = .nothing
  ) throws -> [UInt8] {
    let outcome = try ProgramUnderTest.run(
      ["ingest", name, "-o", "run.zst", "--force"] + options, in: place.path, input: input)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    return try place.bytes("run.zst")
  }

  /// Writes to a program in portions and waits for its end.
  private func pipe(_ text: String, portion: Int, in place: Workplace) throws -> [UInt8] {
    let program = try ProgramUnderTest.start(
      ["ingest", "-", "-o", "run.zst", "--force", "--threads", "2"], in: place.path, input: .pipe)
    var rest = text[...]
    while !rest.isEmpty {
      #expect(try program.write(String(rest.prefix(portion))))
      rest = rest.dropFirst(portion)
    }
    program.closeInput()
    let outcome = try program.wait()
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    return try place.bytes("run.zst")
  }

  @Test(arguments: samples)
  func `any number of threads makes the same store of a sample`(sample: String) throws {
    let place = try Workplace()
    try place.copy(sample, to: "a.log")
    let alone = try store(of: "a.log", in: place, "--threads", "1")
    for threads in ["2", "7"] {
      #expect(try store(of: "a.log", in: place, "--threads", threads) == alone)
    }
    // By default as many as the machine has.
    #expect(try store(of: "a.log", in: place) == alone)
  }

  @Test func `a large log makes the same store however it comes and whoever reads it`() throws {
    let place = try Workplace()
    try place.write(EngineTests.mixedLog, to: "a.log")
    let alone = try store(of: "a.log", in: place, "--threads", "1")
    for threads in ["2", "3", "7"] {
      #expect(try store(of: "a.log", in: place, "--threads", threads) == alone)
    }
    try place.succeed("verify", "run.zst")
    let piped = try store(
      of: "-", in: place, "--threads", "1", input: .file(place.place("a.log")))
    for portion in [65_537, 300_007] {
      #expect(try pipe(EngineTests.mixedLog, portion: portion, in: place) == piped)
    }
    // Compressed, under the same name.
    try place.compress("a.log")
    for suffix in ["zst", "gz"] {
      let other = try Workplace()
      try other.write(try place.bytes("a.log.\(suffix)"), to: "a.log")
      #expect(try store(of: "a.log", in: other, "--threads", "3") == alone)
    }
  }

  @Test func `a short log that comes byte by byte makes the same store`() throws {
    let place = try Workplace()
    let text = "hello\n#memtrace-log 1 scope=process\n" + RandomLog(seed: 8, count: 60).text
    try place.write(text, to: "a.log")
    let whole = try store(of: "-", in: place, input: .file(place.place("a.log")))
    for portion in [1, 7] { #expect(try pipe(text, portion: portion, in: place) == whole) }
  }

  @Test func `a log of several row groups comes back byte for byte`() throws {
    let place = try Workplace()
    // Blocks that live across the row groups' ends, at addresses that are used again.
    let events = RandomLog.heap(seed: 5, count: 8000).events.map(\.line)
    var text = ""
    for (number, line) in events.enumerated() {
      if number % 1500 == 0 { text += "#memtrace-log 1 scope=process\n" }
      text += line + "\n"
    }
    try place.write(text, to: "a.log")
    try place.succeed("ingest", "a.log", "--threads", "3")
    try place.succeed("verify", "trace.zst")
    #expect(try place.succeed("export", "trace.zst", "--to", "log").output == text)
  }

  @Test(arguments: ["0", "-1", "x"])
  func `a number of threads that is none is wrong usage`(threads: String) throws {
    let place = try Workplace()
    try place.write("1 tid=1 free addr=0x1\n", to: "a.log")
    try place.refuse("ingest", "a.log", "--threads", threads, exitCode: 64, saying: ["threads"])
  }

  @Test func `zstd's level changes the bytes and nothing else`() throws {
    let place = try Workplace()
    try place.copy("logs/preload__main-aot__threads_wat.log", to: "a.log")
    for level in ["1", "19"] {
      try place.succeed("ingest", "a.log", "--level", level, "-o", "\(level).zst")
      #expect(
        try place.succeed("export", "\(level).zst", "--to", "log").outputBytes
          == place.bytes("a.log"))
    }
    #expect(try place.bytes("19.zst").count < place.bytes("1.zst").count)
    try place.refuse("ingest", "a.log", "--level", "23", exitCode: 64, saying: ["--level"])
  }

  // MARK: Who holds memory at the peak

  /// What a query says where the store keeps it, and where all is read again.
  private func expectKeptIsScanned(_ store: String, in place: Workplace) throws {
    let kept = try place.json("sites", store, "--top", "256")
    let scanned = try place.json("sites", store, "--top", "257")
    #expect(kept["sites"] != nil)
    #expect(kept == scanned)
    // By site, everything is read.
    func sums(_ keys: String) throws -> [String: Int] {
      var sums: [String: Int] = [:]
      for row in try place.json("peak", store, "--by", keys)["rows"]?.elements ?? [] {
        sums["\(row["category"]?.string ?? "") \(row["thread"]?.string ?? "")", default: 0] +=
          row["bytes"]?.integer ?? 0
      }
      return sums
    }
    #expect(try sums("category,thread") == sums("category,thread,site"))
  }

  @Test(arguments: samples)
  func `the peak's sites and cells are kept as a scan finds them`(sample: String) throws {
    let place = try Workplace()
    try place.copy(sample, to: "a.log")
    try place.succeed("ingest", "a.log")
    try expectKeptIsScanned("trace.zst", in: place)
  }

  @Test(arguments: SeededGenerator.seeds(4))
  func `the peak's sites and cells of a random log are kept as a scan finds them`(
    seed: UInt64
  ) throws {
    let place = try Workplace()
    let log =
      seed % 2 == 0 ? RandomLog(seed: seed, count: 400) : RandomLog.heap(seed: seed, count: 400)
    // A header line ends a row group.
    var lines = log.events.map(\.line)
    for row in [300, 200, 100] { lines.insert("#memtrace-log 1 scope=process", at: row) }
    try place.write(lines.joined(separator: "\n") + "\n", to: "a.log")
    try place.succeed("ingest", "a.log")
    try expectKeptIsScanned("trace.zst", in: place)
    let from = log.events[170].time
    try place.succeed("slice", "trace.zst", "--from", "\(from)", "-o", "part.zst")
    try expectKeptIsScanned("part.zst", in: place)
  }

  @Test func `a slice that only frees has the sites that were live when it began`() throws {
    let place = try Workplace()
    try place.write(
      """
      stack 1 frame=one
      stack 2 frame=two
      1 tid=1 malloc addr=0x10 size=900 stack=2
      2 tid=1 free addr=0x10
      3 tid=1 malloc addr=0x20 size=100 stack=1
      4 tid=2 malloc addr=0x30 size=50 stack=2
      5 tid=1 free addr=0x20
      6 tid=2 free addr=0x30

      """, to: "a.log")
    try place.succeed("ingest", "a.log")
    try place.succeed("slice", "trace.zst", "--from", "5", "-o", "part.zst")
    let sites = try place.json("sites", "part.zst")["sites"]?.elements ?? []
    #expect(sites.map { $0["bytes"]?.integer } == [100, 50])
    #expect(sites.map { $0["blockCount"]?.integer } == [1, 1])
    #expect(sites.map { $0["thread"]?.string } == ["1", "2"])
    let peak = try place.json("peak", "part.zst", "--by", "thread")
    #expect(peak["peakBytes"]?.integer == 150)
    #expect(peak["rows"]?.elements.map { $0["bytes"]?.integer } == [100, 50])
    try expectKeptIsScanned("part.zst", in: place)
    try place.succeed("slice", "trace.zst", "--from", "6", "-o", "last.zst")
    #expect(
      try place.json("sites", "last.zst")["sites"]?.elements.map { $0["bytes"]?.integer } == [50])
    try expectKeptIsScanned("last.zst", in: place)
  }

  @Test(arguments: ["peak", "peak --by category,thread", "sites", "leaks", "timeline", "threads"])
  func `a store of an earlier version answers by a scan what a newer one keeps`(
    command: String
  ) throws {
    let place = try Workplace()
    for version in 1...6 {
      try place.copy("stores/v\(version)/full.zst", to: "full\(version).zst")
    }
    let words = command.split(separator: " ").map(String.init)
    let outputs = try (1...6).map { version in
      try place.succeed(arguments: words + ["full\(version).zst"]).output
        .replacing("full\(version).zst", with: "full.zst")
    }
    #expect(outputs[1] == outputs[2])
    #expect(outputs[0] == outputs[2])
  }

  @Test func `a store of an earlier version can be exported, recovered, cut and added to`() throws {
    let place = try Workplace()
    var exports: [[String]] = []
    for version in 1...6 {
      try place.write(
        TemporaryFolder.bytes(at: Samples.path("stores/v\(version)/full.zst")), to: "old.zst")
      let text = try place.succeed("export", "old.zst", "--to", "log").output
      try place.succeed("recover", "old.zst", "-o", "new.zst", "--force")
      #expect(try place.json("info", "new.zst")["version"]?.integer == 6)
      try place.succeed("verify", "new.zst")
      #expect(try place.succeed("export", "new.zst", "--to", "log").output == text)
      try place.succeed("slice", "old.zst", "--from", "130", "-o", "part.zst", "--force")
      try place.write("190 tid=1 free addr=0x3000\n", to: "more.log")
      try place.succeed("ingest", "--append", "more.log", "-o", "old.zst")
      #expect(try place.succeed("export", "old.zst", "--to", "log").output.hasPrefix(text))
      #expect(try place.json("info", "old.zst")["eventCount"]?.integer == 11)
      exports.append(
        text.split(separator: "\n").map(String.init)
          + [try place.succeed("export", "part.zst", "--to", "log").output])
    }
    #expect(exports[0] == exports[2])
    #expect(exports[1] == exports[2])
  }
}
