import ArgumentParser
import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

struct TimelineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timeline",
    abstract: "Shows the largest total in each part of the time, with a chart.",
    discussion: """
      Buckets keep their peak, so no peak is lost between two of them. A store without events shows \
      its dumps.

      EXAMPLES
        memtrace timeline trace.zst
        memtrace timeline trace.zst --buckets 10 --by category

      \(readingExitCodes)
      """)

  @OptionGroup var store: StoreArgument

  @Option(help: "Into how many parts the time is cut.")
  var buckets = 24

  @Option(help: "Break each peak down by category or thread.")
  var by: FootprintKey?

  @Option(help: "Answer from events or from snapshots.")
  var from: FootprintSource?

  @OptionGroup var result: ResultOptions

  func validate() throws {
    guard (1...100_000).contains(buckets) else {
      throw ValidationError("--buckets takes a number from 1 to 100000.")
    }
    if by == .instance || by == .site {
      throw ValidationError("--by takes category or thread here.")
    }
    if from == .estimate { throw ValidationError("--from takes events or snapshots.") }
  }

  func run() throws {
    try store.read { store in
      let query = TimelineQuery(store: store, buckets: buckets, key: by)
      try result.write(.timeline(try query.timeline(from: from)))
    }
  }
}

extension FootprintKey: ExpressibleByArgument {}
