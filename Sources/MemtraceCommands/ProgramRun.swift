import ArgumentParser
import Glibc
import Synchronization
package import TraceModel

/// Runs the program: arguments to command to exit code.
package enum ProgramRun {
  /// Never returns; every failure ends with a message and the exit code that the contract names.
  package static func main() -> Never {
    openStandardStreams()
    prepareSignals()
    RowGroupMemory.keep()
    do {
      try CommandName.check(CommandLine.arguments.dropFirst())
      var command = try Memtrace.parseAsRoot()
      try command.run()
      exit(0)
    } catch let error as TraceError {
      Messages.print(error.description)
      exit(exitCode(for: error))
    } catch let code as ExitCode {
      exit(code.rawValue)
    } catch {
      // Help and version come here, too; ArgumentParser knows where each is printed.
      Memtrace.exit(withError: error)
    }
  }

  /// 3 where the input is fine but says too little, 128 + SIGINT for the user's own stop, else 2.
  package static func exitCode(for error: TraceError) -> Int32 {
    switch error.code {
    case .insufficientData: 3
    case .interrupted: 128 + SIGINT
    default: 2
    }
  }

  /// Takes the numbers of closed standard streams, so that no file of ours gets one of them.
  ///
  /// They are opened the wrong way round: what uses such a stream is told that it cannot.
  private static func openStandardStreams() {
    for (number, flags) in [(Int32(0), O_WRONLY), (1, O_RDONLY), (2, O_RDONLY)]
    where fcntl(number, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", flags)
    }
  }

  private static func prepareSignals() {
    // A closed pipe and a full quota are write errors, not deaths.
    for number in [SIGPIPE, SIGXFSZ] { _ = signal(number, SIG_IGN) }
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in
      Interruption.isRequested.store(true, ordering: .relaxed)
      // A read that begins just after the flag was asked for is ended by the alarm, a second later.
      alarm(1)
    }
    // Without SA_RESTART: a read that waits for input ends, and the flag is seen.
    for number in [SIGINT, SIGTERM, SIGALRM] { unsafe sigaction(number, &action, nil) }
  }
}
