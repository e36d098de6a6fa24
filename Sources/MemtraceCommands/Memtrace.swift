package import ArgumentParser

/// The root command.
package struct Memtrace: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "memtrace",
    abstract: "Says how much memory a WebAssembly module needs in WAMR, and who takes it.",
    discussion: """
      EXAMPLES
        memtrace ingest dump.txt
        memtrace peak trace.zst --by category,thread
        memtrace diff estimate.json trace.zst

      EXIT CODES
        0   fine
        1   a finding: memory beyond what is allowed
        2   unusable input, or an input or output error
        3   not enough data to judge
        64  wrong usage
      """,
    version: "0.1.0",
    subcommands: [
      EstimateCommand.self, Record.self, Doctor.self,
      Ingest.self, Info.self, Snapshots.self, PeakCommand.self, TimelineCommand.self,
      Sites.self, Leaks.self, Threads.self, Diff.self, Explain.self, Export.self, Slice.self,
      Merge.self,
      Verify.self, Recover.self, Check.self, BudgetCommand.self, History.self, ReportCommand.self,
      Categories.self, SchemaCommand.self,
    ])

  package init() {}
}
