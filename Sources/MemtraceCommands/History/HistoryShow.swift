import ArgumentParser
import TraceHistory
import TraceModel
import TraceReport

struct HistoryShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows one run, or the values of series from run to run.",
    discussion: """
      A run is named by its id or as much of it as tells it from others.

      EXAMPLES
        memtrace history show 6c72028
        memtrace history show 'app.wasm:linear-memory'
        memtrace history show 'app*' --last 5 --format csv

      \(historyReadingExitCodes)
      """)

  @Argument(help: ArgumentHelp("A run's id, or a pattern of series.", valueName: "run|series"))
  var subject: String

  @Option(help: "How many values of each series to show.")
  var last = 30

  @OptionGroup var history: HistoryOption
  @OptionGroup var result: ResultOptions

  func validate() throws {
    guard last > 0 else { throw ValidationError("--last takes a number from 1 on.") }
    guard SeriesPattern(subject) != nil else {
      throw ValidationError("\(subject) is neither a run's id nor a pattern of series.")
    }
  }

  func run() throws {
    let file = try history.open(.readOnly)
    if let entry = try run(of: file) {
      return try result.write(.historyRun(entry.run, entry.reference))
    }
    let series = try listings(of: file)
    guard !series.isEmpty else {
      throw TraceError(
        .insufficientData, "no run and no series is called \(subject)",
        at: SourceLocation(file: history.path), remedy: "memtrace history list shows runs and keys")
    }
    try result.write(.historySeries(series))
  }

  /// The only run whose id begins so; nil where there is none.
  private func run(of file: HistoryFile) throws(TraceError) -> HistoryEntry? {
    let runs = try file.runs(idPrefix: subject)
    guard let first = runs.first else { return nil }
    guard runs.count == 1 else {
      throw TraceError(
        .malformed, "several runs' ids begin with \(subject)",
        at: SourceLocation(file: history.path),
        remedy: "say more of it: " + runs.prefix(3).map(\.id).joined(separator: ", "))
    }
    return try file.run(id: first.id)
  }

  private func listings(of file: HistoryFile) throws(TraceError) -> [SeriesListing] {
    var listings: [SeriesListing] = []
    try file.forEachSeries(matching: SeriesPattern(subject)) { series throws(TraceError) in
      var points: [SeriesListing.Point] = []
      for point in series.points.suffix(last) {
        points.append(
          SeriesListing.Point(run: try file.reference(of: point.run), bytes: point.bytes))
      }
      listings.append(SeriesListing(id: series.id, kind: series.kind, points: points))
    }
    return listings
  }
}
