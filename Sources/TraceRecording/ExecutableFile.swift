import Glibc
package import TraceModel
import TraceSymbols

/// A program that is to be recorded: found as the shell would, and looked at before it starts.
package struct ExecutableFile {
  package let path: String

  /// Finds and checks a program; `searchPath` is the value of PATH.
  package init(command: String, searchPath: String) throws(TraceError) {
    path = try ExecutableFile.find(command, searchPath)
    try ExecutableFile.check(path)
  }

  // MARK: Finding

  private static func find(_ command: String, _ searchPath: String) throws(TraceError) -> String {
    let candidates =
      command.contains("/")
      ? [command]
      : searchPath.split(separator: ":", omittingEmptySubsequences: false).map {
        $0.isEmpty ? command : "\($0)/\(command)"
      }
    var refused: String?
    for candidate in candidates {
      var status = stat()
      guard unsafe stat(candidate, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFREG, unsafe access(candidate, X_OK) == 0 {
        return candidate.contains("/") ? candidate : "./" + candidate
      }
      refused = refused ?? candidate
    }
    if let refused {
      throw TraceError(
        .inputOutput, "is not executable", at: SourceLocation(file: refused),
        remedy: "name a program, or make it one with chmod +x")
    }
    throw TraceError(
      .inputOutput,
      command.contains("/") ? "there is no such program" : "no program of this name in PATH",
      at: SourceLocation(file: command), remedy: "give its path")
  }

  // MARK: Looking

  /// How many scripts may be each other's interpreter, as the kernel has it.
  private static let mostScripts = 4

  private static func check(_ path: String) throws(TraceError) {
    // A program may be executable without being readable; then the kernel decides.
    guard unsafe access(path, R_OK) == 0 else { return }
    let place = SourceLocation(file: path)
    var program = try ExecutableFacts(path: path)
    for _ in 0..<mostScripts {
      guard let script = program.script else { break }
      guard unsafe access(script.interpreter, R_OK) == 0 else { return }
      program = try ExecutableFacts(path: script.interpreter)
    }
    let own = try ExecutableFacts(path: "/proc/self/exe")
    guard program.bits == own.bits, program.machine == own.machine else {
      throw TraceError(
        .unknownFormat,
        "is a program for another kind of processor than memtrace (\(program.machineName), "
          + "\(program.bits) bits): it cannot be recorded",
        at: place, remedy: "build memtrace for that kind, or the program for this one")
    }
    guard program.hasInterpreter else {
      throw TraceError(
        .unknownFormat, "is statically linked: no recorder can be loaded into it", at: place,
        remedy: "link it dynamically, or have it write a log with the allocator hook")
    }
    guard !changesRights(program) else {
      throw TraceError(
        .unknownFormat,
        "runs with rights of its own (setuid, setgid, capabilities): the system loads no recorder "
          + "into it",
        at: place, remedy: "record a copy without that bit, or record as its owner")
    }
  }

  /// Whether the program gets rights that its starter has not.
  private static func changesRights(_ program: ExecutableFacts) -> Bool {
    guard program.isSetUserID else { return false }
    var status = stat()
    guard unsafe stat(program.path, &status) == 0 else { return false }
    let isSetUser = status.st_mode & S_ISUID != 0
    let isSetGroup = status.st_mode & (S_ISGID | S_IXGRP) == S_ISGID | S_IXGRP
    // Root has all capabilities already.
    guard isSetUser || isSetGroup else { return getuid() != 0 }
    return isSetUser && status.st_uid != getuid() || isSetGroup && status.st_gid != getgid()
  }
}
