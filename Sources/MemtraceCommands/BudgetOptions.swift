import ArgumentParser
import Glibc
import TraceIngest
import TraceModel
import TraceReport

/// Budgets, and what else says that growth is fine.
struct BudgetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Budgets, acceptances and mutes.", valueName: "memtrace.toml"))
  var budget: String?

  @Option(
    name: .customLong("trailers"),
    help: ArgumentHelp(
      "Commit messages whose Memtrace-Accept lines hold; - for standard input.",
      valueName: "file"))
  var trailers: [String] = []

  func file() throws -> BudgetFile {
    guard let budget else { return .none }
    let bytes = try InputFile.contents(of: budget, limit: 1 << 24)
    return try BudgetFile(toml: bytes, file: budget)
  }

  func decisions() throws -> [SeriesDecision] {
    try trailers.flatMap { path in
      try AcceptTrailer.decisions(
        in: try InputFile.contents(of: path, limit: 1 << 26), file: path)
    }
  }
}

/// Labels that hold before those in a file.
struct LabelOptions: ParsableArguments {
  @Option(
    name: .customLong("label"),
    help: ArgumentHelp("A fact about the run, such as target=thumbv7.", valueName: "name=value"))
  var labels: [String] = []

  func validate() throws {
    for label in labels where !RunLabel.isOption(label) {
      throw ValidationError("--label takes name=value, not \(label).")
    }
  }

  var all: [RunLabel] { labels.map(RunLabel.init(option:)) }
}

extension UTCTime {
  /// The clock's time, for what depends on the day by its nature: when an acceptance ends.
  static func now() -> UTCTime { UTCTime(seconds: Int64(time(nil))) }
}
