import MemtraceTestSupport
import Testing

/// Options, and what is wrong usage: exit 64, with the usage line.
@Suite struct UsageTests {
  @Test(arguments: [
    "frob", "peak", "ingest", "diff run.zst", "peak run.zst --frob", "peak run.zst --by frob",
    "peak run.zst --by category,category", "peak run.zst --measure frob",
    "peak run.zst --from estimate", "peak run.zst --format yaml", "timeline run.zst --buckets 0",
    "timeline run.zst --buckets 1000000", "timeline run.zst --by site", "sites run.zst --top 0",
    "sites run.zst --at noon", "leaks run.zst --top -1", "export run.zst",
    "export run.zst --to pprof", "recover run.zst", "slice run.zst",
    "slice run.zst -o a.zst --from noon", "slice run.zst -o a.zst --from 2 --to 1", "merge",
    "merge run.zst -o a.zst", "merge run.zst run.zst", "schema", "schema frob",
    "diff run.zst run.zst --tolerance much", "ingest alloc.log --label frob",
    "ingest alloc.log --label =1", "ingest alloc.log --scope frob", "ingest - -",
    "ingest alloc.log --append --force", "ingest alloc.log --input-format frob",
    "peak run.zst run.zst", "explain", "explain run.zst --snippet frob",
    "explain run.zst --from estimate", "explain run.zst --snippet c --format csv",
    "doctor --frob", "doctor --",
    "history frob", "history add", "history add run.zst --label frob",
    "history add run.zst --label module=a --time noon", "history add run.zst --kind frob",
    "history import", "history list --last 0", "history list a:b --decisions",
    "history list a//b", "history show", "history show a:", "history show a --last 0",
    "history accept a", "history accept --reason r", "history accept a:b --remove --bytes 1",
    "history accept a --reason r --bytes frob", "history mute a --reason r --until 2026-13-01",
    "history mute a --remove --reason r", "history prune", "history prune --keep 0",
    "history export a/b/c/d/e/f/g", "history list --format yaml",
  ])
  func `wrong usage is 64 and changes nothing`(_ arguments: String) throws {
    let place = try Workplace()
    try place.ingest(.sites)
    let before = try place.contents()
    let words = arguments.split(separator: " ").map(String.init)
    let outcome = try ProgramUnderTest.run(words, in: place.path)
    #expect(outcome.exitCode == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("Usage: memtrace"))
    #expect(try place.contents() == before)
  }

