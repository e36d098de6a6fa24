import Glibc
import TraceModel
import TraceReport
import TraceSymbols

/// The program that a command would start, found as the shell and the kernel find it.
struct DoctorTarget {
  /// The command's words.
  let command: [String]
  /// The ELF program: of a script, the interpreter behind it.
  let program: ExecutableFacts
  /// Scripts, and the env of a `#!/usr/bin/env` line, that are passed on the way.
  let scripts: [String]
  private let isExecutable: Bool

  /// As many scripts as the kernel follows.
  private static let mostScripts = 5
  private static let shells: Set<String> = [
    "sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "busybox", "fish",
  ]

  init(command: [String], searchPath: String) throws(TraceError) {
    self.command = command
    var path = try DoctorTarget.find(command.first ?? "", searchPath)
    isExecutable = unsafe access(path, X_OK) == 0
    var scripts: [String] = []
    var facts = try ExecutableFacts(path: path)
    while let script = facts.script {
      guard scripts.count < DoctorTarget.mostScripts else {
        throw TraceError(
          .limitExceeded, "is a script of a script of a script",
          at: SourceLocation(file: command.first ?? ""))
      }
      scripts.append(path)
      path = script.interpreter
      if DoctorTarget.name(of: path) == "env", let word = DoctorTarget.envWord(script.argument) {
        path = try DoctorTarget.find(word, searchPath)
      }
      facts = try ExecutableFacts(path: path)
    }
    self.scripts = scripts
    program = facts
  }

  /// The arguments of the program itself.
  var arguments: ArraySlice<String> { scripts.isEmpty ? command.dropFirst() : [] }

  /// What stands in the way is not in the file's kind.
  var canBeRecorded: Bool { program.kind != .other && program.hasInterpreter }

  var findings: [Finding] {
    var findings: [Finding] = []
    if !isExecutable {
      findings.append(
        Finding(
          "executable", .problem, "\(command.first ?? "") is not executable",
          why: "The system refuses to start it.", remedy: "make it a program with chmod +x"))
    }
    if let script { findings.append(script) }
    findings.append(linkage)
    if let privilege { findings.append(privilege) }
    return findings
  }

  /// The last part of a path.
  static func name(of path: String) -> String {
    String(path.split(separator: "/").last ?? "")
  }

  // MARK: Findings

  private var script: Finding? {
    let interpreter = DoctorTarget.name(of: program.path)
    let isShell = DoctorTarget.shells.contains(interpreter)
    guard let first = scripts.first else {
      guard isShell else { return nil }
      return Finding(
        "script", .note, "\(interpreter) is a shell",
        why: "The shell itself is recorded. The programs that it starts are its children, "
          + "which a recording leaves alone.",
        remedy: "name the program instead of the shell, put exec before it, or record with "
          + "--children follow")
    }
    guard isShell else {
      return Finding("script", .ok, "\(first) is run by \(program.path), which is recorded")
    }
    return Finding(
      "script", .note, "\(first) is a script for \(interpreter)",
      why: "The shell itself is recorded. The programs that the script starts are its children, "
        + "which a recording leaves alone.",
      remedy: "start the last program of the script with exec, or record with --children follow")
  }

  private var linkage: Finding {
    let path = program.path
    guard program.kind != .other else {
      return Finding(
        "linkage", .problem, "\(path) is an object file or a core dump, no program",
        why: "The system refuses to start it.", remedy: "name a program")
    }
    guard let loader = program.interpreter else {
      return Finding(
        "static-program", .problem, "\(path) is statically linked",
        why: "A static program has no dynamic loader: no recorder can be loaded into it.",
        remedy: "link it dynamically (leave out -static), or have it write the log itself with the "
          + "allocator hook in Tools/embedder")
    }
    let name = DoctorTarget.name(of: loader)
    if name.hasPrefix("ld-musl") {
      return Finding(
        "musl", .problem, "\(path) is linked against musl (\(loader))",
        why: "The recorder is built for glibc, and musl's loader cannot load it.",
        remedy: "build the program against glibc, or have it write the log itself with the "
          + "allocator hook in Tools/embedder")
    }
    guard name.hasPrefix("ld-linux") || name.hasPrefix("ld64") || name.hasPrefix("ld.so") else {
      return Finding(
        "linkage", .problem, "\(path) asks for the loader \(loader)",
        why: "It is not glibc's: the recorder is built for glibc.",
        remedy: "build the program against glibc")
    }
    guard unsafe access(loader, X_OK) == 0 else {
      return Finding(
        "linkage", .problem, "\(path) asks for the loader \(loader), which is not here",
        why: "The system cannot start it.", remedy: "install the C library that it is built for")
    }
    return Finding(
      "linkage", .ok, "\(program.bits)-bit \(program.machineName), linked dynamically to glibc")
  }

  /// A program that gets rights of another runs without what LD_PRELOAD names.
  private var privilege: Finding? {
    var status = stat()
    guard program.isSetUserID, unsafe stat(program.path, &status) == 0 else { return nil }
    let isSetGroupID = status.st_mode & (S_ISGID | S_IXGRP) == S_ISGID | S_IXGRP
    var kinds: [String] = []
    var changesIdentity = false
    if status.st_mode & S_ISUID != 0 {
      kinds.append("setuid")
      changesIdentity = changesIdentity || status.st_uid != getuid()
    }
    if isSetGroupID {
      kinds.append("setgid")
      changesIdentity = changesIdentity || status.st_gid != getgid()
    }
    if kinds.isEmpty {
      kinds.append("given capabilities of its own")
      changesIdentity = getuid() != 0
    }
    let found = "\(program.path) is \(kinds.joined(separator: " and "))"
    guard changesIdentity else {
      return Finding(
        "privileges", .note, "\(found), which changes nothing for this user",
        why: "Run by another user, the dynamic loader ignores LD_PRELOAD: no recorder is loaded.",
        remedy: "record as this user, or a copy without that bit")
    }
    return Finding(
      "privileges", .problem, found,
      why: "The dynamic loader ignores LD_PRELOAD in such a program: no recorder is loaded.",
      remedy: "record a copy of it without that bit (cp makes one), or as the user that it runs as")
  }

  // MARK: Finding the program

  private static func find(_ name: String, _ searchPath: String) throws(TraceError) -> String {
    let candidates =
      name.contains("/")
      ? [name]
      : searchPath.split(separator: ":", omittingEmptySubsequences: false).map {
        $0.isEmpty ? "./\(name)" : "\($0)/\(name)"
      }
    var refused: String?
    for candidate in candidates {
      var status = stat()
      guard unsafe stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        continue
      }
      if unsafe access(candidate, X_OK) == 0 { return candidate }
      refused = refused ?? candidate
    }
    if let refused { return refused }
    throw TraceError(
      .inputOutput,
      name.contains("/") ? "there is no such program" : "no program of this name in PATH",
      at: SourceLocation(file: name), remedy: "give its path")
  }

  /// The program that env starts: its first word that is no option and sets no variable.
  private static func envWord(_ argument: String?) -> String? {
    argument?.split { $0 == " " || $0 == "\t" }
      .first { !$0.hasPrefix("-") && !$0.contains("=") }.map(String.init)
  }
}
