import MemtraceTestSupport
import Testing

/// `memtrace report`: what it finds in a history, between sets of runs, and shows of a run.
@Suite struct ReportTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
  }

  // MARK: A history

  static let goldens = [
    ("report --db history.sqlite --budget memtrace.toml", "planted.report.text"),
    ("report --db history.sqlite --budget memtrace.toml --format json", "planted.report.json"),
    ("report --db history.sqlite --budget memtrace.toml --format csv", "planted.report.csv"),
    (
      "report --db history.sqlite --budget memtrace.toml --format markdown",
      "planted.report.markdown"
    ),
    ("report --db history.sqlite --since 2026-11-06 --bytes", "planted.report-since.text"),
  ]

  @Test(arguments: goldens)
  func `a planted history's report is its golden`(_ arguments: String, _ golden: String) throws {
    try place.plantHistory()
    let words = arguments.split(separator: " ").map(String.init)
    let outcome = try ProgramUnderTest.run(words, in: place.path)
    #expect(outcome.exitCode == 1, "\(outcome.errors)")
    expectGolden(outcome.output, golden)
  }

  @Test func `everything that is planted is found, with its night, commits, thread and call site`()
    throws
  {
    try place.plantHistory()
    let report = try place.report("--db", "history.sqlite")
    let regressions = try #require(report["regressions"]?.elements)
    #expect(regressions.map { $0["name"]?.string } == [PlantedHistory.growth, PlantedHistory.step])
    #expect(
      regressions.map { $0["sinceTime"]?.string }
        == [PlantedHistory.growthTime, PlantedHistory.stepTime])
    let growth = try #require(regressions.first)
    #expect(growth["deltaBytes"]?.integer == 65536)
    #expect(growth["estimateBytes"]?.integer == 131_072)
    #expect(growth["grown"]?.elements.map { $0["thread"]?.string } == ["3", "3"])
    #expect(
      growth["grown"]?.elements.last?["frames"]
        == .array([
          .string("malloc"), .string("frame_buffer_new (pool.c:88)"),
          .string("worker_main (pool.c:121)"),
        ]))
    #expect(report["drifts"]?.elements.map { $0["name"]?.string } == [PlantedHistory.drift])
    #expect(
      report["improvements"]?.elements.map { $0["name"]?.string } == [PlantedHistory.improvement])
    #expect(
      report["spikes"]?.elements.map { $0["sinceTime"]?.string } == [PlantedHistory.spikeTime])
    #expect(
      report["unjudged"]?.elements.map { $0["series"]?["module"]?.string } == ["demo.wasm"])
  }

  @Test func `all formats are written in one call, and replace what is there`() throws {
    try place.plantHistory()
    let formats = ["text", "markdown", "json", "junit", "github", "openmetrics", "csv", "html"]
    let outputs = formats.flatMap { ["--out", "\($0)=report.\($0)"] }
    for _ in 1...2 {
      let outcome = try ProgramUnderTest.run(
        ["report", "--db", "history.sqlite"] + outputs, in: place.path)
      #expect(outcome.exitCode == 1, "\(outcome.errors)")
      #expect(outcome.output == String(decoding: try place.bytes("report.text"), as: UTF8.self))
    }
    for format in formats { #expect(try place.bytes("report.\(format)").count > 100) }
    let page = String(decoding: try place.bytes("report.html"), as: UTF8.self)
    #expect(page.hasPrefix("<!doctype html>"))
    #expect(page.utf8.count < 300_000)
  }

  @Test func `what is accepted, in the file, a trailer or the history, is forgiven`() throws {
    try place.plantHistory()
    try place.write(
      """
      Give workers larger buffers

      Memtrace-Accept: sensor.wasm/thumbv7:linear-memory +1page, larger buffers
      Memtrace-Accept: gateway.wasm +60KiB, sessions
      memtrace-accept: parser.wasm +40KiB, bigger inputs
      """, to: "message")
    let forgiven = try place.report("--db", "history.sqlite", "--trailers", "message", exitCode: 0)
    #expect(
      forgiven["accepted"]?.elements.map { $0["note"]?.string }
        == ["larger buffers", "sessions", "bigger inputs"])
    try place.write("Memtrace-Accept: sensor.wasm +63KiB, too little\n", to: "message")
    _ = try place.report("--db", "history.sqlite", "--trailers", "message")
    try place.succeed("history", "accept", "*", "--reason", "known")
    let accepted = try place.report("--db", "history.sqlite", exitCode: 0)
    #expect(accepted["verdict"]?.string == "improved")
    try place.succeed("history", "accept", "*", "--remove")
    try place.succeed("history", "mute", "*", "--reason", "under repair")
    let muted = try place.report("--db", "history.sqlite", exitCode: 0)
    #expect(muted["muted"]?.elements.count == 5)
  }

  @Test func `only what is new decides where that is asked for`() throws {
    try place.plantHistory()
    _ = try place.report("--db", "history.sqlite", "--fail-on", "new", exitCode: 0)
  }

  @Test func `chosen series and days are all that is told`() throws {
    try place.plantHistory()
    let blink = try place.report("--db", "history.sqlite", "--series", "blink*", exitCode: 0)
    #expect(blink["keyCount"]?.integer == 1)
    let late = try place.report("--db", "history.sqlite", "--since", "2026-11-04")
    #expect(late["regressions"]?.elements.count == 1)
  }

  @Test func `a history of two nights says that it is too short`() throws {
    for night in ["01", "02"] {
      try place.write(
        """
        {"labels":{"module":"a"},"time":"2026-10-\(night)","rows":[{"category":"host","bytes":5}]}

        """, to: "runs.ndjson")
      try place.succeed("history", "import", "runs.ndjson")
    }
    let report = try place.report("--db", "history.sqlite", exitCode: 3)
    #expect(report["verdict"]?.string == "insufficient-data")
    #expect(report["unjudged"]?.elements.count == 1)
  }

  @Test func `a history that is not there is an error that says how to make one`() throws {
    try place.refuse(
      "report", "--db", "history.sqlite",
      saying: ["cannot open the history", "memtrace history add"])
  }

  @Test(arguments: [
    ("report", "report --db history.sqlite --budget memtrace.toml"),
    ("report", "report run.zst --estimate memmax.json"),
    ("report", "report --before run.zst --after run.zst"),
    ("check", "check run.zst --budget memtrace.toml"),
    ("history-selftest", "history selftest"),
  ])
  func `a document is what its schema says`(_ name: String, _ arguments: String) throws {
    try place.plantHistory()
    try place.ingest(.memmax, "--label", "module=gateway.wasm")
    let schema = try JSONNode(try place.succeed("schema", name).output)
    let words = arguments.split(separator: " ").map(String.init)
    let outcome = try ProgramUnderTest.run(words + ["--format", "json"], in: place.path)
    #expect(SchemaValidator.problems(try JSONNode(outcome.output), schema) == [])
  }

  // MARK: Sets of runs

  @Test func `two runs of one program are compared by what is exact, the rest by a tolerance`()
    throws
  {
    try place.ingest(.memmax)
    let same = try place.report("--before", "run.zst", "--after", "run.zst", exitCode: 0)
    #expect(same["verdict"]?.string == "pass")
    try place.writeLargerLog()
    try place.succeed(
      "ingest", "stdout.txt", "more.log", "--scope", "wamr", "-o", "more.zst")
    let worse = try place.report(
      "--before", "run.zst", "--after", "more.zst", "--tolerance", "1%,1KiB")
    #expect(worse["regressions"]?.elements.first?["sinceRun"]?.string == "more.zst")
    #expect(worse["regressions"]?.elements.first?["sinceTime"] == .null)
    let text = try place.run(
      "report", "--before", "run.zst", "--after", "more.zst", "--tolerance", "1%,1KiB")
    #expect(text.output.hasPrefix("verdict: regressed\n"))
    #expect(!text.output.contains("1970"))
  }

  // MARK: Runs

  @Test func `a run is shown in full, and judged by an estimate`() throws {
    try place.ingest(.threads)
    let report = try place.report("run.zst", exitCode: 0)
    let trace = try #require(report["traces"]?.elements.first)
    #expect(trace["timeline"]?["buckets"]?.elements.isEmpty == false)
    #expect(trace["marks"]?.elements.contains { $0["kind"]?.string == "peak" } == true)
    #expect(trace["marks"]?.elements.contains { $0["kind"]?.string == "grow" } == true)
    let peak = try place.json("peak", "run.zst")
    #expect(trace["peak"] == peak)
    #expect(trace["threads"] == (try place.json("threads", "run.zst")))
    #expect(try place.json("sites", "run.zst", "--top", "500") == trace["sites"])
  }

  @Test func `a page of one run opens with --html`() throws {
    try place.ingest(.memmax)
    let outcome = try place.run(
      "report", "--html", "run.zst", "--estimate", "memmax-small-stack.json", "-o", "page.html")
    #expect(outcome.exitCode == 1, "\(outcome.errors)")
    let page = String(decoding: try place.bytes("page.html"), as: UTF8.self)
    #expect(page.contains("<!doctype html>"))
    try place.refuse("report", "--html", "run.zst", "-o", "page.html", saying: ["exists"])
  }

  @Test(arguments: [
    "report", "report --before run.zst", "report --before run.zst --after run.zst --db h.sqlite",
    "report run.zst --tolerance 1%", "report --db h.sqlite --estimate e.json",
    "report run.zst --series a", "report run.zst --out pdf=x", "report run.zst --out html=",
    "report run.zst --out html=x --out json=x", "report run.zst --html --format json",
    "report run.zst --out html=- --out json=-", "report --db h.sqlite --fail-on never",
    "check run.zst", "check run.zst --budget b.toml --db h.sqlite --baseline run.zst",
    "check run.zst --budget b.toml --today soon", "budget init", "budget init run.zst --headroom x",
    "history selftest --limit 0",
  ])
  func `wrong usage is 64 and changes nothing`(_ arguments: String) throws {
    try place.ingest(.sites)
    let before = try place.contents()
    let words = arguments.split(separator: " ").map(String.init)
    let outcome = try ProgramUnderTest.run(words, in: place.path)
    #expect(outcome.exitCode == 64, "\(outcome.errors)")
    #expect(try place.contents() == before)
  }
}

extension Workplace {
  /// The JSON of a report that ends with an exit code.
  func report(
    _ arguments: String..., exitCode: Int32 = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> JSONNode {
    let outcome = try ProgramUnderTest.run(
      ["report"] + arguments + ["--format", "json"], in: path)
    #expect(outcome.exitCode == exitCode, "\(outcome.errors)", sourceLocation: sourceLocation)
    return try JSONNode(outcome.output)
  }
}
