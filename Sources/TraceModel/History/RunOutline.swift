/// A run of a history without what it measured.
package struct RunOutline: Hashable, Sendable {
  /// Its number in the history that it came from.
  package var number: Int64
  package var reference: RunReference
  package var key: RunKey
  /// Committed bytes that lie in no others; nil where the run has none.
  package var total: ByteCount?

  package init(number: Int64, reference: RunReference, key: RunKey, total: ByteCount?) {
    self.number = number
    self.reference = reference
    self.key = key
    self.total = total
  }
}