  @Test(
    arguments: [
      (["peek"], "; is peak meant?"), (["ingst"], "; is ingest meant?"), (["run.zst"], ""),
      (["history", "ad"], "; is add meant?"), (["budget", "frob"], ""),
    ] as [([String], String)])
  func `a word that is no command is named, with what it is nearly`(
    _ words: [String], _ hint: String
  ) throws {
    let place = try Workplace()
    let outcome = try ProgramUnderTest.run(words + ["run.zst"], in: place.path)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.hasPrefix("Error: there is no command \(words.last ?? "")\(hint)\n"))
  }

  @Test func `ingest writes trace.zst in the current folder`() throws {
    let place = try Workplace()
    try place.copy("runs/1.2.3-fast-memmax/stdout.txt", to: "dump.txt")
    let outcome = try place.succeed("ingest", "dump.txt")
    #expect(outcome.errors == "trace.zst: 1 dump (1 complete), 0 events\n")
    #expect(try place.contents() == ["dump.txt", "trace.zst"])
    try place.refuse("ingest", "dump.txt", saying: ["trace.zst: error: exists", "-o", "--force"])
  }

  @Test func `standard input, zstd and gzip give the same store`() throws {
    let place = try Workplace()
    try place.copy("runs/1.2.3-fast-memmax/alloc.log", to: "alloc.log")
    try place.compress("alloc.log")
    let inputs: [(String, ProgramUnderTest.Input)] = [
      ("alloc.log", .nothing), ("alloc.log.zst", .nothing), ("alloc.log.gz", .nothing),
      ("-", .file(place.place("alloc.log.zst"))), ("-", .bytes(try place.bytes("alloc.log"))),
    ]
    var logs: Set<String> = []
    for (name, input) in inputs {
      let outcome = try place.run("ingest", name, "--force", input: input)
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      logs.insert(try place.succeed("export", "trace.zst", "--to", "log").output)
    }
    #expect(logs.count == 1)
  }

  @Test func `labels are kept, sorted, and go before inferred ones`() throws {
    let place = try Workplace()
    try place.ingest(
      .memmax, "--label", "wamr=1.2.3-patched", "--label", "board=a=b", "--label", "note=")
    let labels = try place.json("info", "run.zst")["labels"]?.elements ?? []
    #expect(
      labels.map { "\($0["name"]?.string ?? "")=\($0["value"]?.string ?? "")" } == [
        "board=a=b", "mode=fast", "note=", "wamr=1.2.3-patched",
      ])
    #expect(
      labels.map { $0["inferred"] } == [.bool(false), .bool(true), .bool(false), .bool(false)])
  }

  @Test func `diff warns where labels differ`() throws {
    let place = try Workplace()
    try place.ingest(.memmax, "--label", "target=x86-64")
    try place.succeed(
      "ingest", "stdout.txt", "alloc.log", "-o", "other.zst", "--scope", "wamr", "--label",
      "target=thumbv7")
    let outcome = try place.succeed("diff", "run.zst", "other.zst")
    #expect(outcome.output.contains("warning: target differs"))
    let document = try place.json("diff", "run.zst", "other.zst")
    #expect(document["warnings"]?.elements.first?.string?.hasPrefix("target differs") == true)
  }

  @Test func `scope says whose a log's blocks are`() throws {
    for (scope, category) in [("wamr", "runtime-other"), ("process", "unattributed")] {
      let place = try Workplace()
      try place.copy("runs/1.2.3-fast-memmax/alloc.log", to: "alloc.log")
      try place.succeed("ingest", "alloc.log", "--scope", scope)
      let rows = try place.json("peak", "trace.zst")["rows"]?.elements ?? []
      #expect(rows.first?["category"]?.string == category)
      #expect(
        try place.json("info", "trace.zst")["sources"]?.elements.first?["scope"]?.string == scope)
    }
  }

  @Test func `input-format reads an input as what it is told`() throws {
    let place = try Workplace()
    try place.copy("runs/1.2.3-fast-memmax/alloc.log", to: "alloc.log")
    try place.copy("runs/1.2.3-fast-memmax/stdout.txt", to: "stdout.txt")
    try place.refuse(
      "ingest", "stdout.txt", "--input-format", "memtrace-log",
      saying: ["stdout.txt: error: an allocator log without an event"])
    try place.refuse(
      "ingest", "alloc.log", "--input-format", "wamr-dump",
      saying: ["alloc.log:1: error: no memory"])
    try place.succeed("ingest", "alloc.log", "--input-format", "memtrace-log")
  }

  @Test func `append adds to a store what one run would have held`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    try place.succeed("ingest", "stdout.txt", "-o", "two.zst", "--label", "a=b")
    let outcome = try place.succeed(
      "ingest", "alloc.log", "-o", "two.zst", "--append", "--scope", "wamr")
    #expect(outcome.errors == "two.zst: 1 dump (1 complete), 118 events\n")
    for command in ["peak", "snapshots", "threads", "timeline"] {
      #expect(
        try place.succeed(command, "two.zst").output == place.succeed(command, "run.zst").output)
    }
    #expect(try place.json("info", "two.zst")["labels"]?.elements.count == 2)
    try place.succeed("verify", "two.zst")
  }

  @Test func `append leaves every input its own scope`() throws {
    let place = try Workplace()
    let header = "#memtrace-log 1 clock=monotonic-ns pagesize=4096 scope="
    try place.write("\(header)wamr\n1 tid=1 malloc addr=0x10 size=5\n", to: "a.log")
    try place.write("\(header)process\n2 tid=1 malloc addr=0x20 size=7\n", to: "b.log")
    try place.copy("runs/1.2.3-fast-memmax/stdout.txt", to: "stdout.txt")
    try place.succeed("ingest", "a.log", "b.log", "stdout.txt")
    try place.succeed("ingest", "stdout.txt", "--append")
    let sources = try place.json("info", "trace.zst")["sources"]?.elements ?? []
    #expect(sources.map { $0["scope"]?.string } == ["wamr", "process", nil, nil])
    let rows = try place.json("peak", "trace.zst")["rows"]?.elements ?? []
    #expect(rows.map { $0["category"]?.string } == ["unattributed", "runtime-other"])
  }

  @Test func `append says no oddity of the old inputs twice`() throws {
    let place = try Workplace()
    try place.copy("malformed/frees.log", to: "frees.log")
    try place.copy("malformed/sizes.log", to: "sizes.log")
    try place.succeed("ingest", "frees.log")
    try place.succeed("ingest", "sizes.log", "--append")
    let diagnostics = try place.json("info", "trace.zst")["diagnostics"]?.elements ?? []
    let places = diagnostics.map { "\($0["file"]?.string ?? "-") \($0["message"]?.string ?? "")" }
    #expect(Set(places).count == places.count)
    #expect(places.count { $0.hasPrefix("frees.log ") } == 3)
  }

  @Test func `append needs a store, and leaves it where it fails`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    try place.refuse(
      "ingest", "alloc.log", "--append", saying: ["trace.zst: error: cannot open", "without it"])
    let before = try place.bytes("run.zst")
    try place.refuse("ingest", "nothing", "-o", "run.zst", "--append", saying: ["nothing: error"])
    try place.write("hello\n", to: "hello.txt")
    try place.refuse(
      "ingest", "hello.txt", "-o", "run.zst", "--append", saying: ["hello.txt: error"])
    #expect(try place.bytes("run.zst") == before)
    try place.refuse(
      "ingest", "stdout.txt", "-o", "alloc.log", "--append",
      saying: ["alloc.log: error: is no memtrace store"])
  }

  @Test func `stats say what an ingest cost`() throws {
    let outcome = try Workplace().ingest(.memmax, "--stats")
    #expect(outcome.errors.contains(/stats: 118 events, 7255 bytes of text, [0-9]+ ms of CPU time/))
    #expect(outcome.errors.contains(/peak memory [0-9]+ MiB/))
  }

  @Test func `exact bytes have no unit`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    let output = try place.succeed("peak", "run.zst", "--bytes").output
    #expect(output.contains("69166"))
    #expect(!output.split(separator: "\n").dropFirst().contains { $0.contains("KiB") })
  }

  @Test func `control characters of a capture do not reach the terminal`() throws {
    let place = try Workplace()
    try place.write(
      "1 tid=1 malloc addr=0x1000 size=16 stack=1\nstack 1 frame=\u{1B}[31mred\u{07}\n", to: "a.log"
    )
    try place.succeed("ingest", "a.log")
    let output = try place.succeed("sites", "trace.zst").output
    #expect(output.contains("red"))
    #expect(!output.contains("\u{1B}"))
    #expect(!output.contains("\u{07}"))
  }
}

