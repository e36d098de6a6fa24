import Foundation

/// A file of some bytes that is gone when nobody uses it any more.
package final class TemporaryFile: Sendable {
  package let path: String

  package init(_ bytes: [UInt8]) throws {
    let folder = FileManager.default.temporaryDirectory
    let place = folder.appendingPathComponent("memtrace-test-\(UUID().uuidString)")
    try PlainFile.write(bytes, to: place.path)
    path = place.path
  }

  package convenience init(_ text: String) throws {
    try self.init(Array(text.utf8))
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
