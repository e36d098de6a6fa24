import ArgumentParser
import TraceHistory
import TraceModel
import TraceReport

struct HistoryList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the runs of a history, the newest first, or what was decided.",
    discussion: """
      EXAMPLES
        memtrace history list
        memtrace history list 'app.wasm/x86_64' --last 10
        memtrace history list --decisions --format json

      \(historyReadingExitCodes)
      """)

  @Argument(help: "Only runs of these keys, such as app.wasm/x86_64.")
  var series: SeriesPattern?

  @Option(help: "How many runs to list.")
  var last = 50

  @Flag(help: "List what was accepted and muted instead.")
  var decisions = false

  @OptionGroup var history: HistoryOption
  @OptionGroup var result: ResultOptions

  func validate() throws {
    guard last > 0 else { throw ValidationError("--last takes a number from 1 on.") }
    if decisions, series != nil {
      throw ValidationError("--decisions lists all of them; leave the pattern out.")
    }
  }

  func run() throws {
    let file = try history.open(.readOnly)
    try result.write(
      decisions
        ? .historyDecisions(try file.decisions())
        : .historyRuns(try file.runs(matching: series, last: last)))
  }
}
