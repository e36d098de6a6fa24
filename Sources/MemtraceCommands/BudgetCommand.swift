import ArgumentParser
import TraceModel
import TraceReport

struct BudgetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "budget",
    abstract: "Makes the file of budgets that check and report judge by.",
    discussion: """
      The file limits sizes, and growth over a baseline, of categories, regions of memory and totals, \
      for the modules, targets and modes that a [[budget]] names.

      EXAMPLES
        memtrace budget init trace.zst
        memtrace budget init last-night.zst tonight.zst -o budgets.toml

      EXIT CODES
        0  fine
        2  a run cannot be read, or the file not written
        64 wrong usage
      """,
    subcommands: [BudgetInit.self])
}

struct BudgetInit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Writes a file of budgets from what runs take now, and some headroom.",
    discussion: """
      EXAMPLES
        memtrace budget init trace.zst
        memtrace budget init trace.zst --headroom 25% -o budgets.toml
        memtrace budget init estimate.json --headroom 5%,1KiB -o -

      EXIT CODES
        0  the file is written
        2  a run cannot be read, or the file not written
        3  a run has nothing to limit
        64 wrong usage
      """)

  @Argument(help: ArgumentHelp("Stores and estimates.", valueName: "trace.zst"))
  var paths: [String]

  @Option(help: "What is added to each size: 10%, 1KiB, or 10%,1KiB (the larger counts).")
  var headroom = Tolerance(basisPoints: 1000, bytes: .zero)

  @OptionGroup var labels: LabelOptions

  @Option(name: .short, help: ArgumentHelp("The file to write.", valueName: "file"))
  var output = "memtrace.toml"

  @Flag(help: "Replace an existing file.")
  var force = false

  func run() throws {
    let runs = try paths.map { path in
      let run = try RunMeasurement(path: path, labels: labels.all)
      guard let footprint = run.footprint(.committed) else {
        throw TraceError(
          .insufficientData, "has neither events nor complete dumps",
          at: SourceLocation(file: path), remedy: "memtrace info shows what it holds")
      }
      return BudgetFileText.Run(key: run.identity.key, footprint: footprint)
    }
    let text = BudgetFileText.text(runs, headroom: headroom)
    try ResultOutput.write(Array(text.utf8), to: output, replaces: force)
    if output != "-" {
      Messages.print("\(output): budgets of \(Counted.text(runs.count, "run"))")
    }
  }
}
