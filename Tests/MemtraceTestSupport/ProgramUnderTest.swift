import Foundation
import Glibc

/// The `memtrace` executable of this build, run as its users run it.
package enum ProgramUnderTest {
  /// Where a run's standard input comes from.
  package enum Input: Sendable {
    case nothing
    case closed
    case file(String)
    case bytes([UInt8])
    /// A pipe that stays open until the test closes it.
    case pipe
  }

  /// How a run ended, and what it said.
  package struct Outcome: Sendable {
    /// The exit code, or 128 + the signal that ended the run.
    package var exitCode: Int32
    package var outputBytes: [UInt8]
    package var errors: String
    /// The largest resident memory of the run or of a process that it started.
    package var peakKiB: Int
    package var seconds: Double

    package var output: String { String(decoding: outputBytes, as: UTF8.self) }
  }

  package struct Failure: Error, CustomStringConvertible {
    package var description: String
  }

  /// The path of the executable; `MEMTRACE` names another one than this build's.
  package static func path() throws -> String {
    if let named = ProcessInfo.processInfo.environment["MEMTRACE"] { return named }
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folder = URL(fileURLWithPath: tests).deletingLastPathComponent()
    let candidates = [
      folder, URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent(),
    ]
    .map { $0.appendingPathComponent("memtrace").path }
    guard let found = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
      throw Failure(
        description: "no memtrace executable at \(candidates.joined(separator: " or ")): build it "
          + "with swift build, or name one with MEMTRACE=PATH"
      )
    }
    return found
  }

  /// Runs the program to its end.
  package static func run(
    _ arguments: [String],
    in folder: String,
    input: Input = .nothing,
    environment: [String: String] = [:],
    timeout: Double = 60
  ) throws -> Outcome {
    try start(arguments, in: folder, input: input, environment: environment).wait(timeout: timeout)
  }

  /// Runs a bash script in which `$MEMTRACE` is the program.
  package static func shell(
    _ script: String,
    in folder: String,
    environment: [String: String] = [:],
    timeout: Double = 60
  ) throws -> Outcome {
    try RunningProgram(
      "/bin/bash",
      ["-c", script],
      in: folder,
      input: .nothing,
      environment: environment.merging(["MEMTRACE": try path()]) { $1 }
    ).wait(timeout: timeout)
  }

  /// Starts the program and returns while it runs.
  package static func start(
    _ arguments: [String],
    in folder: String,
    input: Input = .nothing,
    environment: [String: String] = [:]
  ) throws -> RunningProgram {
    try RunningProgram(
      try path(),
      arguments,
      in: folder,
      input: input,
      environment: environment
    )
  }
}

