import TraceHistory
import TraceModel
import TraceReport

/// The report of a history.
struct HistoryReport {
  let path: String
  let pattern: SeriesPattern?
  let options: NightlyOptions
  let budgets: BudgetFile
  let decisions: [SeriesDecision]

  func report() throws(TraceError) -> NightlyReport {
    let history = try HistoryFile(path: path, access: .readOnly)
    let extent = try history.extent(matching: pattern)
    var judgement = NightlyJudgement(
      options: options, budgets: budgets, decisions: decisions + (try history.decisions()),
      today: extent.newest)
    try history.forEachSeries(matching: pattern) { judgement.add($0) }
    return try judgement.report(
      subject: path, runCount: extent.runCount,
      lookup: RunLookup(
        reference: { run throws(TraceError) in try history.reference(of: run) },
        rows: { run throws(TraceError) in try history.rows(ofRun: run) },
        details: { run throws(TraceError) in try history.details(ofRun: run) }))
  }
}
