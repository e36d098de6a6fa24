import ArgumentParser
import Glibc
import ThreadPool
import TraceAnalysis
import TraceIngest
import TraceModel
import TraceReport
import TraceStore

/// Reads dumps and logs into a store.
struct Ingest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Reads memory-consumption dumps and allocator logs into one store.",
    discussion: """
      Inputs are files, or - for standard input, also compressed with zstd or gzip. What an input \
      is, its content says; several of one run go into one store.

      EXAMPLES
        memtrace ingest dump.txt
        memtrace ingest stdout.txt alloc.log --scope wamr -o run.zst
        iwasm -v=4 app.wasm 2>&1 | memtrace ingest - --label target=thumbv7
        memtrace ingest --follow live.log -o live.zst

      EXIT CODES
        0  the store is written, perhaps with diagnostics
        2  an input cannot be read, or holds no dump, block or event;
           nothing is written
        64 wrong usage
      """)

  @Argument(help: ArgumentHelp("Dumps and logs.", valueName: "input"))
  var inputs: [String]

  @Option(name: .short, help: ArgumentHelp("The store to write.", valueName: "file"))
  var output = "trace.zst"

  @Option(help: "Read all inputs as this format instead of detecting it.")
  var inputFormat: String?

  @Option(help: "Whose allocations a log without a header holds: wamr or process.")
  var scope: TraceScope?

  @Option(
    name: .customLong("label"),
    help: ArgumentHelp("A fact about the run, such as wamr=2.4.4.", valueName: "name=value"))
  var labels: [String] = []

  @Option(
    help: ArgumentHelp("Attribution rules, asked before the built-in ones.", valueName: "file"))
  var rules: String?

  @Option(help: "On how many threads to work; the machine's by default.")
  var threads: Int?

  @Option(help: "zstd's level: from 1, the fastest, to 22, the smallest.")
  var level = TraceWriter.defaultLevel

  @Flag(help: "Keep no addresses: a smaller store, which cannot be exported or added to.")
  var noAddresses = false

  @Flag(help: "Read a file or pipe that is still being written, until Ctrl-C.")
  var follow = false

  @Option(
    help: ArgumentHelp(
      "With --follow, write what came at least this often.", valueName: "seconds"))
  var every = 5.0

  @Flag(help: "Add to an existing store.")
  var append = false

  @Flag(help: "Replace an existing store.")
  var force = false

  @Flag(help: "End at the first warning, with nothing written.")
  var strict = false

  @Flag(help: "Say how long it took and how much memory.")
  var stats = false

  func validate() throws {
    if follow, inputs.count != 1 { throw ValidationError("--follow takes one input.") }
    guard every > 0, every <= 86_400 else {
      throw ValidationError("--every takes seconds, more than 0 and at most a day.")
    }
    if append, force { throw ValidationError("--append and --force exclude each other.") }
    guard threads ?? 1 >= 1 else { throw ValidationError("--threads takes a number from 1 on.") }
    guard (1...22).contains(level) else {
      throw ValidationError("--level takes a number from 1 to 22.")
    }
    for label in labels where !RunLabel.isOption(label) {
      throw ValidationError("--label takes name=value, not \(label).")
    }
    let formats = TraceReaderRegistry.formats.map(\.name)
    if let inputFormat, !formats.contains(inputFormat) {
      throw ValidationError(
        "No input format is called \(inputFormat); there are \(formats.joined(separator: ", ")).")
    }
    if inputs.filter({ $0 == "-" }).count > 1 {
      throw ValidationError("Standard input can be read once only.")
    }
  }

  func run() throws {
    var options = TraceIngestion.Options()
    options.format = inputFormat
    options.scope = scope
    options.isStrict = strict
    options.labels = labels.map(RunLabel.init(option:))
    options.rules = try rules.map(AttributionRules.init(path:))
    if follow { options.patience = .seconds(every) }
    options.progress = ProgressLine.onTerminal(inputs: inputs)
    let files = try inputs.map { path throws(TraceError) in
      try InputFile(path: path, follows: follow)
    }
    for file in files where file.name != "-" && FileIdentity.areSame(file.name, output) {
      throw TraceError(
        .exists, "is the output, too", at: SourceLocation(file: file.name),
        remedy: "name another store with -o")
    }
    let existing = append ? try appended() : nil
    let writer = try TraceWriter(
      path: output, replaces: force || append, level: level, keepsAddresses: !noAddresses,
      pool: ThreadPool(threads: threads ?? ThreadPool.defaultThreadCount))
    var ingestion = TraceIngestion(writer: writer, options: options)
    do {
      if let existing { try ingestion.copy(existing) }
      try ingestion.ingest(files)
      try ingestion.finish()
    } catch {
      options.progress?.end()
      writer.discard()
      throw error
    }
    options.progress?.end()
    Messages.print(ingestion.metadata.diagnostics)
    Messages.print(
      "\(output): \(Counted.text(ingestion.snapshots, "dump")) "
        + "(\(ingestion.completeSnapshots) complete), "
        + Counted.text(ingestion.eventCount, "event"))
    if stats { IngestStatistics(ingestion).print() }
  }

  /// The store that --append adds to.
  private func appended() throws -> TraceFile {
    do {
      return try TraceFile(path: output)
    } catch let error where error.code == .inputOutput {
      throw TraceError(
        error.code, error.message, at: error.location,
        remedy: "--append adds to a store that is there; without it, ingest makes one")
    }
  }
}

extension TraceScope: ExpressibleByArgument {}

extension RunLabel {
  /// Whether a text is `name=value`.
  static func isOption(_ text: String) -> Bool {
    text.contains("=") && !text.hasPrefix("=")
  }

  /// Takes `name=value`.
  init(option: String) {
    let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(
      name: String(parts.first ?? ""), value: String(parts.last ?? ""), isInferred: false)
  }
}

/// What a run of ingest cost.
private struct IngestStatistics {
  let events: UInt64
  let bytes: UInt64
  let cpuMicroseconds: UInt64
  let peakKiB: UInt64

  init(_ ingestion: TraceIngestion) {
    events = ingestion.eventCount
    bytes = ingestion.bytesRead
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    let micros = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
    cpuMicroseconds = UInt64(max(1, seconds * 1_000_000 + Int(micros)))
    peakKiB = UInt64(max(0, usage.ru_maxrss))
  }

  func print() {
    Messages.print(
      """
      stats: \(events) events, \(bytes) bytes of text, \(cpuMicroseconds / 1000) ms of CPU time, \
      \(events * 1_000_000 / cpuMicroseconds) events/s of CPU time, \
      \(bytes / cpuMicroseconds) MB/s, peak memory \(peakKiB / 1024) MiB
      """)
  }
}