/// A process that a test has started.
package final class RunningProgram {
  private let scratch: URL
  private let process: pid_t
  private let started = Date()
  private var writeEnd: Int32?
  private let command: String

  fileprivate init(
    _ program: String,
    _ arguments: [String],
    in folder: String,
    input: ProgramUnderTest.Input,
    environment: [String: String]
  ) throws {
    command = ([program] + arguments).joined(separator: " ")
    scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("memtrace-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)

    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    var bothEnds: Int32?
    defer { if let bothEnds { close(bothEnds) } }
    switch input {
    case .nothing: unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    case .closed: unsafe posix_spawn_file_actions_addclose(&actions, 0)
    case .file(let path): unsafe posix_spawn_file_actions_addopen(&actions, 0, path, O_RDONLY, 0)
    case .bytes(let bytes):
      let place = scratch.appendingPathComponent("in")
      try PlainFile.write(bytes, to: place.path)
      unsafe posix_spawn_file_actions_addopen(&actions, 0, place.path, O_RDONLY, 0)
    case .pipe:
      // A named pipe can be opened close-on-exec: else a program that another test starts
      // meanwhile would hold it open, and it would not end.
      let place = scratch.appendingPathComponent("in").path
      guard unsafe mkfifo(place, 0o600) == 0 else {
        throw ProgramUnderTest.Failure(description: "no pipe at \(place)")
      }
      bothEnds = unsafe open(place, O_RDWR | O_CLOEXEC)
      writeEnd = unsafe open(place, O_WRONLY | O_CLOEXEC)
      unsafe posix_spawn_file_actions_addopen(&actions, 0, place, O_RDONLY, 0)
    }
    for (descriptor, name) in [(Int32(1), "out"), (2, "err")] {
      unsafe posix_spawn_file_actions_addopen(
        &actions,
        descriptor,
        scratch.appendingPathComponent(name).path,
        O_WRONLY | O_CREAT | O_TRUNC,
        0o600
      )
    }

    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // A group of its own, so that what a script has started ends with it; and the threads of a
    // test process block signals, which the program would inherit.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

    let all = ProcessInfo.processInfo.environment
      .merging(["SWIFT_BACKTRACE": "enable=no", "LC_ALL": "C.UTF-8"]) { $1 }
      .merging(environment) { $1 }
    // The C library's own change of folder is not visible from Swift.
    let words = CStrings(["/usr/bin/env", "-C", folder, program] + arguments)
    let variables = CStrings(all.map { "\($0.key)=\($0.value)" })
    var identifier: pid_t = 0
    let status = unsafe posix_spawn(
      &identifier,
      "/usr/bin/env",
      &actions,
      &attributes,
      words.pointers,
      variables.pointers
    )
    guard status == 0 else {
      throw ProgramUnderTest.Failure(
        description: "cannot start \(program): \(unsafe String(cString: strerror(status)))"
      )
    }
    process = identifier
  }

  deinit {
    closeInput()
    try? FileManager.default.removeItem(at: scratch)
  }

  /// Writes to the program's standard input; false where the program has closed it.
  package func write(_ text: String) throws -> Bool {
    guard let writeEnd else {
      throw ProgramUnderTest.Failure(description: "standard input is no open pipe")
    }
    signal(SIGPIPE, SIG_IGN)
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(writeEnd, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }

  package func closeInput() {
    if let writeEnd { close(writeEnd) }
    writeEnd = nil
  }

  package func send(_ signal: Int32) {
    kill(process, signal)
  }

  /// Waits for a file that the program makes.
  package func waitForFile(
    _ path: String, minimumBytes: Int = 0, unchangedFor pause: Double = 0, timeout: Double = 30
  ) throws {
    let end = Date().addingTimeInterval(timeout)
    var bytes = -1
    var lastChange = Date()
    while true {
      var status = stat()
      if unsafe stat(path, &status) == 0, Int(status.st_size) >= minimumBytes {
        if Int(status.st_size) != bytes { (bytes, lastChange) = (Int(status.st_size), Date()) }
        if Date().timeIntervalSince(lastChange) >= pause { return }
      }
      guard Date() < end else {
        throw ProgramUnderTest.Failure(description: "\(command) has not made \(path)")
      }
      usleep(2000)
    }
  }

  /// Waits for the end; a run that takes longer than `timeout` seconds is killed, and an error.
  package func wait(timeout: Double = 60) throws -> ProgramUnderTest.Outcome {
    var status: Int32 = 0
    var peakKiB = 0
    while unsafe waitpid(process, &status, WNOHANG) == 0 {
      peakKiB = max(peakKiB, ResidentMemory.peakKiB(of: process))
      let seconds = Date().timeIntervalSince(started)
      guard seconds < timeout else {
        kill(-process, SIGKILL)
        _ = unsafe waitpid(process, &status, 0)
        throw ProgramUnderTest.Failure(
          description: "\(command) did not end within \(timeout) seconds; it said: \(text("err"))"
        )
      }
      // Each look costs processor time of which the program has the less.
      usleep(UInt32(min(20_000, max(1000, seconds * 20_000))))
    }
    let signal = status & 0x7F
    let exitCode = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    return ProgramUnderTest.Outcome(
      exitCode: exitCode,
      outputBytes: Array(bytes("out")),
      errors: text("err"),
      peakKiB: peakKiB,
      seconds: Date().timeIntervalSince(started)
    )
  }

  private func bytes(_ name: String) -> Data {
    FileManager.default.contents(atPath: scratch.appendingPathComponent(name).path) ?? Data()
  }

  private func text(_ name: String) -> String {
    String(decoding: bytes(name), as: UTF8.self)
  }
}

/// Texts as C wants them, ended by a null pointer.
@safe private final class CStrings {
  let pointers: [UnsafeMutablePointer<CChar>?]

  init(_ texts: [String]) {
    unsafe pointers = texts.map { unsafe strdup($0) } + [nil]
  }

  deinit {
    unsafe pointers.forEach { unsafe free($0) }
  }
}
