import MemtraceTestSupport
import Testing

/// Runs as lines of JSON, into a history and out of it.
@Suite struct HistoryImportTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
  }

  private static let full = """
    {"labels":{"module":"app.wasm","target":"x86_64","wamr":"2.4.4","mode":"aot",\
    "device":"small","board":"","date":"\\u0000\\n\u{1F600}","features":"AOT=1 SIMD=0"},\
    "time":"2026-11-01T02:00:00Z","commit":"1f3d","rows":[\
    {"category":"linear-memory","bytes":65536,"kind":"exact"},\
    {"category":"linear-memory","source":"estimate","bytes":65536,"kind":"exact",\
    "minBytes":0,"maxBytes":9223372036854775807},\
    {"category":"linear-memory","measure":"resident","bytes":4096,"kind":"noisy"},\
    {"category":"app-heap","container":"linear-memory","bytes":16,"kind":"noisy"}],\
    "details":[{"category":"linear-memory","thread":"1","frames":["f","main"],"bytes":65535},\
    {"category":"linear-memory","thread":null,"frames":[],"bytes":1}],\
    "verdicts":[{"subject":"total","bytes":65536,"limitBytes":65535},\
    {"subject":"total growth","bytes":-1,"limitBytes":0}]}

    """

  @Test func `an export is what was imported, and gives the same history again`() throws {
    try place.write(HistoryImportTests.full + Workplace.lines(30), to: "runs.ndjson")
    try place.succeed("history", "import", "runs.ndjson")
    try place.ingest(.sites)
    try place.succeed("history", "add", "run.zst", "--label", "module=a", "--time", "2026-11-05")
    let first = try place.succeed("history", "export").output
    #expect(first.split(separator: "\n").count == 32)
    #expect(first.contains(HistoryImportTests.full))
    #expect(first.contains("\"digest\":"))
    try place.write(first, to: "export.ndjson")
    let there = try place.succeed("history", "import", "export.ndjson")
    #expect(there.errors == "history.sqlite: 0 runs added, 32 were there already\n")
    try place.succeed("history", "import", "export.ndjson", "--db", "new.sqlite")
    try place.succeed("history", "export", "--db", "new.sqlite", "-o", "again.ndjson")
    #expect(try place.bytes("again.ndjson") == Array(first.utf8))
    #expect(try place.runs(in: "new.sqlite") == place.runs())
    // The file is the same run still.
    let again = try place.succeed(
      "history", "add", "run.zst", "--label", "module=a", "--time", "2026-11-05", "--db",
      "new.sqlite")
    #expect(again.errors.contains("already"))
  }

  @Test func `standard input, zstd and gzip are read alike`() throws {
    try place.write(Workplace.lines(20), to: "runs.ndjson")
    try place.compress("runs.ndjson")
    let inputs: [(String, ProgramUnderTest.Input)] = [
      ("runs.ndjson", .nothing), ("runs.ndjson.zst", .nothing), ("runs.ndjson.gz", .nothing),
      ("-", .bytes(try place.bytes("runs.ndjson.gz"))),
      ("-", .bytes([0xEF, 0xBB, 0xBF] + (try place.bytes("runs.ndjson")).dropLast())),
      ("-", .bytes(Array("\n\r\n\n".utf8) + (try place.bytes("runs.ndjson")))),
    ]
    for (number, (name, input)) in inputs.enumerated() {
      let outcome = try place.run("history", "import", name, "--db", "\(number)", input: input)
      #expect(outcome.errors == "\(number): 20 runs added\n")
    }
  }

  @Test func `features are a digest, whatever their order; a module is without its folder`() throws
  {
    let lines = ["AOT=1 SIMD=0", "-DWAMR_BUILD_SIMD=0,AOT=1", "small"].map { features in
      """
      {"labels":{"module":"out/app.wasm","features":"\(features)"},"time":"2026-11-01",\
      "rows":[{"category":"host","bytes":1}]}

      """
    }
    try place.write(lines.joined(), to: "runs.ndjson")
    let outcome = try place.succeed("history", "import", "runs.ndjson")
    #expect(outcome.errors == "history.sqlite: 2 runs added, 1 were there already\n")
    let keys = Set(try place.runs().compactMap { $0["key"]?.string })
    #expect(keys.count == 2)
    #expect(keys.contains("app.wasm/-/-/-/small"))
    for key in keys { #expect(key.wholeMatch(of: /app.wasm\/-\/-\/-\/([0-9a-f]{8}|small)/) != nil) }
  }

  static let good = """
    {"labels":{"module":"a"},"time":"2026-11-01T02:00:00Z","rows":[]}
    """

  static let malformed: [(line: String, saying: String)] = [
    ("hello", "this is not JSON"),
    ("[]", "expected an object with \"labels\", \"time\" and \"rows\""),
    ("{\"time\":\"2026-11-01\",\"rows\":[]}", "the key \"labels\" is missing"),
    (good.replacing("module", with: "target"), "labels: the key \"module\" is missing"),
    (good.replacing("\"a\"", with: "1"), "labels.module: expected a text in quotes"),
    (good.replacing("T02:00:00Z", with: "T25:00:00Z"), "time: expected a time such as"),
    (good.replacing(",\"rows\":[]", with: ""), "the key \"rows\" is missing"),
    (good.replacing("[]", with: "[{\"bytes\":1}]"), "rows[0]: the key \"category\" is missing"),
    (
      good.replacing("[]", with: "[{\"category\":\"heap\",\"bytes\":1}]"),
      "rows[0].category: unknown category \"heap\""
    ),
    (
      good.replacing("[]", with: "[{\"category\":\"host\",\"bytes\":-1}]"),
      "rows[0].bytes: a size cannot be negative"
    ),
    (
      good.replacing("[]", with: "[{\"category\":\"host\",\"bytes\":1.5}]"),
      "rows[0].bytes: expected a whole number of bytes"
    ),
    (
      good.replacing("[]", with: "[{\"category\":\"host\",\"bytes\":1,\"kind\":\"loud\"}]"),
      "rows[0].kind: expected exact or noisy, found \"loud\""
    ),
    (
      good.replacing(
        "[]", with: "[{\"category\":\"host\",\"bytes\":1},{\"category\":\"host\",\"bytes\":2}]"),
      "rows[1]: a second row for host"
    ),
    (
      good.replacing(
        "[]", with: "[{\"category\":\"host\",\"container\":\"host\",\"bytes\":1}]"),
      "rows[0].container: a category cannot contain itself"
    ),
    (good.replacing("\"rows\"", with: "\"digest\":\"12\",\"rows\""), "digest: expected 64"),
    (String(good.dropLast()), "expected \",\" or \"}\""),
  ]

  @Test(arguments: malformed)
  func `a line that cannot be read is named, and nothing is added`(
    _ line: String, _ message: String
  ) throws {
    try place.write("\(HistoryImportTests.good)\n\n\(line)\n", to: "runs.ndjson")
    try place.makeHistoryFile()
    let before = try place.runs()
    let outcome = try place.run("history", "import", "runs.ndjson")
    #expect(outcome.exitCode == 2)
    #expect(outcome.errors.contains("runs.ndjson:3: error: \(message)"), "\(outcome.errors)")
    #expect(outcome.errors.contains("nothing was added"))
    #expect(try place.runs() == before)
    // The first line alone makes no file.
    try place.write("\(line)\n", to: "first.ndjson")
    try place.refuse(
      "history", "import", "first.ndjson", "--db", "new.sqlite",
      saying: ["first.ndjson:1: error: \(message)"])
  }

  @Test func `an input without a run makes no history`() throws {
    try place.write("\n", to: "runs.ndjson")
    try place.refuse("history", "import", "runs.ndjson", saying: ["the file holds no run"])
    try place.refuse("history", "import", "no.ndjson", saying: ["no.ndjson: error: cannot open"])
  }

  @Test func `an endless line is refused in bounded memory`() throws {
    let outcome = try place.shell(
      """
      head -c 200000000 /dev/zero | tr '\\0' x | "$MEMTRACE" history import -
      """)
    #expect(outcome.exitCode == 2)
    #expect(outcome.errors.contains("-:1: error: a line longer than 16 MiB"))
    #expect(outcome.peakKiB < 200_000)
    #expect(try place.contents().isEmpty)
  }
}

extension Workplace {
  /// A history of two runs.
  fileprivate func makeHistoryFile() throws {
    try write(Workplace.historyLines, to: "two.ndjson")
    try succeed("history", "import", "two.ndjson")
  }
}
