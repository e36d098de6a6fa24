import ArgumentParser
import TraceExport
import TraceModel
import TraceReport
import TraceStore

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes the events of a store in another format.",
    discussion: """
      log gives back every event and key that was ingested, in order. csv has the seven columns of \
      the allocator log's CSV spelling.

      EXAMPLES
        memtrace export trace.zst --to log -o run.log
        memtrace export trace.zst --to csv

      \(readingExitCodes)
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case log
    case csv
  }

  @OptionGroup var store: StoreArgument

  @Option(help: "The format: log or csv.")
  var to: Format

  @Option(name: .short, help: ArgumentHelp("Write to this file.", valueName: "file"))
  var output = "-"

  @Flag(help: "Replace an existing output file.")
  var force = false

  func run() throws { try store.read(export) }

  private func export(_ store: TraceFile) throws {
    guard store.summary.eventCount > 0 else {
      throw TraceError(
        .insufficientData, "the store has no events", at: SourceLocation(file: store.path),
        remedy: "memtrace snapshots shows its dumps")
    }
    guard output != "-" else {
      return try write(store) { bytes throws(TraceError) in
        try ResultOutput.standardOutput(bytes)
      }
    }
    let file = try OutputFile(path: output, replaces: force)
    do {
      try write(store) { bytes throws(TraceError) in try file.write(bytes) }
      try file.commit()
    } catch {
      file.discard()
      throw error
    }
  }

  private func write(
    _ store: TraceFile, to sink: ([UInt8]) throws(TraceError) -> Void
  ) throws {
    guard !store.metadata.leavesAddressesOut else { throw store.noAddresses }
    switch to {
    case .log:
      var text = LogText(headers: try store.logHeaders(), stacks: try store.stacks())
      try store.forEachRecordedBatch { try sink(text.lines(of: $0)) }
      try sink(text.end())
    case .csv:
      var text = CSVText()
      try store.forEachRecordedBatch { try sink(text.rows(of: $0)) }
      for (key, count) in text.lostKeys.sorted(by: { $0.key < $1.key }) {
        Messages.print(
          "warning: CSV has no column for \(key)=, which is left out of "
            + Counted.text(count, "event"))
      }
    }
  }
}
