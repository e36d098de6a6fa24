import ArgumentParser
import TraceModel
import TraceStore

/// The store that a reading command opens.
struct StoreArgument: ParsableArguments {
  @Argument(help: ArgumentHelp("A store written by memtrace ingest.", valueName: "trace.zst"))
  var path: String

  @OptionGroup var reading: ReadingOptions

  /// Opens the store and asks it.
  func read(_ ask: (TraceFile) throws -> Void) throws {
    try reading.measure { opened in
      let store = try TraceFile(path: path)
      opened.append(store)
      try ask(store)
    }
  }
}

/// What every command that reads stores can say of it.
struct ReadingOptions: ParsableArguments {
  @Flag(help: "Say how many bytes of a store were read, and how long it took.")
  var stats = false

  /// Runs a query, which names the stores that it opens; with `--stats` says what it read of each.
  func measure(_ query: (inout [TraceFile]) throws -> Void) throws {
    let start = ContinuousClock.now
    var opened: [TraceFile] = []
    defer { if stats { say(opened, since: start) } }
    try query(&opened)
  }

  private func say(_ opened: [TraceFile], since start: ContinuousClock.Instant) {
    let time = (ContinuousClock.now - start).components
    let milliseconds = time.seconds * 1000 + time.attoseconds / 1_000_000_000_000_000
    for store in opened {
      Messages.print(
        "stats: read \(store.bytesRead) of \(store.byteCount) bytes of \(store.path) "
          + "in \(milliseconds) ms")
    }
  }
}
