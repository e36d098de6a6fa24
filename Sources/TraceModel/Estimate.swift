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

  /// The file that was read.
  package struct Module: Hashable, Sendable {
    /// As the user named it.
    package var path: String
    /// `wasm` or `aot`.
    package var kind: String
    package var bytes: ByteCount
    /// In hexadecimal digits.
    package var sha256: String

    package init(path: String, kind: String, bytes: ByteCount, sha256: String) {
      self.path = path
      self.kind = kind
      self.bytes = bytes
      self.sha256 = sha256
    }
  }

  /// One value of the run configuration.
  package struct Setting: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
      case text(String)
      case number(Int64)
      case flag(Bool)
    }

    package var name: String
    package var value: Value

    package init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// A flag or option that would change a row.
  package struct Change: Hashable, Sendable {
    package var action: String
    /// Nil where the saving cannot be told beforehand.
    package var saved: ByteCount?

    package init(_ action: String, saved: ByteCount?) {
      self.action = action
      self.saved = saved
    }
  }

  /// What a pool for the global heap (`Alloc_With_Pool`) needs.
  package struct Pool: Hashable, Sendable {
    /// What one step of a run adds.
    package struct Phase: Hashable, Sendable {
      package var name: String
      /// The smallest pool with which the run gets past this step.
      package var minimum: ByteCount
      package var largestBlock: ByteCount
      /// What the largest block is for.
      package var largestFor: String

      package init(
        name: String, minimum: ByteCount, largestBlock: ByteCount, largestFor: String
      ) {
        self.name = name
        self.minimum = minimum
        self.largestBlock = largestBlock
        self.largestFor = largestFor
      }
    }

    package var minimum: ByteCount
    package var largestBlock: ByteCount
    package var phases: [Phase]

    package init(minimum: ByteCount, largestBlock: ByteCount, phases: [Phase] = []) {
      self.minimum = minimum
      self.largestBlock = largestBlock
      self.phases = phases
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
    /// What would make the row smaller, the largest saving first.
    package var changes: [Change] = []

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

  package var module: Module?
  package var configuration: [Setting] = []
  package var rows: [Row]
  /// The categories that the estimate speaks of; without `covers`, those of its rows.
  package var covers: Set<MemoryCategory>
  /// Dump lines that instantiation determines.
  package var fields: [SnapshotField: ByteCount] = [:]
  package var fieldBounds: [SnapshotField: FieldBounds] = [:]
  /// What was assumed because nothing said otherwise.
  package var assumptions: [String] = []
  package var pool: Pool?
  /// What the configuration and the module's path say about the run, under the reserved names.
  package var labels: [RunLabel] = []

  package init(rows: [Row], covers: Set<MemoryCategory>? = nil) {
    self.rows = rows
    // What no symbol names inside linear memory is not all that nobody owns.
    let shown = rows.filter { $0.category != .unattributed || $0.container == nil }
    self.covers = Set(shown.map(\.category)).union(covers ?? [])
  }
}
