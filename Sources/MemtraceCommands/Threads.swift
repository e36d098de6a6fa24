import ArgumentParser
import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

struct Threads: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "threads",
    abstract: "Shows what each thread asked for and held.",
    discussion: """
      EXAMPLES
        memtrace threads trace.zst
        memtrace threads trace.zst --format json

      \(readingExitCodes)
      """)

  @OptionGroup var store: StoreArgument
  @OptionGroup var result: ResultOptions

  func run() throws {
    try store.read { store in
      try result.write(.threads(try ThreadQuery(store: store).reports()))
    }
  }
}
