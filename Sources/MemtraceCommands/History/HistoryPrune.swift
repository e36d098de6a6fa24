import ArgumentParser
import TraceHistory
import TraceReport

struct HistoryPrune: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Removes old runs.",
    discussion: """
      The newest runs of every key stay, and so does what was accepted and muted. The file does \
      not shrink: later runs take the room.

      EXAMPLES
        memtrace history prune --keep 365
        memtrace history prune --keep 90 --db history.sqlite

      \(historyWritingExitCodes)
      """)

  @Option(help: "How many runs of each key stay.")
  var keep: Int

  @OptionGroup var history: HistoryOption

  func validate() throws {
    guard keep > 0 else { throw ValidationError("--keep takes a number from 1 on.") }
  }

  func run() throws {
    // A history that is not there is an error, and not made.
    _ = try history.open(.readOnly)
    let count = try history.open(.readWrite).prune(keep: keep)
    Messages.print("\(history.path): \(Counted.text(count, "run")) removed")
  }
}
