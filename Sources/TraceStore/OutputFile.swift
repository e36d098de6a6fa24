import Glibc
package import TraceModel

/// A file that appears under its name only when it is whole.
///
/// Bytes go to `NAME.partial`; ``commit()`` syncs it and renames it. What is not committed can be
/// read by `memtrace recover`, or is removed by ``discard()``.
package final class OutputFile {
  package let path: String
  /// Where the bytes go until then; the path itself for a device or a pipe, which have no halves.
  package let partialPath: String
  private let isRegular: Bool
  private(set) var byteCount: UInt64 = 0
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private static let bufferBytes = 1 << 18

  /// Begins the file; one that exists, finished or partial, is replaced only where `replaces` says so.
  package init(path: String, replaces: Bool) throws(TraceError) {
    self.path = path
    descriptor = -1
    isRegular = OutputFile.isRegular(path)
    partialPath = isRegular ? path + ".partial" : path
    if isRegular, !replaces {
      try OutputFile.refuse(path, "exists", remedy: "name another with -o, or use --force")
      try OutputFile.refuse(
        path + ".partial", "exists: an ingest is running or did not end",
        remedy: "memtrace recover reads what is in it; --force replaces it")
    }
    let flags = isRegular ? O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC : O_WRONLY | O_CLOEXEC
    descriptor = unsafe open(partialPath, flags, mode_t(0o666))
    guard descriptor >= 0 else {
      var failure = OutputFile.failure("cannot create", path)
      failure.remedy = "the folder must be there, and you must be allowed to write in it"
      throw failure
    }
  }

  /// Whether a path names a file, or nothing yet.
  private static func isRegular(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return true }
    return [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  private static func refuse(
    _ path: String, _ what: String, remedy: String
  ) throws(TraceError) {
    guard unsafe access(path, F_OK) == 0 else { return }
    throw TraceError(.exists, what, at: SourceLocation(file: path), remedy: remedy)
  }

  package func write(_ bytes: [UInt8]) throws(TraceError) {
    byteCount += UInt64(bytes.count)
    if bytes.count >= OutputFile.bufferBytes {
      // Long enough for a call of its own.
      try flush()
      try writeOut(bytes)
    } else {
      buffer += bytes
      if buffer.count >= OutputFile.bufferBytes { try flush() }
    }
  }

  /// Writes what is kept in memory.
  package func flush() throws(TraceError) {
    try writeOut(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeOut(_ bytes: [UInt8]) throws(TraceError) {
    var start = 0
    while start < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe Glibc.write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
      }
      if count >= 0 {
        start += count
      } else if errno != EINTR {
        var failure = OutputFile.failure("cannot write", path)
        failure.remedy = "nothing stands under this name; make room, or name another place"
        throw failure
      }
    }
  }

  /// Makes the file durable and gives it its name.
  package func commit() throws(TraceError) {
    try flush()
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw OutputFile.failure("cannot sync", partialPath)
    }
    close(descriptor)
    descriptor = -1
    guard isRegular else { return }
    guard unsafe rename(partialPath, path) == 0 else {
      throw OutputFile.failure("cannot rename to \(path)", partialPath)
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let folderDescriptor = unsafe open(folder, O_RDONLY | O_CLOEXEC)
    if folderDescriptor >= 0 {
      fsync(folderDescriptor)
      close(folderDescriptor)
    }
  }

  /// Removes what was written.
  package func discard() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    if isRegular { _ = unsafe unlink(partialPath) }
  }

  static func failure(_ what: String, _ path: String) -> TraceError {
    let reason = unsafe String(cString: strerror(errno))
    return TraceError(.inputOutput, "\(what): \(reason)", at: SourceLocation(file: path))
  }
}
