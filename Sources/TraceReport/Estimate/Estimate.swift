package import TraceModel

/// A footprint computed from a module and a run configuration, or written by hand.
package struct Estimate: Hashable, Sendable {
  /// How sure a row is; a later case is the less sure one.
  package enum Basis: String, CaseIterable, Comparable, Sendable {
    case exact
    case bound
    case assumption

    package static func < (left: Basis, right: Basis) -> Bool {
      left.rank < right.rank
    }

    private var rank: Int {
      switch self {
      case .exact: 0
      case .bound: 1
      case .assumption: 2
      }
    }
  }

  package struct Row: Hashable, Sendable {
    package var category: MemoryCategory
    package var container: MemoryCategory?
    package var expected: ByteCount
    package var minimum: ByteCount?
    /// With the basis `bound`, nil says that nothing bounds the row.
    package var maximum: ByteCount?
    package var reserved: ByteCount?
    /// A bound on what is really used inside.
    package var used: ByteCount?
    package var basis: Basis?
    package var why: String?

    /// A row that stands alone or, as usual for its category, inside another.
    package init(_ category: MemoryCategory, _ expected: ByteCount) {
      self.category = category
      self.expected = expected
      container = category.defaultContainer
    }
  }

  /// Bounds of a dump line that depends on the run; nil where there is none.
  package struct FieldBounds: Hashable, Sendable {
    package var minimum: ByteCount?
    package var maximum: ByteCount?

    package init(minimum: ByteCount?, maximum: ByteCount?) {
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  package var rows: [Row]
  /// The categories that the estimate speaks of; without `covers`, those of its rows.
  package var covers: Set<MemoryCategory>
  /// Dump lines that instantiation determines.
  package var fields: [SnapshotField: ByteCount] = [:]
  package var fieldBounds: [SnapshotField: FieldBounds] = [:]
  /// What the configuration and the module's path say about the run, under the reserved names.
  package var labels: [RunLabel] = []

  package init(rows: [Row], covers: Set<MemoryCategory>? = nil) {
    self.rows = rows
    self.covers = Set(rows.map(\.category)).union(covers ?? [])
  }
}
