import TraceIngest

/// Samples that lie together in one compressed file, which Tools/pack made.
package enum PackedSamples {
  /// All captures of memory-consumption dumps, by name.
  package static let captures = Result { try files(of: "dumps/all-captures.zst") }

  /// All .wasm and .aot files of the recordings, by name.
  package static let modules = Result { try files(of: "modules/all-modules.zst") }

  /// A module of the recordings, or one that was made for the tests.
  package static func module(_ name: String) throws -> [UInt8] {
    try modules.get()[name] ?? contents(of: "modules/\(name)")
  }

  /// All bytes of a sample, decompressed.
  package static func contents(of name: String) throws -> [UInt8] {
    try InputFile.contents(of: Samples.path(name), limit: 1 << 28)
  }

  /// Each behind a line `#file NAME BYTES`.
  private static func files(of name: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    let bytes = try contents(of: name)
    var position = 0
    while position < bytes.count {
      guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else { break }
      let words = String(decoding: bytes[position..<end], as: UTF8.self).split(separator: " ")
      guard words.count == 3, words[0] == "#file", let count = Int(words[2]) else { break }
      files[String(words[1])] = Array(bytes[(end + 1)..<(end + 1 + count)])
      position = end + 1 + count
    }
    return files
  }
}
