import ArgumentParser
import Glibc
import TraceAnalysis
import TraceModel
import TraceRecording
import TraceReport

/// Runs a program and records its memory.
struct Record: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Runs an unmodified program and records every allocation and mapping.",
    usage: "memtrace record [<options>] [--] <command> ...",
    discussion: """
      The program keeps its standard streams, folder and arguments; a library that is preloaded \
      into it hands over what it allocates, maps and starts. A result whose name ends in .zst is a \
      store, any other is an allocator trace log. Both are there when the program has ended, by \
      itself or by a signal; SIGINT, SIGTERM and SIGHUP are passed on to it. The processes that it \
      starts are left alone, or recorded into files of their own, NAME.PID.zst.

      EXAMPLES
        memtrace record -o ls.zst -- ls -l
        memtrace record -o run.log --stacks none -- sleep 0
        memtrace record -o run.zst --children follow -- sh -c "ls; true"

      EXIT CODES
        0  the recording is written, and the program ended well
        N  the program's own status, with the recording written; 128 and the
           signal's number where one ended it
        2  the program cannot be started or recorded, or the recording not
           written
        64 wrong usage
      """)

  @Option(name: .short, help: ArgumentHelp("The store or log to write.", valueName: "file"))
  var output = "trace.zst"

  @Flag(help: "Replace an existing recording.")
  var force = false

  @Option(help: ArgumentHelp("The deepest call stack, in frames, or none.", valueName: "n"))
  var stacks = StackDepth(frames: StackDepth.most)

  @Option(help: "What to do with processes that the program starts: ignore or follow.")
  var children: ChildrenChoice = .ignore

  @Option(
    help: ArgumentHelp(
      "Milliseconds between two readings of resident memory; 0 for none.", valueName: "ms"))
  var interval: UInt32 = 100

  @Option(
    help: ArgumentHelp(
      "Nanoseconds that times are rounded down to; 1 for all that the clock says.",
      valueName: "ns"))
  var resolution: UInt32 = 10

  @Option(
    name: .customLong("label"),
    help: ArgumentHelp(
      "A fact about the run for a store, such as wamr=2.4.4.", valueName: "name=value"))
  var labels: [String] = []

  @Option(
    help: ArgumentHelp(
      "Attribution rules for a store, asked before the built-in ones.", valueName: "file"))
  var rules: String?

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("The program and its arguments.", valueName: "command"))
  var command: [String]

  /// The command without the `--` before it.
  private var words: [String] { Array(command.first == "--" ? command.dropFirst() : command[...]) }

  func validate() throws {
    guard !asksForHelp else { return }
    if let first = command.first, first != "--", first.hasPrefix("-") {
      throw ValidationError("Unknown option '\(first)'; the command stands behind --.")
    }
    guard !words.isEmpty else { throw ValidationError("No command is given.") }
    guard output != "-" else {
      throw ValidationError(
        "-o takes a file: standard output is the program's.")
    }
    guard resolution > 0 else {
      throw ValidationError("--resolution takes at least 1 nanosecond.")
    }
    for label in labels where !RunLabel.isOption(label) {
      throw ValidationError("--label takes name=value, not \(label).")
    }
    guard output.hasSuffix(".zst") || labels.isEmpty && rules == nil else {
      let option = rules == nil ? "--label" : "--rules"
      throw ValidationError(
        "\(option) belongs to a store; a log has none: give it to memtrace ingest.")
    }
  }

  /// What is captured for the command begins with what is meant for us.
  private var asksForHelp: Bool { ["--help", "-h"].contains(command.first) }

  func run() throws {
    if asksForHelp { throw CleanExit.helpRequest(self) }
    let executable = try ExecutableFile(
      command: words[0], searchPath: Record.variable("PATH") ?? "/usr/bin:/bin")
    let library = try RecorderLibrary.find(named: Record.variable("MEMTRACE_RECORDER"))
    let session = try SessionFolder(temporary: Record.variable("TMPDIR") ?? "/tmp")
    defer { session.remove() }
    var ingestion = TraceIngestion.Options()
    ingestion.labels = labels.map(RunLabel.init(option:))
    ingestion.rules = try rules.map(AttributionRules.init(path:))
    let results = RecordOutput(replaces: force, session: session.path, ingestion: ingestion)
    let sink = try results.sink(output)
    let program: StartedProgram
    do {
      program = try StartedProgram(
        executable, arguments: words,
        environment: RecorderEnvironment.variables(
          session: session.path, collector: getpid(), stacks: stacks.frames,
          followsChildren: children == .follow, library: library, inherited: Record.environment()))
    } catch {
      sink.discard()
      throw error
    }
    let collector = collector(of: program, sink, session, results)
    Record.collect(collector, program)
    try finish(collector, program, sink)
  }

  private func collector(
    of program: StartedProgram, _ sink: any RecordingSink, _ session: SessionFolder,
    _ results: RecordOutput
  ) -> Collector {
    var options = Collector.Options(root: program.pid)
    options.followsChildren = children == .follow
    options.sampleNanoseconds = UInt64(interval) * 1_000_000
    options.resolutionNanoseconds = UInt64(resolution)
    let (output, root) = (output, program.pid)
    return Collector(folder: session.path, options: options) { pid throws(TraceError) in
      guard pid != root else { return sink }
      return try results.sink(RecordOutput.path(output, ofChild: pid))
    }
  }

  /// Takes records out until the program, and what is followed, has ended.
  private static func collect(_ collector: Collector, _ program: StartedProgram) {
    CollectionPace.yieldToProgram()
    var pace = CollectionPace()
    while true {
      let end = program.poll()
      if let end { collector.ended(program.pid, end) }
      let fill = collector.round()
      if end != nil {
        // Somebody who asks for an end now does not mean the program.
        guard collector.hasRunningChildren, collector.failure == nil,
          StartedProgram.stopRequests == 0
        else { return }
      }
      pace.pause(fullest: fill)
    }
  }

  private func finish(
    _ collector: Collector, _ program: StartedProgram, _ sink: any RecordingSink
  ) throws {
    let name = words[0]
    guard collector.logs.contains(where: { $0.pid == UInt64(program.pid) }) else {
      let failure = collector.failure
      sink.discard()
      throw failure
        ?? TraceError(
          .nothingFound, "not one record came from it; nothing was written",
          at: SourceLocation(file: name),
          remedy: "a static or setuid program, or one that is started by a script without its "
            + "environment, cannot be recorded")
    }
    try collector.finish()
    for log in collector.logs {
      Messages.print(collector.diagnostics(of: log))
      let file =
        log.pid == UInt64(program.pid)
        ? output : RecordOutput.path(output, ofChild: UInt32(clamping: log.pid))
      Messages.print(
        "\(file): \(Counted.text(log.eventCount, "event")), "
          + "\(Counted.text(log.threadCount, "thread")), dropped \(collector.lost(of: log))")
    }
    switch program.end {
    case .signal(let number):
      let reason = unsafe String(cString: strsignal(number))
      Messages.print("\(name): ended by signal \(number) (\(reason))")
      throw ExitCode(128 + number)
    case .exit(let status):
      if status != 0 { Messages.print("\(name): exit status \(status)") }
      throw ExitCode(status)
    case .unknown, nil: break
    }
  }

  // MARK: Environment

  private static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe value.pointee == 0 ? nil : String(cString: value)
  }

  private static func environment() -> [String] {
    var variables: [String] = []
    var place = unsafe environ
    while let variable = unsafe place.pointee {
      variables.append(unsafe String(cString: variable))
      unsafe place += 1
    }
    return variables
  }
}

/// `--children`.
enum ChildrenChoice: String, ExpressibleByArgument, CaseIterable {
  case ignore
  case follow
}

/// `--stacks`: frames, 0 for none.
struct StackDepth: ExpressibleByArgument {
  /// What the recorder takes at most.
  static let most = 64

  let frames: Int

  init(frames: Int) {
    self.frames = frames
  }

  init?(argument: String) {
    if argument == "none" {
      frames = 0
    } else {
      guard let frames = Int(argument), (1...StackDepth.most).contains(frames) else { return nil }
      self.frames = frames
    }
  }

  var defaultValueDescription: String { frames == 0 ? "none" : "\(frames)" }
}
