import TraceModel
import TraceRecording
import TraceReport
import TraceSymbols

/// The library that a recording preloads.
struct DoctorRecorder {
  private var facts: ExecutableFacts?
  private var failure: TraceError?

  init() {
    do throws(TraceError) {
      facts = try ExecutableFacts(
        path: try RecorderLibrary.find(named: DoctorMachine.variable("MEMTRACE_RECORDER")))
    } catch {
      failure = error
    }
  }

  /// Whether it is there and can be loaded into a program; nil: into none in particular.
  func findings(for program: ExecutableFacts?) -> [Finding] {
    let check = "recorder-library"
    guard let facts else {
      return [
        Finding(
          check, .problem,
          failure?.location.map { "\($0): \(failure?.message ?? "")" }
            ?? failure?.message ?? "cannot be read",
          why: "Without it nothing of a program's memory is seen.",
          remedy: failure?.remedy
            ?? "install memtrace again, or name it with MEMTRACE_RECORDER=PATH")
      ]
    }
    guard facts.kind == .sharedObject, !facts.hasInterpreter else {
      return [
        Finding(
          check, .problem, "\(facts.path) is no shared library",
          why: "The dynamic loader cannot load it into a program.",
          remedy: "name libmemtrace-record.so with MEMTRACE_RECORDER=PATH")
      ]
    }
    if let program, (program.bits, program.machine) != (facts.bits, facts.machine) {
      return [
        Finding(
          check, .problem,
          "is for \(facts.bits)-bit \(facts.machineName), the program for \(program.bits)-bit "
            + program.machineName,
          why: "The dynamic loader skips a library for another machine and runs the program "
            + "unrecorded.",
          remedy: "build memtrace-record for the program's machine and name it with "
            + "MEMTRACE_RECORDER=PATH, or build the program for this one")
      ]
    }
    return [Finding(check, .ok, facts.path)]
  }
}
