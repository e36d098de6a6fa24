import Glibc
package import TraceModel

/// The folder that a recorded program and memtrace share for the time of the recording.
package final class SessionFolder {
  package let path: String

  /// What a folder in memory must have free: room for the rings of some threads.
  private static let leastFreeBytes: UInt64 = 64 << 20

  /// Makes one, in memory where there is room, else in the folder for temporary files.
  package init(temporary: String) throws(TraceError) {
    let places = SessionFolder.hasRoom("/dev/shm") ? ["/dev/shm", temporary] : [temporary]
    for place in places {
      var template = Array("\(place)/memtrace-XXXXXX".utf8CString)
      let isMade = unsafe template.withUnsafeMutableBufferPointer { name in
        guard let base = name.baseAddress else { return false }
        return unsafe mkdtemp(base) != nil
      }
      guard isMade else { continue }
      path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return
    }
    let reason = unsafe String(cString: strerror(errno))
    throw TraceError(
      .inputOutput, "cannot make a folder for the recording: \(reason)",
      at: SourceLocation(file: temporary), remedy: "name a folder with TMPDIR")
  }

  deinit { remove() }

  /// Removes it with all that is in it.
  package func remove() {
    guard let listing = unsafe opendir(path) else { return }
    while let entry = unsafe readdir(listing) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { _ = unsafe unlink("\(path)/\(name)") }
    }
    unsafe closedir(listing)
    _ = unsafe rmdir(path)
  }

  private static func hasRoom(_ path: String) -> Bool {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0, unsafe access(path, W_OK | X_OK) == 0 else {
      return false
    }
    return UInt64(status.f_bavail) > leastFreeBytes / max(1, UInt64(status.f_frsize))
  }
}
