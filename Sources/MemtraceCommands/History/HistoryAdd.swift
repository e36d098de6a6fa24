import ArgumentParser
import TraceHistory
import TraceModel
import TraceReport

struct HistoryAdd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Adds a run: a store, or an estimate of one.",
    discussion: """
      Labels in the file hold where --label says nothing. module, target, wamr, mode, features and \
      device are what runs are compared by, commit is the commit, all others are kept beside them. \
      The same file with the same labels is the same run: to add it again changes nothing.

      Kept are the bytes by category at the peak, what was resident and what was really used where \
      the store tells, and the largest parts by thread and call stack; with --budget, what budgets \
      of sizes say of the run, which memtrace history show tells later.

      EXAMPLES
        memtrace history add trace.zst --label module=app.wasm --label commit=1f3d5e
        memtrace history add estimate.json --label module=app.wasm --time 2026-11-01
        memtrace history add tonight.zst --label module=app.wasm --db nightly.sqlite

      EXIT CODES
        0  the runs are in the history, now or before
        2  a file cannot be read, or the history not be written; nothing is added
        3  a store has neither events nor complete dumps; nothing is added
        64 wrong usage
      """)

  @Argument(help: ArgumentHelp("Stores and estimates, a run each.", valueName: "file"))
  var files: [String]

  @OptionGroup var labels: LabelOptions
  @OptionGroup var budgets: BudgetOptions

  @Option(help: "When the run was, such as 2026-11-01T02:00:00Z; now if not said.")
  var time: UTCTime?

  @Option(help: "How all series of the run vary: exact or noisy; told by category if not said.")
  var kind: SeriesKind?

  @OptionGroup var history: HistoryOption

  func validate() throws {
    if files.isEmpty { throw ValidationError("Name a store or an estimate.") }
  }

  func run() throws {
    let options = AddedFile.Options(
      labels: labels.all, time: time, now: UTCTime.now(), kind: kind,
      budgets: try budgets.file(), decisions: try budgets.decisions())
    let added = try files.map { try AddedFile(path: $0, options) }
    let file = try history.open(.readWrite)
    let additions = try file.transaction { () throws(TraceError) in
      var additions: [HistoryFile.Addition] = []
      for one in added { additions.append(try file.add(one.run, digest: one.digest)) }
      return additions
    }
    for (addition, one) in zip(additions, added) {
      switch addition {
      case .added(let reference):
        Messages.print(
          "\(history.path): added \(reference.id), \(one.run.key.text), "
            + "\(one.run.rows.count) series")
      case .alreadyThere(let reference):
        Messages.print("\(history.path): has \(reference.id) already, \(one.run.key.text)")
      }
    }
  }
}
