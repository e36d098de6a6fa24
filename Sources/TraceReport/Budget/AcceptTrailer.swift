package import TraceModel

/// Acceptances in commit messages: `Memtrace-Accept: mod03/thumbv7 +1.2KiB, new TLS buffer`.
package enum AcceptTrailer {
  private static let name = "memtrace-accept:"

  /// Every such line of a text, in order.
  ///
  /// A line that begins like one and cannot be read is an error: a typo must not fail the gate with
  /// a message about memory.
  package static func decisions(
    in text: [UInt8], file: String
  ) throws(TraceError) -> [SeriesDecision] {
    var decisions: [SeriesDecision] = []
    let lines = String(decoding: text, as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      let words = line.drop { $0 == " " || $0 == "\t" }
      guard words.prefix(name.count).lowercased() == name else { continue }
      guard let decision = decision(words.dropFirst(name.count)) else {
        throw TraceError(
          .malformed, "a Memtrace-Accept trailer cannot be read: \(line)",
          at: SourceLocation(file: file, line: index + 1),
          remedy: "Memtrace-Accept: SERIES +1.2KiB, reason; SERIES is module/target/…:category")
      }
      decisions.append(decision)
    }
    return decisions
  }

  /// `SERIES +SIZE, REASON`; a series' name may have commas in it.
  private static func decision(_ text: Substring) -> SeriesDecision? {
    let words = text.split(maxSplits: 1) { $0 == " " || $0 == "\t" }
    guard words.count == 2, let series = SeriesPattern(String(words[0])) else { return nil }
    let sides = words[1].split(separator: ",", maxSplits: 1).map { side in
      side.drop { $0 == " " || $0 == "\t" }
    }
    guard sides.count == 2, !sides[1].isEmpty, sides[0].hasPrefix("+"),
      let bytes = ByteCountFormat.parse(String(sides[0].dropFirst()))
    else { return nil }
    return SeriesDecision(.accept, series, bytes: bytes, reason: String(sides[1]))
  }
}
