/// A number with its noun.
package enum Counted {
  /// `1 dump`, `2 dumps`.
  package static func text(_ number: some BinaryInteger, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
