import ArgumentParser
import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore
import TraceStore

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compares two footprints: an estimate or a store against another.",
    discussion: """
      A is what is expected, B what is judged against it. Rows that only one side covers are shown \
      and decide nothing.

      EXAMPLES
        memtrace diff estimate.json trace.zst
        memtrace diff last-night.zst tonight.zst --tolerance 2%,1KiB
        memtrace diff estimate.json trace.zst --fields --format markdown

      EXIT CODES
        0  within what is allowed, or below it
        1  a row is over what is allowed
        2  a side cannot be read
        3  the sides have nothing in common that could be judged
        64 wrong usage
      """)

  @Argument(help: ArgumentHelp("What is expected.", valueName: "A"))
  var left: String

  @Argument(help: ArgumentHelp("What is judged.", valueName: "B"))
  var right: String

  @Option(help: "What B may exceed A by: 5%, 1KiB, or 5%,1KiB (the larger counts).")
  var tolerance: Tolerance = .none

  @Flag(help: "Compare the dump's lines, too.")
  var fields = false

  @Option(help: "Take a store's events or its snapshots.")
  var from: FootprintSource?

  @OptionGroup var result: ResultOptions

  func validate() throws {
    if from == .estimate { throw ValidationError("--from takes events or snapshots.") }
  }

  @OptionGroup var reading: ReadingOptions

  func run() throws {
    try reading.measure { opened in try compare(&opened) }
  }

  private func compare(_ opened: inout [TraceFile]) throws {
    let inputs = try [left, right].map { path in try FootprintInput(path: path) }
    opened = inputs.compactMap(\.store)
    let diff = FootprintDiff(
      try DiffSide(inputs[0], path: left, from: from),
      try DiffSide(inputs[1], path: right, from: from), tolerance: tolerance)
    try result.write(.diff(diff, showingFields: fields))
    guard diff.verdict.exitCode == 0 else { throw ExitCode(diff.verdict.exitCode) }
  }
}

extension Tolerance: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }

  package var defaultValueDescription: String { text }
}
