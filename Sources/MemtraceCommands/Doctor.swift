import ArgumentParser
import TraceModel
import TraceReport
import TraceSymbols

/// Looks at what a recording would meet.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Says what would spoil a recording, and how to mend it.",
    usage: "memtrace doctor [<options>] [--] [<command>] ...",
    discussion: """
      Looks at the recorder, the kernel's limits and the program that the command would start, \
      without starting it: a static or setuid program, one without symbols or with an allocator \
      of its own, and a build of WAMR that prints no dumps. Without a command it looks at this \
      machine alone. A note means that a recording works but shows less than it could.

      EXAMPLES
        memtrace doctor
        memtrace doctor -- ls -l
        memtrace doctor --format json -- sh -c "ls; true"

      EXIT CODES
        0  nothing spoils a recording
        1  a problem was found
        2  the program cannot be read, or the result not written
        64 wrong usage
      """)

  @OptionGroup var result: ResultOptions

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("The program and its arguments.", valueName: "command"))
  var command: [String] = []

  /// The command without the `--` before it.
  private var words: [String] { Array(command.first == "--" ? command.dropFirst() : command[...]) }

  /// Passed through with all that is not known here.
  private var asksForHelp: Bool { ["--help", "-h"].contains(command.first) }

  func validate() throws {
    guard !asksForHelp else { return }
    if let first = command.first, first != "--", first.hasPrefix("-") {
      throw ValidationError("Unknown option '\(first)'; the command stands behind --.")
    }
    if command.first == "--", words.isEmpty { throw ValidationError("No command is given.") }
  }

  func run() throws {
    if asksForHelp { throw CleanExit.helpRequest(self) }
    var diagnosis = Diagnosis(command: words)
    let recorder = DoctorRecorder()
    if words.isEmpty {
      diagnosis.findings = recorder.findings(for: nil)
    } else {
      let target = try DoctorTarget(
        command: words, searchPath: DoctorMachine.variable("PATH") ?? "/usr/bin:/bin")
      diagnosis.program = target.program.path
      diagnosis.findings = recorder.findings(for: target.program) + target.findings
      if target.canBeRecorded {
        let symbols = try DoctorSymbols(target.program)
        let runtime = try DoctorRuntime(target, symbols)
        diagnosis.findings += symbols.findings(isRuntime: runtime != nil)
        diagnosis.findings += runtime?.findings ?? []
      }
    }
    diagnosis.findings += DoctorMachine.findings()
    try result.write(.doctor(diagnosis))
    if diagnosis.hasProblem { throw ExitCode(1) }
  }
}
