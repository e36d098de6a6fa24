import MemtraceTestSupport
import Testing

/// `memtrace explain`, run as its users run it.
@Suite struct ExplainTests {
  static let goldens = [
    ("explain run.zst", "explain.text"), ("explain run.zst --format json", "explain.json"),
    ("explain run.zst --format csv", "explain.csv"),
    ("explain run.zst --from snapshots --format markdown", "explain-snapshots.markdown"),
    ("explain memmax.json", "explain-estimate.text"),
    ("explain memmax-small-stack.json --snippet c", "explain-snippet.text"),
  ]

  @Test(arguments: goldens)
  func `explanations read as their goldens`(_ arguments: String, _ golden: String) throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    let words = arguments.split(separator: " ").map(String.init)
    expectGolden(try place.succeed(arguments: words).output, "memmax.\(golden)")
  }

  @Test(arguments: [
    "explain run.zst", "explain run.zst --from snapshots", "explain memmax.json",
    "explain memmax-small-stack.json",
  ])
  func `an explanation is what its schema says`(_ arguments: String) throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    let schema = try JSONNode(try place.succeed("schema", "explain").output)
    let words = arguments.split(separator: " ").map(String.init)
    let output = try place.succeed(arguments: words + ["--format", "json"]).output
    let document = try JSONNode(output)
    #expect(SchemaValidator.problems(document, schema) == [])
    var sum = 0
    for row in document["rows"]?.elements ?? [] where row["container"] == .null {
      sum += row["bytes"]?.integer ?? 0
    }
    #expect(document["totalBytes"]?.integer == sum)
    let savings = (document["changes"]?.elements ?? []).map { $0["savedBytes"]?.integer ?? -1 }
    #expect(savings == savings.sorted(by: >))
    #expect(!savings.isEmpty)
  }

  @Test func `a store's total is its peak's`() throws {
    let place = try Workplace()
    for (sample, from) in [(Sample.memmax, "events"), (.memmax, "snapshots"), (.threads, "events")]
    {
      try place.ingest(sample, "--force")
      let peak = try place.json("peak", "run.zst", "--from", from)
      let explanation = try place.json("explain", "run.zst", "--from", from)
      #expect(explanation["totalBytes"] == peak["peakBytes"])
      #expect(explanation["source"]?.string == from)
    }
  }

  @Test(arguments: ["c", "iwasm", "kconfig"])
  func `a snippet goes to a file, and needs an estimate`(_ kind: String) throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    let printed = try place.succeed("explain", "memmax.json", "--snippet", kind).output
    try place.succeed("explain", "memmax.json", "--snippet", kind, "-o", "values")
    #expect(try place.bytes("values") == Array(printed.utf8))
    #expect(printed.contains("65536"))
    try place.refuse(
      "explain", "run.zst", "--snippet", kind, exitCode: 64, saying: ["needs an estimate"])
    try place.refuse(
      "explain", "memmax.json", "--snippet", kind, "--format", "json", exitCode: 64,
      saying: ["prints text"])
  }

  @Test func `what cannot be explained is refused`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    try place.refuse("explain", "nothing.zst", saying: ["nothing.zst: error: cannot open"])
    try place.refuse("explain", "alloc.log", saying: ["alloc.log: error: is no memtrace store"])
    try place.refuse(
      "explain", "memmax.json", "--from", "estimate", exitCode: 64, saying: ["--from takes"])
    try place.refuse("explain", "memmax.json", "--snippet", "toml", exitCode: 64, saying: ["toml"])
    try place.write("{\"schema\":\"memtrace.estimate/1\"}", to: "cut.json")
    try place.refuse("explain", "cut.json", saying: ["rows", "memtrace schema estimate"])
    try place.copy("dumps/1.3.3__classic-truncated900__hello_hb.txt", to: "torn.txt")
    try place.succeed("ingest", "torn.txt", "-o", "torn.zst")
    try place.refuse("explain", "torn.zst", exitCode: 3, saying: ["has no complete dumps"])
  }
}
