import MemtraceTestSupport
import Testing

/// `--stats`: what a reading command read.
@Suite struct StatsTests {
  static let commands = [
    "info run.zst", "snapshots run.zst", "peak run.zst", "timeline run.zst", "sites run.zst",
    "leaks run.zst", "threads run.zst", "export run.zst --to csv", "verify run.zst",
    "explain run.zst",
  ]

  @Test(arguments: commands)
  func `a command says how many bytes it read, and prints what it prints without`(
    _ command: String
  ) throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    let words = command.split(separator: " ").map(String.init)
    let plain = try place.succeed(arguments: words)
    let outcome = try place.succeed(arguments: words + ["--stats"])
    #expect(outcome.output == plain.output)
    let line = try #require(
      outcome.errors.firstMatch(
        of: /stats: read ([0-9]+) of ([0-9]+) bytes of run\.zst in [0-9]+ ms\n/))
    let read = try #require(Int(line.1))
    #expect(Int(line.2) == (try place.bytes("run.zst")).count)
    #expect(read > 0)
    #expect(!plain.errors.contains("stats: "))
  }

  @Test func `a comparison says it of each store, also where it finds something`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    let both = try place.succeed("diff", "run.zst", "run.zst", "--stats")
    #expect(both.errors.matches(of: /stats: read [0-9]+ of [0-9]+ bytes of run\.zst/).count == 2)
    let over = try place.run("diff", "memmax.json", "run.zst", "--stats")
    #expect(over.exitCode == 1)
    #expect(over.errors.matches(of: /stats: read/).count == 1)
    try place.write("[[budget]]\ntotal = \"1GiB\"\n", to: "memtrace.toml")
    let check = try place.succeed(
      "check", "run.zst", "--budget", "memtrace.toml", "--baseline", "run.zst", "--stats")
    #expect(check.errors.matches(of: /stats: read/).count == 2)
  }

  @Test func `a peak reads less than an export`() throws {
    let place = try Workplace()
    try place.ingest(.threads)
    func read(_ arguments: String...) throws -> Int {
      let errors = try place.succeed(arguments: arguments + ["--stats"]).errors
      return Int(errors.firstMatch(of: /read ([0-9]+) of/)?.1 ?? "") ?? -1
    }
    #expect(try read("peak", "run.zst") < read("export", "run.zst", "--to", "log"))
  }
}
