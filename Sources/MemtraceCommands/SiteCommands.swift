import ArgumentParser
import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

struct Sites: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sites",
    abstract: "Shows which call stacks asked for the memory that is live at a moment.",
    discussion: """
      EXAMPLES
        memtrace sites trace.zst
        memtrace sites trace.zst --at end --top 5

      \(readingExitCodes)
      """)

  @OptionGroup var store: StoreArgument

  @Option(help: "The moment: peak, end, or a time in nanoseconds as the log counts them.")
  var at: Moment = .peak

  @Option(help: "How many sites to show.")
  var top = 20

  @OptionGroup var result: ResultOptions

  func validate() throws { try validateTop(top) }

  func run() throws {
    try store.read { store in
      try result.write(.sites(try SiteQuery(store: store).selection(at: at, limit: top)))
    }
  }
}

struct Leaks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leaks",
    abstract: "Shows what was never freed, by call stack.",
    discussion: """
      Images of the executable and its libraries, and the first thread's stack, are no leaks.

      EXAMPLES
        memtrace leaks trace.zst
        memtrace leaks trace.zst --format json

      \(readingExitCodes)
      """)

  @OptionGroup var store: StoreArgument

  @Option(help: "How many sites to show.")
  var top = 20

  @OptionGroup var result: ResultOptions

  func validate() throws { try validateTop(top) }

  func run() throws {
    try store.read { store in
      try result.write(
        .leaks(try SiteQuery(store: store, leavesImagesOut: true).selection(at: .end, limit: top)))
    }
  }
}

private func validateTop(_ top: Int) throws {
  guard top > 0 else { throw ValidationError("--top takes a number from 1 on.") }
}

/// A moment of an event log.
enum Moment: ExpressibleByArgument {
  case peak
  case end
  case time(UInt64)

  init?(argument: String) {
    switch argument {
    case "peak": self = .peak
    case "end": self = .end
    default:
      guard let time = UInt64(argument) else { return nil }
      self = .time(time)
    }
  }

  var defaultValueDescription: String { name }

  var name: String {
    switch self {
    case .peak: "peak"
    case .end: "end"
    case .time(let time): "\(time)"
    }
  }
}
