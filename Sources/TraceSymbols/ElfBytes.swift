import CElfutils
import Glibc
import TraceModel

/// A file of which parts are read at offsets that may be wrong.
final class ElfBytes {
  let path: String
  /// The mode has the set-user-id bit, or the set-group-id bit of a program.
  let isSetUserID: Bool
  private let descriptor: Int32
  private let byteCount: UInt64

  init(path: String) throws(TraceError) {
    self.path = path
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw ElfBytes.failure("cannot open", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw TraceError(.inputOutput, "is no regular file", at: SourceLocation(file: path))
    }
    byteCount = UInt64(max(0, status.st_size))
    let isSetGroupID = status.st_mode & (S_ISGID | S_IXGRP) == S_ISGID | S_IXGRP
    isSetUserID = status.st_mode & S_ISUID != 0 || isSetGroupID
    descriptor = unsafe celfutils_open(path)
    guard descriptor >= 0 else { throw ElfBytes.failure("cannot open", path) }
  }

  deinit { close(descriptor) }

  /// The bytes at an offset, fewer or none where the file ends before.
  func read(at offset: UInt64, upTo count: Int) throws(TraceError) -> [UInt8] {
    guard offset < byteCount, count > 0 else { return [] }
    let count = Int(min(UInt64(count), byteCount - offset))
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe pread(
          descriptor, buffer.baseAddress?.advanced(by: done), count - done,
          off_t(offset) + off_t(done))
      }
      if got > 0 {
        done += got
      } else if got == 0 {
        return Array(bytes.prefix(done))
      } else if errno != EINTR {
        throw ElfBytes.failure("cannot read", path)
      }
    }
    return bytes
  }

  private static func failure(_ what: String, _ path: String) -> TraceError {
    TraceError(
      .inputOutput, "\(what): \(unsafe String(cString: strerror(errno)))",
      at: SourceLocation(file: path))
  }
}
