import ArgumentParser
import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Joins stores of one run.",
    discussion: """
      Slices that follow one another become one again: what a later one begins with, the earlier one \
      provides, and both must agree. Stores of logs that follow one another are joined in the order of \
      their times. Dumps go with anything. Logs whose times overlap are refused: which block a free \
      ends could not be known.

      EXAMPLES
        memtrace merge early.zst late.zst -o both.zst
        memtrace merge events.zst dumps.zst -o run.zst

      EXIT CODES
        0  a store is written
        2  a store cannot be read, they are not of one run, or the result
           cannot be written
        64 wrong usage
      """)

  @Argument(help: ArgumentHelp("Stores of one run.", valueName: "trace.zst"))
  var paths: [String]

  @Option(help: ArgumentHelp("The attribution rules that ingest was given.", valueName: "file"))
  var rules: String?

  @Option(name: .short, help: ArgumentHelp("The store to write.", valueName: "file"))
  var output: String

  @Flag(help: "Replace an existing store.")
  var force = false

  @OptionGroup var reading: ReadingOptions

  func validate() throws {
    guard paths.count > 1 else { throw ValidationError("Name two stores or more.") }
  }

  func run() throws {
    try reading.measure { opened in
      let parts = try paths.map(MergedPart.init(path:))
      opened = parts.map(\.store)
      for (index, path) in paths.enumerated() {
        try FileIdentity.refuse(output, asInput: path)
        if paths[..<index].contains(where: { FileIdentity.areSame($0, path) }) {
          throw TraceError(.exists, "is named twice", at: SourceLocation(file: path))
        }
      }
      let rules = try rules.map(AttributionRules.init(path:)) ?? AttributionRules.builtIn()
      var merging = try TraceMerging(parts, rules: rules)
      try TraceIngestion.write(to: output, replaces: force, rules: rules) { ingestion in
        try merging.write(to: &ingestion)
      }
    }
  }
}
