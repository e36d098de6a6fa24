package import TraceModel

/// What one run takes of one limit.
package struct BudgetUse: Hashable, Sendable {
  /// What a limit is on.
  package enum Subject: Hashable, Sendable {
    case total
    case category(MemoryCategory)
    /// A set of categories that the user's file names, such as `iram`.
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

  package enum Bound: String, Sendable {
    /// A size.
    case size
    /// Growth over a baseline.
    case growth
  }

  package var key: RunKey
  package var subject: Subject
  package var bound: Bound
  package var bytes: ByteCount
  package var limit: ByteCount
  /// What growth is counted from; nil for a size.
  package var baseline: ByteCount?

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
  }

  /// Negative where the run is over.
  package var left: ByteCount { limit - bytes }
  package var isOver: Bool { bytes > limit }
}
