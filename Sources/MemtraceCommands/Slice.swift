import ArgumentParser
import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

struct Slice: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slice",
    abstract: "Cuts a range of time out of a store, with what was live when it begins.",
    discussion: """
      The slice is a store of original events: those of the range, behind the ones before it that say \
      what was live by then. Every command answers from it as from the whole trace, for the range; \
      peaks and times are the range's. Dumps are left out: they have no time on the log's clock.

      Where the log's time steps back, the range is from the first event at --from or later to the \
      last event at --to or earlier, in the order of the log.

      EXAMPLES
        memtrace slice trace.zst --from 700000000 -o late.zst
        memtrace slice trace.zst --to 12000000 -o early.zst
        memtrace merge early.zst late.zst -o both.zst

      EXIT CODES
        0  a store is written
        2  the store cannot be read, or the slice not written
        3  no event lies in the range
        64 wrong usage
      """)

  @OptionGroup var store: StoreArgument

  @Option(help: ArgumentHelp("The first nanosecond, as the log counts them.", valueName: "ns"))
  var from: UInt64?

  @Option(help: ArgumentHelp("The last nanosecond.", valueName: "ns"))
  var to: UInt64?

  @Option(help: ArgumentHelp("The attribution rules that ingest was given.", valueName: "file"))
  var rules: String?

  @Option(name: .short, help: ArgumentHelp("The store to write.", valueName: "file"))
  var output: String

  @Flag(help: "Replace an existing store.")
  var force = false

  func validate() throws {
    if let from, let to, from > to {
      throw ValidationError("--from lies behind --to.")
    }
  }

  func run() throws {
    try store.read { store in
      try FileIdentity.refuse(output, asInput: store.path)
      let rules = try rules.map(AttributionRules.init(path:)) ?? AttributionRules.builtIn()
      var slicing = try TraceSlicing(store, from: from, to: to, rules: rules)
      try TraceIngestion.write(to: output, replaces: force, rules: rules) { ingestion in
        try slicing.write(to: &ingestion)
      }
    }
  }
}

extension TraceIngestion {
  /// Writes a store of what other stores hold, or nothing where that fails; says what it holds.
  static func write(
    to path: String, replaces: Bool, rules: AttributionRules,
    _ fill: (inout TraceIngestion) throws -> Void
  ) throws {
    let writer = try TraceWriter(path: path, replaces: replaces)
    var options = Options()
    options.rules = rules
    var ingestion = TraceIngestion(writer: writer, options: options)
    do {
      try fill(&ingestion)
      try ingestion.finish()
    } catch {
      writer.discard()
      throw error
    }
    Messages.print(ingestion.metadata.diagnostics)
    let opening = ingestion.metadata.openingEvents
    Messages.print(
      "\(path): "
        + (ingestion.snapshots > 0 ? "\(Counted.text(ingestion.snapshots, "dump")), " : "")
        + Counted.text(ingestion.eventCount - opening, "event")
        + (opening > 0 ? " behind \(Counted.text(opening, "opening event"))" : ""))
  }
}
