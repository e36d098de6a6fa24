package import TraceModel

/// What one run takes of one limit.
package struct BudgetUse: Hashable, Sendable {
  /// What a limit is on.
  package enum Subject: Hashable, Sendable {
    case total
    case category(MemoryCategory)
    /// A set of categories with a name, such as `iram`.
    case region(String)

    /// `total`, `linear-memory`, `region iram`.
    package var text: String {
      switch self {
      case .total: "total"
      case .category(let category): category.id
      case .region(let name): "region \(name)"
      }
    }
  }

  package enum Bound: String, CaseIterable, Sendable {
    /// A size.
    case size
    /// Growth over a baseline.
    case growth
  }

  package enum Standing: String, CaseIterable, Sendable {
    case within
    case over
    /// Over, and somebody said that it is fine.
    case accepted
    /// Over, and nobody wants to hear of it.
    case muted
  }

  package var key: RunKey
  package var subject: Subject
  package var bound: Bound
  package var measure = Measure.committed
  package var bytes: ByteCount
  package var limit: ByteCount
  /// What growth is counted from; nil for a size.
  package var baseline: ByteCount?
  package var standing: Standing
  /// Who said what of it.
  package var note: String?

  package init(
    key: RunKey, subject: Subject, bound: Bound, bytes: ByteCount, limit: ByteCount,
    baseline: ByteCount? = nil
  ) {
    self.key = key
    self.subject = subject
    self.bound = bound
    self.bytes = bytes
    self.limit = limit
    self.baseline = baseline
    standing = bytes > limit ? .over : .within
  }

  /// Negative where the run takes more than the limit.
  package var left: ByteCount { limit - bytes }
  package var isOver: Bool { standing == .over }

  /// The least left first; then the key, and the total before its parts.
  package static func precedes(_ first: BudgetUse, _ second: BudgetUse) -> Bool {
    if first.left != second.left { return first.left < second.left }
    if first.key != second.key { return first.key < second.key }
    return (first.subject.text, first.bound.rawValue)
      < (second.subject.text, second.bound.rawValue)
  }
}
