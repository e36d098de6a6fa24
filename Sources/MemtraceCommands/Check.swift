import ArgumentParser
import TraceHistory
import TraceModel
import TraceReport
import TraceStore

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Judges one run by the budgets in a file.",
    discussion: """
      A budget limits a size, or growth over a baseline: another run, or the newest run of the same \
      key in a history. Growth that a Memtrace-Accept line of a commit message, an [[accept]] of the \
      file or an acceptance in the history covers is fine.

      EXAMPLES
        memtrace check trace.zst --budget memtrace.toml
        memtrace check trace.zst --budget memtrace.toml --baseline last-night.zst
        memtrace check trace.zst --budget memtrace.toml --db history.sqlite

      EXIT CODES
        0  every limit that could be judged is kept
        1  a limit is exceeded
        2  a file cannot be read, or the result not written
        3  no limit could be judged
        64 wrong usage
      """)

  @Argument(help: ArgumentHelp("A store, or an estimate.", valueName: "trace.zst"))
  var path: String

  @OptionGroup var budgets: BudgetOptions
  @OptionGroup var labels: LabelOptions

  @Option(
    help: ArgumentHelp("A store or an estimate that growth is counted from.", valueName: "file"))
  var baseline: String?

  @Option(
    help: ArgumentHelp(
      "A history: growth is counted from the newest run of the same key.", valueName: "file"))
  var db: String?

  @Option(help: "The day on which acceptances must hold; today without it.")
  var today: UTCTime?

  @OptionGroup var result: ResultOptions

  func validate() throws {
    guard let file = budgets.budget else {
      throw ValidationError("--budget names the file of budgets.")
    }
    if baseline != nil, db != nil {
      throw ValidationError("--baseline and --db exclude each other.")
    }
    if file == "-", budgets.trailers.contains("-") {
      throw ValidationError("Standard input can be read once only.")
    }
  }

  @OptionGroup var reading: ReadingOptions

  func run() throws {
    try reading.measure { opened in try check(&opened) }
  }

  private func check(_ opened: inout [TraceFile]) throws {
    let file = try budgets.file()
    let run = try RunMeasurement(path: path, labels: labels.all)
    opened += [run.store].compactMap(\.self)
    var decisions = try budgets.decisions()
    var baselines: [Footprint] = []
    if let baseline {
      let measured = try RunMeasurement(path: baseline, labels: labels.all)
      opened += [measured.store].compactMap(\.self)
      baselines = measured.footprints
    } else if let db {
      let history = try HistoryFile(path: db, access: .readOnly)
      decisions += try history.decisions()
      baselines = try history.newestFootprints(of: run.identity.key)
    }
    let check = BudgetCheck(
      file, key: run.identity.key, footprints: run.footprints, baselines: baselines,
      decisions: decisions, today: today ?? UTCTime.now())
    let report = CheckReport(run: path, budgetFile: budgets.budget ?? "", check: check)
    try result.write(.check(report))
    guard report.verdict.exitCode == 0 else { throw ExitCode(report.verdict.exitCode) }
  }
}

extension HistoryFile {
  /// What the newest measured run of a key took, one footprint for each measure.
  fileprivate func newestFootprints(of key: RunKey) throws(TraceError) -> [Footprint] {
    var newest = NewestRuns()
    try forEachSeries(matching: SeriesPattern(key.text)) { series in
      if series.id.key == key { newest.note(series) }
    }
    return newest.footprints(of: key)
  }
}
