import Glibc
import TraceHistory
import TraceModel

/// SHA-256 of a file as it lies on disk.
enum FileDigest {
  private static let blockBytes = 1 << 18

  static func sha256(_ path: String) throws(TraceError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot open", path) }
    defer { close(descriptor) }
    var hash = SHA256()
    var block = [UInt8](repeating: 0, count: blockBytes)
    while true {
      let count = unsafe block.withUnsafeMutableBytes { buffer in
        unsafe read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count == 0 { return hash.finished() }
      if count > 0 {
        hash.add(count == block.count ? block : Array(block[..<count]))
      } else if errno != EINTR {
        throw failure("cannot read", path)
      }
      try Interruption.check()
    }
  }

  private static func failure(_ what: String, _ path: String) -> TraceError {
    let reason = unsafe String(cString: strerror(errno))
    return TraceError(.inputOutput, "\(what): \(reason)", at: SourceLocation(file: path))
  }
}
