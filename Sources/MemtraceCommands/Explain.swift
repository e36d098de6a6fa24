import ArgumentParser
import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says in plain sentences where memory goes, and which options would change it.",
    discussion: """
      Of an estimate or of a store's peak. Changes are ranked by the bytes they save; what a run \
      really used is taken from the dumps in a store.

      EXAMPLES
        memtrace explain estimate.json
        memtrace explain trace.zst --format markdown
        memtrace explain estimate.json --snippet c
        memtrace explain estimate.json --snippet kconfig -o wamr.config

      EXIT CODES
        0  fine
        2  the input cannot be read, or the result not written
        3  the store has neither events nor complete dumps
        64 wrong usage
      """)

  @Argument(
    help: ArgumentHelp("An estimate or a store.", valueName: "estimate.json|trace.zst"))
  var path: String

  @Option(help: "Print an estimate's values ready to paste: c, iwasm or kconfig.")
  var snippet: Snippet?

  @Option(help: "Take a store's events or its snapshots.")
  var from: FootprintSource?

  @Option(help: ArgumentHelp("The attribution rules that ingest was given.", valueName: "file"))
  var rules: String?

  @OptionGroup var result: ResultOptions

  func validate() throws {
    if from == .estimate { throw ValidationError("--from takes events or snapshots.") }
    if snippet != nil, result.format != .text {
      throw ValidationError("--snippet prints text; leave --format out.")
    }
  }

  @OptionGroup var reading: ReadingOptions

  func run() throws {
    try reading.measure { opened in
      let input = try FootprintInput(path: path)
      opened = [input.store].compactMap(\.self)
      try explain(input)
    }
  }

  private func explain(_ input: FootprintInput) throws {
    switch input {
    case .estimate(let estimate):
      guard let snippet else { return try result.write(.explanation(Explanation(estimate))) }
      let text = snippet.text(RunValues(estimate))
      try ResultOutput.write(Array(text.utf8), to: result.output, replaces: result.force)
    case .store(let store):
      guard snippet == nil else {
        throw ValidationError("--snippet needs an estimate: a store has no run configuration.")
      }
      try result.write(.explanation(try explanation(of: store)))
    }
  }

  private func explanation(of store: TraceFile) throws -> Explanation {
    let source = StoreFootprint(store: store, requested: from)
    let footprint = try source.peak(.committed)
    let snapshots = try store.snapshots()
    let latest = snapshots.lastIndex { $0.isComplete }
    var explanation = Explanation(
      footprint,
      split: latest.map { SnapshotFootprint.footprint(of: snapshots[$0], index: $0) },
      snapshots: snapshots, labels: store.metadata.labels)
    if try source.source() == .events, let use = try ruleUse(of: store) { explanation.add(use) }
    return explanation
  }

  /// Which rules gave the peak's bytes their category; nil without call stacks.
  private func ruleUse(of store: TraceFile) throws -> RuleUse? {
    let stacks = try store.stacks()
    guard !stacks.isEmpty else { return nil }
    let rules =
      if let rules { try AttributionRules(path: rules) } else { try AttributionRules.builtIn() }
    let peak = store.summary.committedPeak.event
    var sites = SiteAggregator(through: peak)
    try store.fold(&sites, through: peak)
    return RuleUse(sites, stacks: stacks, rules: rules)
  }
}

extension Snippet: ExpressibleByArgument {}
