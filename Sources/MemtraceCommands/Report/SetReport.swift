import TraceModel
import TraceReport
import TraceStore

/// The report of two sets of runs.
struct SetReport {
  let before: [String]
  let after: [String]
  let tolerance: Tolerance?
  let budgets: BudgetFile
  let decisions: [SeriesDecision]
  let labels: [RunLabel]

  func report() throws -> NightlyReport {
    SetComparison(
      before: try before.map(run), after: try after.map(run), tolerance: tolerance
    ).report(budgets: budgets, decisions: decisions, today: UTCTime.now())
  }

  private func run(_ path: String) throws -> SetComparison.Run {
    switch try FootprintInput(path: path) {
    case .estimate(let estimate):
      return SetComparison.Run(
        name: path, key: RunIdentity(estimate.labels + labels).key,
        rows: HistoryRow.rows(of: estimate), details: [])
    case .store(let store):
      let measured = try MeasuredRun(store)
      return SetComparison.Run(
        name: path, key: RunIdentity(store.metadata.labels + labels).key, rows: measured.rows,
        details: measured.details)
    }
  }
}
