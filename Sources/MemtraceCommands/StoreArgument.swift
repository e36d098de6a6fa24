import ArgumentParser
import TraceModel
import TraceStore

/// The store that a reading command opens.
///
/// Rationale: the flag is not a group within this group, because debug builds check each group five
/// times for every group around it.
struct StoreArgument: ParsableArguments {
  @Argument(help: ArgumentHelp("A store written by memtrace ingest.", valueName: "trace.zst"))
  var path: String

  @Flag(help: ReadingStatistics.help) var stats = false

  /// Opens the store and asks it.
  func read(_ ask: (TraceFile) throws -> Void) throws {
    try ReadingStatistics.measure(says: stats) { opened in
      let store = try TraceFile(path: path)
      opened.append(store)
      try ask(store)
    }
  }
}

/// What a command that reads several stores can say of them.
struct ReadingOptions: ParsableArguments {
  @Flag(help: ReadingStatistics.help) var stats = false

  /// Runs a query, which names the stores that it opens; with `--stats` says what it read of each.
  func measure(_ query: (inout [TraceFile]) throws -> Void) throws {
    try ReadingStatistics.measure(says: stats, query)
  }
}

/// How much a query read, and for how long.
private enum ReadingStatistics {
  static let help: ArgumentHelp = "Say how many bytes of a store were read, and how long it took."

  static func measure(says: Bool, _ query: (inout [TraceFile]) throws -> Void) throws {
    let start = ContinuousClock.now
    var opened: [TraceFile] = []
    defer { if says { say(opened, since: start) } }
    try query(&opened)
  }

  private static func say(_ opened: [TraceFile], since start: ContinuousClock.Instant) {
    let time = (ContinuousClock.now - start).components
    let milliseconds = time.seconds * 1000 + time.attoseconds / 1_000_000_000_000_000
    for store in opened {
      Messages.print(
        "stats: read \(store.bytesRead) of \(store.byteCount) bytes of \(store.path) "
          + "in \(milliseconds) ms")
    }
  }
}
