import Glibc

/// Small files that are read whole.
enum DoctorFile {
  /// At most so many bytes of a file; empty where it cannot be read.
  static func bytes(_ path: String, atMost limit: Int) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: limit)
    var count = 0
    while count < limit {
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe read(descriptor, buffer.baseAddress?.advanced(by: count), limit - count)
      }
      guard got > 0 else { break }
      count += got
    }
    bytes.removeLast(limit - count)
    return bytes
  }

  static func text(_ path: String) -> String {
    String(decoding: bytes(path, atMost: 65536), as: UTF8.self)
  }
}
