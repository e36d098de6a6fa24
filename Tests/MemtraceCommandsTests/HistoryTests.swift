import MemtraceTestSupport
import Testing

/// `memtrace history` as a nightly job and a person use it.
@Suite struct HistoryTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
  }

  private let labels = [
    "--label", "module=build/7/app.wasm", "--label", "target=x86_64", "--label", "commit=1f3d",
    "--label", "host=builder-7",
  ]

  private func add(
    _ files: String..., options: [String] = []
  ) throws
    -> ProgramUnderTest.Outcome
  {
    try place.succeed(arguments: ["history", "add"] + files + labels + options)
  }

  // MARK: Adding

  @Test func `a store is added once, with labels and values`() throws {
    try place.ingest(.memmax)
    let first = try add("run.zst", options: ["--time", "2026-11-01T02:00:00Z"])
    let run = try #require(try place.runs().first)
    let id = try #require(run["id"]?.string)
    #expect(
      first.errors
        == "history.sqlite: added \(id), app.wasm/x86_64/-/fast, 9 series\n")
    let second = try add("run.zst", options: ["--time", "2026-11-01T02:00:00Z"])
    #expect(second.errors == "history.sqlite: has \(id) already, app.wasm/x86_64/-/fast\n")
    #expect(try place.runs() == [run])
    #expect(run["commit"]?.string == "1f3d")
    #expect(run["time"]?.string == "2026-11-01T02:00:00Z")
    #expect(run["key"]?.string == "app.wasm/x86_64/-/fast")
    #expect(
      run["labels"]
        == .object([
          "module": .string("app.wasm"), "target": .string("x86_64"), "mode": .string("fast"),
        ]))
    let shown = try place.json("history", "show", id)
    #expect(
      shown["otherLabels"]?.elements
        == [.object(["name": .string("host"), "value": .string("builder-7")])])
    #expect(try place.contents().filter { $0.hasPrefix("history") } == ["history.sqlite"])
  }

  @Test func `the clock is no part of a run, the time that was said is`() throws {
    try place.ingest(.sites)
    for _ in 1...2 { _ = try add("run.zst") }
    #expect(try place.runs().count == 1)
    for time in ["2026-11-01", "2026-11-02"] { _ = try add("run.zst", options: ["--time", time]) }
    for commit in ["a", "b"] { _ = try add("run.zst", options: ["--label", "commit=\(commit)"]) }
    #expect(try place.runs().count == 5)
  }

  @Test func `rows are the peak by category, over all threads`() throws {
    try place.ingest(.threads)
    _ = try add("run.zst")
    let id = try #require(try place.runs().first?["id"]?.string)
    let run = try place.json("history", "show", id)
    let peak = try place.json("peak", "run.zst")
    var sums: [String: Int] = [:]
    for row in peak["rows"]?.elements ?? [] {
      sums[row["category"]?.string ?? "", default: 0] += row["bytes"]?.integer ?? 0
    }
    var found: [String: Int] = [:]
    for row in run["rows"]?.elements ?? [] {
      #expect(row["kind"]?.string == "noisy")
      found[row["category"]?.string ?? ""] = row["bytes"]?.integer
    }
    #expect(found == sums)
    #expect(try place.runs().first?["totalBytes"] == peak["peakBytes"])
  }

  @Test func `details by thread and call stack sum to their rows`() throws {
    try place.ingest(.sites)
    _ = try add("run.zst")
    let id = try #require(try place.runs().first?["id"]?.string)
    let run = try place.json("history", "show", id)
    var sums: [String: Int] = [:]
    let details = run["details"]?.elements ?? []
    for part in details {
      sums[part["category"]?.string ?? "", default: 0] += part["bytes"]?.integer ?? 0
    }
    for row in run["rows"]?.elements ?? [] where row["measure"]?.string == "committed" {
      #expect(sums[row["category"]?.string ?? ""] == row["bytes"]?.integer)
    }
    #expect(details.contains { ($0["frames"]?.elements.count ?? 0) > 1 })
  }

  @Test func `of very many parts the rest is one sum`() throws {
    var log = "#memtrace-log 1 clock=monotonic-ns pagesize=4096 scope=process\n"
    for number in 1...120 {
      log += "#stack id=\(number) frame=f\(number)\n"
      log += "\(number) tid=1 malloc addr=0x\(String(number * 4096, radix: 16)) "
      log += "size=\(number) stack=\(number)\n"
    }
    try place.write(log, to: "many.log")
    try place.succeed("ingest", "many.log", "-o", "run.zst")
    _ = try add("run.zst")
    let id = try #require(try place.runs().first?["id"]?.string)
    let run = try place.json("history", "show", id)
    let details = run["details"]?.elements ?? []
    #expect(details.count <= 60)
    #expect(details.reduce(0) { $0 + ($1["bytes"]?.integer ?? 0) } == 120 * 121 / 2)
    #expect(details.first?["bytes"]?.integer == 120)
  }

  @Test func `an estimate has exact rows with bounds`() throws {
    try place.copy("estimates/memmax.json", to: "estimate.json")
    _ = try add("estimate.json")
    let id = try #require(try place.runs().first?["id"]?.string)
    let rows = try place.json("history", "show", id)["rows"]?.elements ?? []
    #expect(rows.allSatisfy { $0["kind"]?.string == "exact" })
    #expect(rows.allSatisfy { $0["source"]?.string == "estimate" })
    #expect(rows.contains { $0["maxBytes"]?.integer != nil })
    #expect(rows.contains { $0["container"]?.string == "linear-memory" })
  }

  @Test func `a kind that is said holds for all rows`() throws {
    try place.copy("estimates/memmax.json", to: "estimate.json")
    _ = try add("estimate.json", options: ["--kind", "noisy"])
    let series = try place.json("history", "show", "*")["series"]?.elements ?? []
    #expect(!series.isEmpty && series.allSatisfy { $0["kind"]?.string == "noisy" })
  }

  @Test func `of several files all are added, or none`() throws {
    try place.ingest(.memmax)
    try place.write("hello", to: "hello.txt")
    try place.refuse(
      "history", "add", "run.zst", "hello.txt", "--label", "module=a", saying: ["hello.txt"])
    _ = try add("run.zst", "memmax.json")
    #expect(try place.runs().count == 2)
  }

  @Test func `what cannot be added is said, and makes no history`() throws {
    try place.ingest(.memmax)
    try place.refuse(
      "history", "add", "run.zst",
      saying: ["run.zst: error: nothing says which module ran", "--label module=app.wasm"])
    try place.refuse("history", "add", "no.zst", "--label", "module=a", saying: ["no.zst: error"])
    try place.refuse(
      "history", "add", "run.zst", "--label", "module=a", "--db", "no/h.sqlite",
      saying: ["no/h.sqlite: error: cannot be opened", "folder"])
    try place.write("wasm dump? no\n", to: "h.sqlite")
    try place.refuse(
      "history", "add", "run.zst", "--label", "module=a", "--db", "h.sqlite",
      saying: ["h.sqlite: error: is no SQLite file", "stays as it is", "--db"])
    #expect(try place.bytes("h.sqlite") == Array("wasm dump? no\n".utf8))
  }

  // MARK: Reading

  @Test func `reading commands make no history`() throws {
    for words in [
      ["list"], ["show", "a"], ["export"], ["prune", "--keep", "1"],
      ["accept", "a", "--reason", "r"], ["mute", "a", "--remove"],
    ] {
      let outcome = try ProgramUnderTest.run(["history"] + words, in: place.path)
      #expect(outcome.exitCode == 2)
      #expect(outcome.errors.contains("history.sqlite: error: cannot open the history"))
      #expect(outcome.errors.contains("memtrace history add"))
      #expect(try place.contents().isEmpty)
    }
  }

  @Test func `series are shown with the runs that have them`() throws {
    try place.makeHistory()
    let series = try place.json("history", "show", "app*:linear-memory")["series"]?.elements ?? []
    #expect(series.map { $0["name"]?.string } == ["app.wasm/x86_64:linear-memory"])
    let points = series.first?["points"]?.elements ?? []
    #expect(points.map { $0["bytes"]?.integer } == [65_536, 131_072])
    #expect(points.map { $0["run"] } == (try place.runs()).reversed().map { $0["id"] })
    let last = try place.json("history", "show", "app*", "--last", "1")["series"]?.elements ?? []
    #expect(last.map { $0["points"]?.elements.count } == [1, 1])
    try place.refuse("history", "show", "b*", exitCode: 3, saying: ["no series is called b*"])
    let csv = try place.succeed("history", "show", "*:linear-memory", "--format", "csv").output
    #expect(csv.split(whereSeparator: \.isNewline).count == 3)
  }

  @Test func `a run is found by the beginning of its id`() throws {
    try place.makeHistory()
    let id = try #require(try place.runs().first?["id"]?.string)
    for length in [16, 7] {
      #expect(
        try place.json("history", "show", String(id.prefix(length)))["id"]?.string == id)
    }
    try place.write(Workplace.lines(40), to: "more.ndjson")
    try place.succeed("history", "import", "more.ndjson")
    let ids = try place.runs().compactMap { $0["id"]?.string }
    let digit = try #require(
      "0123456789abcdef".first { digit in
        ids.filter { $0.hasPrefix("\(digit)") }.count > 1
      })
    try place.refuse("history", "show", "\(digit)", saying: ["several runs' ids begin with"])
  }

  @Test func `decisions are kept, listed and taken back`() throws {
    try place.makeHistory()
    try place.succeed("history", "accept", "app*", "--remove")
    try place.succeed("history", "mute", "app.wasm:native-stack", "--remove")
    let said = try place.succeed(
      "history", "accept", "app*/x86_64:linear-memory", "--bytes", "+1.5KiB", "--from",
      "2026-11-02", "--until", "2026-12-31", "--reason", "larger tables")
    #expect(said.errors == "history.sqlite: accepted app*/x86_64:linear-memory, 1 series now\n")
    let mute = try place.succeed("history", "mute", "other", "--reason", "r")
    #expect(mute.errors == "history.sqlite: muted other; no series is called so yet\n")
    let decisions = try place.json("history", "list", "--decisions")["decisions"]?.elements ?? []
    #expect(
      decisions.first
        == .object([
          "kind": .string("accept"), "series": .string("app*/x86_64:linear-memory"),
          "bytes": .integer(1536), "from": .string("2026-11-02T00:00:00Z"),
          "until": .string("2026-12-31T00:00:00Z"), "reason": .string("larger tables"),
        ]))
    #expect(decisions.count == 2)
    try place.refuse("history", "mute", "app*", "--remove", exitCode: 3, saying: ["is not muted"])
  }

  @Test func `old runs are pruned by key`() throws {
    for module in ["a.wasm", "b.wasm"] {
      try place.write(Workplace.lines(6, module: module), to: "runs.ndjson")
      try place.succeed("history", "import", "runs.ndjson")
    }
    let outcome = try place.succeed("history", "prune", "--keep", "2")
    #expect(outcome.errors == "history.sqlite: 8 runs removed\n")
    #expect(try place.runs().map { $0["commit"]?.string } == ["5", "5", "4", "4"])
    try place.expectWhole()
  }

  @Test(arguments: [
    ("history-runs", "list"), ("history-runs", "list nothing"),
    ("history-decisions", "list --decisions"), ("history-run", "show 6c72028"),
    ("history-run", "show RUN"), ("history-series", "show *"),
  ])
  func `a document is what its schema says`(_ name: String, _ arguments: String) throws {
    try place.makeHistory()
    try place.copy("estimates/memmax.json", to: "estimate.json")
    _ = try add("estimate.json")
    let run = try #require(try place.runs().first?["id"]?.string)
    let words = arguments.split(separator: " ").map { $0 == "RUN" ? run : String($0) }
    let output = try place.succeed(arguments: ["history"] + words + ["--format", "json"]).output
    #expect(output.hasPrefix("{\n  \"schema\": \"memtrace.\(name)/1\","))
    let schema = try JSONNode(try place.succeed("schema", name).output)
    #expect(SchemaValidator.problems(try JSONNode(output), schema) == [])
  }
}
