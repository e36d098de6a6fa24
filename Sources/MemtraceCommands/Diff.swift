import ArgumentParser
import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares two footprints: an estimate or a store against another.",
    discussion: """
      A is what is expected, B what is judged against it. Rows that only one side covers are shown \
      and decide nothing.

      EXAMPLES
        memtrace diff estimate.json trace.zst
        memtrace diff last-night.zst tonight.zst --tolerance 2%,1KiB
        memtrace diff estimate.json trace.zst --fields --format markdown

      EXIT CODES
        0  within what is allowed, or below it
        1  a row is over what is allowed
        2  a side cannot be read
        3  the sides have nothing in common that could be judged
        64 wrong usage
      """)

  @Argument(help: ArgumentHelp("What is expected.", valueName: "A"))
  var left: String

  @Argument(help: ArgumentHelp("What is judged.", valueName: "B"))
  var right: String

  @Option(help: "What B may exceed A by: 5%, 1KiB, or 5%,1KiB (the larger counts).")
  var tolerance: Tolerance = .none

  @Flag(help: "Compare the dump's lines, too.")
  var fields = false

  @Option(help: "Take a store's events or its snapshots.")
  var from: FootprintSource?

  @OptionGroup var result: ResultOptions

  func validate() throws {
    if from == .estimate { throw ValidationError("--from takes events or snapshots.") }
  }

  func run() throws {
    let diff = FootprintDiff(try side(left), try side(right), tolerance: tolerance)
    try result.write(.diff(diff, showingFields: fields))
    guard diff.verdict.exitCode == 0 else { throw ExitCode(diff.verdict.exitCode) }
  }

  private func side(_ path: String) throws -> DiffSide {
    switch try FootprintInput(path: path) {
    case .estimate(let estimate): DiffSide(estimate, name: path)
    case .store(let store): try measured(store)
    }
  }

  /// A store without what a footprint needs covers nothing: the diff then says so.
  private func footprint(_ source: StoreFootprint) throws -> Footprint {
    do {
      return try source.peak(.committed)
    } catch let error as TraceError where error.code == .insufficientData {
      return Footprint(measure: .committed, source: .snapshots, rows: [], covers: [])
    }
  }

  private func measured(_ store: TraceFile) throws -> DiffSide {
    let source = StoreFootprint(store: store, requested: from)
    let snapshots = try store.snapshots()
    let latest = snapshots.lastIndex { $0.isComplete }
    let split = latest.map { SnapshotFootprint.footprint(of: snapshots[$0], index: $0) }
    let isFromEvents = store.summary.eventCount > 0 && from != .snapshots
    let shown = isFromEvents ? latest : SnapshotFootprint.peak(of: snapshots)?.index
    return DiffSide(
      try footprint(source), name: store.path, labels: store.metadata.labels,
      globalHeapSplit: isFromEvents ? split : nil, snapshot: shown.map { snapshots[$0] })
  }
}

extension Tolerance: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }

  package var defaultValueDescription: String { "none" }
}
