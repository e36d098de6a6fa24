/// Numbers and nouns in the sentences of rows.
enum RowText {
  static func count(_ number: Int64, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// `131072 bytes`.
  static func bytes(_ number: Int64) -> String { count(number, "byte") }

  /// A sentence from its parts, the empty ones left out.
  static func sentence(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: "; ")
  }
}
