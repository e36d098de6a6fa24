import TraceHistory
import TraceModel
import TraceReport
import TraceStore

/// A file as a run of a history.
struct AddedFile {
  struct Options {
    var labels: [RunLabel]
    /// Where somebody said it.
    var time: UTCTime?
    var now: UTCTime
    var kind: SeriesKind?
    var budgets = BudgetFile.none
    var decisions: [SeriesDecision] = []
  }

  let run: HistoryRun
  let digest: RunDigest

  init(path: String, _ options: Options) throws {
    let content = try FileDigest.sha256(path)
    var run: HistoryRun
    switch try FootprintInput(path: path) {
    case .estimate(let estimate):
      run = try AddedFile.run(estimate.labels, path, options)
      run.rows = HistoryRow.rows(of: estimate)
    case .store(let store):
      run = try AddedFile.run(store.metadata.labels, path, options)
      let measured = try MeasuredRun(store)
      run.rows = measured.rows
      run.details = measured.details
    }
    if let kind = options.kind {
      for index in run.rows.indices { run.rows[index].kind = kind }
    }
    if run.rows.contains(where: { $0.source != .estimate }) {
      run.verdicts =
        BudgetCheck(
          options.budgets, key: run.key, footprints: Footprint.measured(run.rows),
          decisions: options.decisions, today: run.time
        ).verdicts
    }
    self.run = run
    digest = RunDigest(of: run, file: content, isTimeGiven: options.time != nil)
  }

  /// A run without values; what was said goes before what the file says.
  private static func run(
    _ labels: [RunLabel], _ path: String, _ options: Options
  ) throws(TraceError) -> HistoryRun {
    let identity = RunIdentity(labels + options.labels)
    guard !identity.key[.module].isEmpty else {
      throw TraceError(
        .malformed, "nothing says which module ran", at: SourceLocation(file: path),
        remedy: "say it: --label module=app.wasm")
    }
    return HistoryRun(
      key: identity.key, time: options.time ?? options.now, commit: identity.commit,
      labels: identity.labels)
  }
}
