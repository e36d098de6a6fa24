import MemtraceTestSupport
import Testing

/// `ingest --no-addresses`: everything but where blocks were.
@Suite struct NoAddressesTests {
  private static let commands = [
    "peak", "peak --by category,thread", "peak --by site", "peak --measure reserved", "sites",
    "sites --at end", "timeline", "timeline --by category", "threads", "leaks", "explain",
  ]

  /// Two stores of one log, `run.zst` in folders of their own: with addresses, and without.
  private func stores(of sample: String) throws -> (with: Workplace, without: Workplace) {
    let places = (try Workplace(), try Workplace())
    for place in [places.0, places.1] { try place.copy(sample, to: "a.log") }
    try places.0.succeed("ingest", "a.log", "-o", "run.zst")
    try places.1.succeed("ingest", "a.log", "-o", "run.zst", "--no-addresses")
    return places
  }

  @Test(arguments: [
    "logs/preload__main-aot__threads_wat.log", "recordings/main-fast__instances.log.zst",
  ])
  func `every answer is that of the store with addresses`(sample: String) throws {
    let (with, without) = try stores(of: sample)
    for command in NoAddressesTests.commands {
      let words = command.split(separator: " ").map(String.init) + ["run.zst"]
      let expected = try with.succeed(arguments: words)
      #expect(!expected.output.isEmpty)
      #expect(try without.succeed(arguments: words).output == expected.output, "\(command)")
    }
    try without.succeed("verify", "run.zst")
    #expect(try without.bytes("run.zst").count < with.bytes("run.zst").count)
  }

  @Test func `whoever needs addresses refuses and says what helps`() throws {
    let place = try Workplace()
    try place.copy("logs/preload__main-aot__threads_wat.log", to: "a.log")
    try place.succeed("ingest", "a.log", "-o", "run.zst", "--no-addresses")
    let texts = ["run.zst", "keeps no addresses", "help: ingest the log again"]
    let before = try place.bytes("run.zst")
    try place.refuse("export", "run.zst", "--to", "log", exitCode: 3, saying: texts)
    try place.refuse("export", "run.zst", "--to", "csv", "-o", "x.csv", exitCode: 3, saying: texts)
    try place.refuse("slice", "run.zst", "--from", "1", "-o", "x.zst", exitCode: 3, saying: texts)
    try place.refuse("recover", "run.zst", "-o", "x.zst", exitCode: 3, saying: texts)
    try place.refuse("merge", "run.zst", "run.zst", "-o", "x.zst", exitCode: 3, saying: texts)
    try place.refuse("ingest", "--append", "a.log", "-o", "run.zst", exitCode: 3, saying: texts)
    try place.refuse(
      "ingest", "--append", "a.log", "-o", "run.zst", "--no-addresses", exitCode: 3, saying: texts)
    #expect(try place.bytes("run.zst") == before)
  }
}
