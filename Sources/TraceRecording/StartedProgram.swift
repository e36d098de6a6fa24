import Glibc
import Synchronization
package import TraceModel

/// The program that is recorded, as our child: started, told of signals, waited for.
package final class StartedProgram {
  package let pid: UInt32
  /// How it ended; nil while it runs.
  package private(set) var end: ProcessEnd?

  /// Who gets the signals that somebody sends to memtrace; 0 before it is started.
  private static let receiver = Atomic<Int32>(0)
  private static let requests = Atomic<Int32>(0)

  /// How many times the user asked for an end.
  package static var stopRequests: Int32 { requests.load(ordering: .relaxed) }

  /// Starts it with our standard streams, folder and process group, and this environment.
  package init(
    _ executable: ExecutableFile, arguments: [String], environment: [String]
  ) throws(TraceError) {
    StartedProgram.passSignalsOn()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // What memtrace ignores for itself is no business of the program's.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGPIPE, SIGXFSZ] { unsafe sigaddset(&signals, number) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var pid: pid_t = 0
    let status = unsafe StartedProgram.withCStrings(arguments) { words in
      unsafe StartedProgram.withCStrings(environment) { variables in
        unsafe posix_spawn(&pid, executable.path, nil, &attributes, words, variables)
      }
    }
    guard status == 0 else {
      let reason = unsafe String(cString: strerror(status))
      throw TraceError(
        .inputOutput, "cannot be started: \(reason)", at: SourceLocation(file: executable.path))
    }
    self.pid = UInt32(bitPattern: pid)
    StartedProgram.receiver.store(pid, ordering: .relaxed)
  }

  deinit {
    StartedProgram.receiver.store(0, ordering: .relaxed)
  }

  /// Asks, without waiting, whether it has ended.
  package func poll() -> ProcessEnd? {
    guard end == nil else { return end }
    var status: Int32 = 0
    let result = unsafe waitpid(pid_t(bitPattern: pid), &status, WNOHANG)
    if result == pid_t(bitPattern: pid) {
      let number = status & 0x7F
      end = number == 0 ? .exit(status: status >> 8 & 0xFF) : .signal(number: number)
    } else if result < 0, errno == ECHILD {
      end = .unknown
    }
    if end != nil { StartedProgram.receiver.store(0, ordering: .relaxed) }
    return end
  }

  /// Waits until something happens to the program, at most this long.
  package static func pause(nanoseconds: Int) {
    var time = timespec(tv_sec: 0, tv_nsec: nanoseconds)
    unsafe nanosleep(&time, nil)
  }

  private static func passSignalsOn() {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_sigaction = { number, information, _ in
      StartedProgram.requests.add(1, ordering: .relaxed)
      let receiver = StartedProgram.receiver.load(ordering: .relaxed)
      // What comes from the terminal has reached the program, too.
      let isFromTerminal = unsafe (information?.pointee.si_code ?? 0) > 0
      if receiver > 0, !isFromTerminal { kill(receiver, number) }
    }
    action.sa_flags = SA_SIGINFO
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { unsafe sigaction(number, &action, nil) }
    // Ends a pause when the program ends.
    var child = sigaction()
    unsafe child.__sigaction_handler.sa_handler = { _ in }
    unsafe sigaction(SIGCHLD, &child, nil)
  }

  private static func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    let pointers = unsafe texts.map { unsafe strdup($0) } + [nil]
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe body(pointers)
  }
}