/// Same input, same bytes out.
@Suite struct DeterminismTests {
  @Test(arguments: Sample.allCases)
  func `the same inputs give the same store anywhere`(_ sample: Sample) throws {
    let place = try Workplace()
    let elsewhere = try Workplace()
    try place.ingest(sample, "--label", "b=1", "--label", "a=2")
    let first = try place.bytes("run.zst")
    try place.ingest(sample, "--force", "--label", "b=1", "--label", "a=2")
    #expect(try place.bytes("run.zst") == first)
    try elsewhere.ingest(sample, "--label", "b=1", "--label", "a=2")
    #expect(try elsewhere.bytes("run.zst") == first)

    let names = sample.files.map { String($0.split(separator: "/").last ?? "") }
    let away = try Workplace()
    let outcome = try ProgramUnderTest.run(
      ["ingest"] + names.map { place.place($0) } + ["-o", away.place("other.zst")]
        + sample.options + ["--label", "b=1", "--label", "a=2"], in: "/",
      environment: ["LC_ALL": "C", "TZ": "Asia/Tokyo", "HOME": "/nonexistent"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(try away.bytes("other.zst") == first)
  }

  @Test func `a report holds no path of this machine`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    for command in ["info", "snapshots", "peak", "timeline", "threads", "leaks", "explain"] {
      for format in ["text", "json", "csv", "markdown"] {
        let outcome = try ProgramUnderTest.run(
          [command, place.place("run.zst"), "--format", format], in: "/")
        #expect(outcome.exitCode == 0)
        #expect(!outcome.output.contains(place.path), "\(command) \(format)")
      }
    }
  }
}
