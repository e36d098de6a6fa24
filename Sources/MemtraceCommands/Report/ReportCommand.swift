import ArgumentParser
import TraceModel
import TraceReport
import TraceStore

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Says what got worse, since when, by how much and where.",
    discussion: """
      Of a history of nights; of two sets of runs, before and after a change; or of single runs, as a \
      page to look around in. Runs named together with --db stand behind the history's report. The \
      verdict comes first. --out writes several formats at once and replaces what is there, as a \
      nightly job wants it.

      EXAMPLES
        memtrace report --db history.sqlite
        memtrace report --db history.sqlite --out markdown=r.md --out html=r.html
        memtrace report --db history.sqlite --fail-on new --out junit=junit.xml
        memtrace report --before last-night.zst --after tonight.zst --tolerance 2%
        memtrace report trace.zst --estimate estimate.json --html -o page.html

      EXIT CODES
        0  nothing got worse
        1  something did: a series regressed or drifts, or a budget is exceeded
        2  an input cannot be read, or a result not written
        3  too little history to judge anything
        64 wrong usage
      """)

  @Argument(help: ArgumentHelp("Runs to show in full.", valueName: "trace.zst"))
  var traces: [String] = []

  @Option(help: ArgumentHelp("The history to judge.", valueName: "file"))
  var db: String?

  @Option(parsing: .upToNextOption, help: "Runs before a change.")
  var before: [String] = []

  @Option(parsing: .upToNextOption, help: "Runs after it.")
  var after: [String] = []

  @Option(help: "Only these series of the history, such as 'app*/thumbv7:linear-memory'.")
  var series: SeriesPattern?

  @Option(help: "Only changes that began on this day or later.")
  var since: UTCTime?

  @Option(help: "Which growth decides: all that is open, or only what the newest runs brought.")
  var failOn = NightlyOptions.Deciding.open

  @Option(help: "With --before and --after: what a value that varies may grow by.")
  var tolerance: Tolerance?

  @Option(help: ArgumentHelp("What the shown runs were expected to take.", valueName: "file"))
  var estimate: String?

  @OptionGroup var budgets: BudgetOptions
  @OptionGroup var labels: LabelOptions
  @OptionGroup var output: ReportOutput

  func validate() throws {
    let isOfSets = !before.isEmpty || !after.isEmpty
    if isOfSets, before.isEmpty || after.isEmpty {
      throw ValidationError("--before and --after go together.")
    }
    if isOfSets, db != nil || !traces.isEmpty {
      throw ValidationError("--before and --after take all runs: leave --db and others out.")
    }
    if tolerance != nil, !isOfSets {
      throw ValidationError("--tolerance goes with --before and --after.")
    }
    if estimate != nil, traces.isEmpty {
      throw ValidationError("--estimate goes with a run to show.")
    }
    if db == nil, !isOfSets, traces.isEmpty {
      throw ValidationError("Name a history with --db, runs to show, or --before and --after.")
    }
    if series != nil || since != nil, db == nil {
      throw ValidationError("--series and --since choose from a history: name it with --db.")
    }
  }

  func run() throws {
    let expected = try estimate.map { try DiffSide(path: $0) }
    let shown = try traces.map { path in
      try TraceOverviewQuery(store: try TraceFile(path: path), estimate: expected).overview()
    }
    var report = try judged(shown)
    report.traces = shown
    try output.write(report)
    guard report.verdict.exitCode == 0 else { throw ExitCode(report.verdict.exitCode) }
  }

  private func judged(_ shown: [TraceOverview]) throws -> NightlyReport {
    var options = NightlyOptions()
    options.deciding = failOn
    options.since = since
    if let db {
      return try HistoryReport(
        path: db, pattern: series, options: options, budgets: try budgets.file(),
        decisions: try budgets.decisions()
      ).report()
    }
    if before.isEmpty {
      return try RunReport(runs: shown, paths: traces, budgets: budgets, labels: labels.all)
        .report()
    }
    return try SetReport(
      before: before, after: after, tolerance: tolerance, budgets: try budgets.file(),
      decisions: try budgets.decisions(), labels: labels.all
    ).report()
  }
}

extension NightlyOptions.Deciding: ExpressibleByArgument {}
