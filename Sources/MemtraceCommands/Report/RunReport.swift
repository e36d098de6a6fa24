import TraceModel
import TraceReport

/// The report of single runs: what budgets and an estimate say of them.
struct RunReport {
  let runs: [TraceOverview]
  let paths: [String]
  let budgets: BudgetOptions
  let labels: [RunLabel]

  func report() throws -> NightlyReport {
    let file = try budgets.file()
    let decisions = try budgets.decisions()
    var report = NightlyReport(
      subject: paths.joined(separator: ", "), verdict: .pass, reasons: [])
    for path in paths where budgets.budget != nil {
      let run = try RunMeasurement(path: path, labels: labels)
      let check = BudgetCheck(
        file, key: run.identity.key, footprints: run.footprints, decisions: decisions,
        today: UTCTime.now())
      report.budgets += check.uses
      report.warnings += check.unjudged.map {
        "\(path): \($0.subject.text) is not judged: \($0.reason)"
      }
    }
    report.budgets.sort(by: BudgetUse.precedes)
    report.judge(runs)
    return report
  }
}
