import ArgumentParser
import TraceHistory
import TraceModel
import TraceReport

struct HistoryAccept: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept",
    abstract: "Says that growth of series is fine.",
    discussion: """
      The report then says who accepted what, and does not fail because of it. memtrace history \
      list --decisions shows what holds.

      EXAMPLES
        memtrace history accept 'app*:linear-memory' --reason 'larger buffers'
        memtrace history accept 'app*' --bytes +1.2KiB --reason 'logging'
        memtrace history accept 'app*' --remove

      \(decisionExitCodes)
      """)

  @Option(help: "Growth up to this size, such as +1.2KiB; any if not said.")
  var bytes: AcceptedGrowth?

  @Option(help: "Only changes that began on this day or before it; the newest run's without it.")
  var from: UTCTime?

  @OptionGroup var decision: DecisionOptions
  @OptionGroup var history: HistoryOption

  func validate() throws {
    if decision.remove, bytes != nil || from != nil {
      throw ValidationError("--remove takes back all that was accepted of the series.")
    }
  }

  func run() throws {
    try decision.run(.accept, on: history, bytes: bytes?.bytes, from: from)
  }
}

struct HistoryMute: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mute",
    abstract: "Says that nobody wants to hear of series.",
    discussion: """
      The report counts what is muted, and does not fail because of it.

      EXAMPLES
        memtrace history mute 'app*:host' --reason 'repair' --until 2026-12-31
        memtrace history mute 'app.wasm:native-stack' --remove

      \(decisionExitCodes)
      """)

  @OptionGroup var decision: DecisionOptions
  @OptionGroup var history: HistoryOption

  func run() throws { try decision.run(.mute, on: history) }
}

/// Exit codes of commands that decide on series.
private let decisionExitCodes = """
  EXIT CODES
    0  fine
    2  the history cannot be read or written; it is as it was
    3  there is nothing to take back
    64 wrong usage
  """

/// What every decision on series says.
struct DecisionOptions: ParsableArguments {
  @Argument(help: "Which series, such as app.wasm/x86_64:linear-memory.")
  var series: SeriesPattern

  @Option(help: "Why.")
  var reason: String?

  @Option(help: "The last day on which it holds, such as 2026-12-31.")
  var until: UTCTime?

  @Flag(help: "Take back what was decided of these very series.")
  var remove = false

  func validate() throws {
    if remove, reason != nil || until != nil {
      throw ValidationError("--remove takes neither --reason nor --until.")
    }
    if !remove, reason?.allSatisfy(\.isWhitespace) != false {
      throw ValidationError("Say why: --reason TEXT.")
    }
  }

  func run(
    _ kind: SeriesDecision.Kind, on history: HistoryOption, bytes: ByteCount? = nil,
    from: UTCTime? = nil
  ) throws {
    // Only a history that is there has series to decide of.
    _ = try history.open(.readOnly)
    let file = try history.open(.readWrite)
    guard !remove else {
      let count = try file.withdraw(kind, series)
      guard count > 0 else {
        throw TraceError(
          .insufficientData,
          "\(series.text) is not \(kind == .accept ? "accepted" : "muted")",
          at: SourceLocation(file: history.path),
          remedy: "memtrace history list --decisions shows what is")
      }
      return Messages.print("\(history.path): \(Counted.text(count, "decision")) taken back")
    }
    var decision = SeriesDecision(
      kind, series, bytes: bytes, reason: reason ?? "", until: until, from: from)
    // What is accepted today says nothing about what comes tomorrow.
    if kind == .accept, from == nil {
      decision.from = try file.extent(matching: series).newest
    }
    let isNew = try file.decide(decision)
    var count = 0
    try file.forEachSeries(matching: series) { _ in count += 1 }
    Messages.print(
      "\(history.path): \(kind == .accept ? "accepted" : "muted") \(series.text)"
        + (isNew ? "" : " already")
        + (count == 0 ? "; no series is called so yet" : ", \(count) series now"))
  }
}

/// `+1.2KiB`, also without its sign.
struct AcceptedGrowth: ExpressibleByArgument {
  let bytes: ByteCount

  init?(argument: String) {
    let size = argument.hasPrefix("+") ? String(argument.dropFirst()) : argument
    guard let bytes = ByteCountFormat.parse(size) else { return nil }
    self.bytes = bytes
  }
}
