import CToml
package import TraceModel

/// TOML files, by toml++.
package enum TomlDocument {
  /// The document's keys and values as JSON has them; a mistake is named with its line.
  package static func parse(_ bytes: [UInt8], file: String) throws(TraceError) -> JSONValue {
    var failure = ctoml_failure()
    let converted = unsafe bytes.withUnsafeBytes { buffer in
      unsafe ctoml_to_json(
        buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, &failure)
    }
    guard let json = unsafe converted else {
      let message = unsafe withUnsafeBytes(of: failure.message) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw TraceError(
        .malformed, message,
        at: SourceLocation(file: file, line: failure.line > 0 ? Int(failure.line) : nil))
    }
    defer { unsafe ctoml_free(json) }
    return try JSONParser.parse(Array(unsafe String(cString: json).utf8), file: file)
  }
}
