import ArgumentParser
import TraceHistory
import TraceModel
import TraceReport

struct HistorySelfTest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selftest",
    abstract: "Shows how often reports flag this history, and how often without a reason.",
    discussion: """
      Judges every series that varies as of each of its nights: once as it was, and once with the \
      same noise in another order and without the changes, where every flag is a false alarm. An \
      honest gate flags growth and shrinking about equally there, and rarely.

      EXAMPLES
        memtrace history selftest --db history.sqlite
        memtrace history selftest 'app*:linear-memory' --format json

      EXIT CODES
        0  one false alarm in 1000 nights at most, and both directions alike
        1  more, or one direction
        2  the history cannot be read, or the result not written
        3  the history is too short to say
        64 wrong usage
      """)

  @Argument(help: "Only these series, such as 'app*:linear-memory'.")
  var series: SeriesPattern?

  @Option(help: "How many series to judge.")
  var limit = 500

  @Option(help: "Another order of the noise.")
  var seed: UInt64 = 1

  @OptionGroup var history: HistoryOption
  @OptionGroup var result: ResultOptions

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit takes a number from 1 on.") }
  }

  func run() throws {
    var test = GateSelfTest(seed: seed, seriesLimit: limit)
    try history.open(.readOnly).forEachSeries(matching: series) { test.add($0) }
    try result.write(.selfTest(test))
    guard test.verdict.exitCode == 0 else { throw ExitCode(test.verdict.exitCode) }
  }
}
