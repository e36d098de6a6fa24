import TraceIngest

/// Compressed bytes as what is in them.
package enum Decompression {
  /// The content of zstd frames or of gzip members.
  package static func contents(_ bytes: [UInt8]) throws -> [UInt8] {
    let file = try TemporaryFile(bytes)
    return try InputFile.contents(of: file.path, limit: 1 << 28)
  }
}
