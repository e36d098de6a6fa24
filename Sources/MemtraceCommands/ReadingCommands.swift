import ArgumentParser
import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

/// Exit codes that every reading command has.
let readingExitCodes = """
  EXIT CODES
    0  fine
    2  the store cannot be read, or the result not written
    3  the store does not hold what was asked for
    64 wrong usage
  """

struct Snapshots: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshots",
    abstract: "Shows every memory-consumption dump in a store, field by field.",
    discussion: """
      EXAMPLES
        memtrace snapshots trace.zst
        memtrace snapshots trace.zst --format json

      \(readingExitCodes)
      """)

  @OptionGroup var store: StoreArgument
  @OptionGroup var result: ResultOptions

  func run() throws {
    try store.read { store in
      try result.write(
        .snapshots(
          try store.snapshots(), captureLines: try store.captureLines(),
          sources: store.metadata.sources))
    }
  }
}

struct PeakCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peak",
    abstract: "Shows who held memory when it was at its most.",
    discussion: """
      A store with events answers from them, else from its dumps: several dumps are never added. \
      Where the log has samples of resident memory, the one that shows the peak best stands below.

      EXAMPLES
        memtrace peak trace.zst
        memtrace peak trace.zst --by category,thread --format json
        memtrace peak trace.zst --from snapshots --measure used

      \(readingExitCodes)
      """)

  @OptionGroup var store: StoreArgument

  @Option(help: "What to tell apart: category, thread, instance, site, joined by commas.")
  var by = FootprintKeys([.category])

  @Option(help: "Which bytes: committed, reserved, resident or used.")
  var measure: Measure = .committed

  @Option(help: "Answer from events or from snapshots.")
  var from: FootprintSource?

  @OptionGroup var result: ResultOptions

  func validate() throws {
    if from == .estimate { throw ValidationError("--from takes events or snapshots.") }
  }

  func run() throws {
    try store.read { store in
      let source = StoreFootprint(store: store, requested: from)
      let footprint = try source.peak(measure, by: by.keys)
      let showsResident = measure == .committed && footprint.source == .events
      try result.write(
        .peak(
          footprint, by: by.keys, resident: showsResident ? try store.residentAtPeak() : nil,
          frames: by.keys.contains(.site) ? try store.frames(ofSites: footprint.rows) : [:]))
    }
  }
}

struct Categories: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "categories",
    abstract: "Shows the memory categories and what each means.",
    discussion: """
      EXAMPLES
        memtrace categories
        memtrace categories --format markdown

      EXIT CODES
        0  fine
        2  the table cannot be written
        64 wrong usage
      """)

  @OptionGroup var result: ResultOptions

  func run() throws { try result.write(.categories()) }
}

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of a document that memtrace writes or reads.",
    discussion: """
      EXAMPLES
        memtrace schema peak
        memtrace schema estimate

      EXIT CODES
        0  fine
        64 no schema has this name
      """)

  @Argument(help: "One of: \(SchemaCatalog.names.joined(separator: ", ")).")
  var name: String

  func run() throws {
    guard let text = SchemaCatalog.text(name) else {
      throw ValidationError(
        "No schema is called \(name); there are \(SchemaCatalog.names.joined(separator: ", ")).")
    }
    try ResultOutput.standardOutput(Array(text.utf8))
  }
}

/// `category,thread`.
struct FootprintKeys: ExpressibleByArgument {
  let keys: [FootprintKey]

  init(_ keys: [FootprintKey]) {
    self.keys = keys
  }

  init?(argument: String) {
    var keys: [FootprintKey] = []
    for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let key = FootprintKey(rawValue: String(name)), !keys.contains(key) else { return nil }
      keys.append(key)
    }
    self.init(keys)
  }

  var defaultValueDescription: String { keys.map(\.rawValue).joined(separator: ",") }
}

extension Measure: ExpressibleByArgument {}
extension FootprintSource: ExpressibleByArgument {}
