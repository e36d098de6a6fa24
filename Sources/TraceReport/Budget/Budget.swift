package import TraceModel

/// Limits for the runs whose module, target and mode match (`[[budget]]`).
package struct Budget: Hashable, Sendable {
  /// What one subject may be.
  package struct Limit: Hashable, Sendable {
    package var subject: BudgetUse.Subject
    package var size: ByteCount?
    /// How far it may be above the baseline: the larger of the parts.
    package var growth: Tolerance?

    package init(_ subject: BudgetUse.Subject, size: ByteCount?, growth: Tolerance? = nil) {
      self.subject = subject
      self.size = size
      self.growth = growth
    }
  }

  /// By part of the key, with `*` and `?`; a part that is not here matches anything.
  package var patterns: [RunKey.Part: String]
  package var measure: Measure
  package var limits: [Limit]

  package init(
    patterns: [RunKey.Part: String] = [:], measure: Measure = .committed, limits: [Limit] = []
  ) {
    self.patterns = patterns
    self.measure = measure
    self.limits = limits
  }

  package func matches(_ key: RunKey) -> Bool {
    patterns.allSatisfy { part, pattern in GlobPattern(pattern).matches(key[part]) }
  }
}

/// What a team allows its modules, and has said of single series: `memtrace.toml`.
package struct BudgetFile: Hashable, Sendable {
  /// Where the file's own categories of memory are: `iram = ["aot-code"]`.
  package struct Region: Hashable, Sendable {
    package var name: String
    package var categories: [MemoryCategory]

    package init(name: String, categories: [MemoryCategory]) {
      self.name = name
      self.categories = categories
    }
  }

  /// The region that every file has: WAMR's global heap.
  package static let globalHeap = Region(
    name: "global-heap", categories: MemoryCategory.globalHeap)

  package var regions: [Region]
  package var budgets: [Budget]
  package var decisions: [SeriesDecision]

  package init(
    regions: [Region] = [], budgets: [Budget] = [], decisions: [SeriesDecision] = []
  ) {
    self.regions = regions
    self.budgets = budgets
    self.decisions = decisions
  }

  package static let none = BudgetFile()

  package func region(_ name: String) -> Region? {
    name == BudgetFile.globalHeap.name
      ? BudgetFile.globalHeap : regions.first { $0.name == name }
  }
}
