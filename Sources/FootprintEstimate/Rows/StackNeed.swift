/// What a static analysis says of a stack.
package struct StackNeed: Hashable, Sendable {
  /// Nil where it is not bounded.
  package var bytes: Int64?
  /// How it came about, or why there is no bound.
  package var sentence: String

  package init(bytes: Int64?, sentence: String) {
    self.bytes = bytes
    self.sentence = sentence
  }
}
