import TraceModel

/// A command line of iwasm with the values of an estimate.
///
/// Source: product-mini/platforms/posix/main.c (12-30-2021 to main), where all of these flags are
/// spelt alike.
struct IwasmSnippet {
  let values: RunValues

  var lines: [String] {
    var lines = ["# \(values.subject): from memtrace estimate"]
    lines += values.remarks.map { "# \($0)" }
    if let pool = values.pool {
      lines.append("# build iwasm with \(values.poolOptions(pool.minimum.rawValue))")
    }
    if values.maxMemoryPages != nil {
      lines.append("# iwasm has no flag that limits linear memory; link with --max-memory")
    }
    var words = ["iwasm"]
    if let bytes = values.stackBytes { words.append("--stack-size=\(bytes)") }
    if let bytes = values.heapBytes { words.append("--heap-size=\(bytes)") }
    if values.threads > 0 { words.append("--max-threads=\(values.threads)") }
    words.append(IwasmSnippet.quoted(values.module ?? "app.wasm"))
    return lines + [words.joined(separator: " ")]
  }

  /// A word that a shell takes as it stands.
  private static func quoted(_ path: String) -> String {
    let text = TerminalText.escaped(path)
    let plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/+=:,@%-"
    // A name that begins like an option would be taken for one.
    let path = text.first == "-" ? "./" + text : text
    if !path.isEmpty, path.allSatisfy({ plain.contains($0) }) { return path }
    var result = "'"
    for character in path { result += character == "'" ? "'\\''" : String(character) }
    return result + "'"
  }
}
