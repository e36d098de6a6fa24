import Glibc
package import TraceModel

/// A program that is to be recorded: found as the shell would, and looked at before it starts.
package struct ExecutableFile {
  package let path: String

  /// Finds and checks a program; `searchPath` is the value of PATH.
  package init(command: String, searchPath: String) throws(TraceError) {
    path = try ExecutableFile.find(command, searchPath)
    try ExecutableFile.check(path, script: nil)
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

  private static func check(_ path: String, script: String?) throws(TraceError) {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    // A program may be executable without being readable; then the kernel decides.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let head = bytes(descriptor, at: 0, count: 256)
    if head.starts(with: Array("#!".utf8)), script == nil {
      let line = head.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
      let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\t" }
      guard let interpreter = words.first else { return }
      try check(String(interpreter), script: path)
      return
    }
    let place = SourceLocation(file: script ?? path)
    guard head.starts(with: [0x7F, 0x45, 0x4C, 0x46]), head.count >= 64 else {
      throw TraceError(
        .unknownFormat, "is neither an ELF program nor a script that begins with #!", at: place)
    }
    let own = ownHead()
    guard head[4] == own[4], head[5] == own[5], head[18] == own[18], head[19] == own[19] else {
      throw TraceError(
        .unknownFormat,
        "is a program for another kind of processor than memtrace: it cannot be recorded",
        at: place, remedy: "build memtrace for that kind, or the program for this one")
    }
    guard try hasInterpreter(descriptor, head) else {
      throw TraceError(
        .unknownFormat, "is statically linked: no recorder can be loaded into it", at: place,
        remedy: "link it dynamically, or have it write a log with the allocator hook")
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return }
    let changesUser = status.st_mode & S_ISUID != 0 && status.st_uid != geteuid()
    let changesGroup = status.st_mode & S_ISGID != 0 && status.st_gid != getegid()
    if changesUser || changesGroup {
      throw TraceError(
        .unknownFormat,
        "runs as its owner or group (setuid, setgid): the system loads no recorder into it",
        at: place,
        remedy: "record a copy without that bit, or record as its owner")
    }
  }

  /// Whether a program header asks for the dynamic linker.
  private static func hasInterpreter(
    _ descriptor: Int32, _ head: [UInt8]
  ) throws(TraceError) -> Bool {
    let interpreter: UInt64 = 3
    let offset = number(head, 32, 8)
    let size = number(head, 54, 2)
    let count = number(head, 56, 2)
    guard size >= 56, offset < 1 << 40 else { return false }
    for index in 0..<count {
      let header = bytes(descriptor, at: offset + index * size, count: 4)
      guard header.count == 4 else { return false }
      if number(header, 0, 4) == interpreter { return true }
    }
    return false
  }

  private static func ownHead() -> [UInt8] {
    let descriptor = unsafe Glibc.open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [UInt8](repeating: 0, count: 64) }
    defer { close(descriptor) }
    let head = bytes(descriptor, at: 0, count: 64)
    return head + [UInt8](repeating: 0, count: 64 - head.count)
  }

  private static func bytes(_ descriptor: Int32, at offset: UInt64, count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe pread(descriptor, buffer.baseAddress, count, off_t(clamping: offset))
    }
    return Array(bytes.prefix(max(0, got)))
  }

  /// Little-endian, as this program's own head says by being equal.
  private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64($1 * 8) }
  }
}
