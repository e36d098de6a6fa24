import Glibc

/// Files as the C library writes them.
///
/// Rationale: Foundation's `Data` waits for the disk after each write, and some file systems do when
/// a file that was truncated to nothing is closed. Tests write thousands of small files.
package enum PlainFile {
  package struct Failure: Error, CustomStringConvertible {
    package var description: String
  }

  /// Writes a file anew; one that is there is removed first.
  package static func write(_ bytes: [UInt8], to path: String) throws {
    unsafe unlink(path)
    guard let file = unsafe fopen(path, "we") else {
      throw Failure(description: "cannot create \(path)")
    }
    let written = unsafe bytes.withUnsafeBytes { bytes in
      unsafe fwrite(bytes.baseAddress, 1, bytes.count, file)
    }
    guard unsafe fclose(file) == 0, written == bytes.count else {
      throw Failure(description: "cannot write \(path)")
    }
  }
}
