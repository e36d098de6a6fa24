package import TraceModel

/// One run against the budgets that match it.
///
/// The first `[[budget]]` of the file that matches a run and limits a subject decides on it, so that
/// exceptions stand before what is general.
package struct BudgetCheck: Hashable, Sendable {
  /// A limit on which the run says nothing.
  package struct Unjudged: Hashable, Sendable {
    package var key: RunKey
    package var subject: BudgetUse.Subject
    package var bound: BudgetUse.Bound
    package var reason: String

    package init(
      key: RunKey, subject: BudgetUse.Subject, bound: BudgetUse.Bound, reason: String
    ) {
      self.key = key
      self.subject = subject
      self.bound = bound
      self.reason = reason
    }
  }

  /// The least left first.
  package private(set) var uses: [BudgetUse] = []
  package private(set) var unjudged: [Unjudged] = []

  /// Judges what a run takes, one footprint for each measure that it has.
  ///
  /// Growth is counted from the baselines; decisions must hold on the day.
  package init(
    _ file: BudgetFile, key: RunKey, footprints: [Footprint], baselines: [Footprint] = [],
    decisions: [SeriesDecision] = [], today: UTCTime?
  ) {
    let decisions = DecisionList(file.decisions + decisions, on: today)
    var decided: Set<Place> = []
    for budget in file.budgets where budget.matches(key) {
      let footprint = footprints.first { $0.measure == budget.measure }
      let baseline = baselines.first { $0.measure == budget.measure }
      for limit in budget.limits
      where decided.insert(Place(measure: budget.measure, subject: limit.subject)).inserted {
        let judge = LimitJudge(
          file: file, key: key, subject: limit.subject, measure: budget.measure,
          footprint: footprint, baseline: baseline, decisions: decisions, day: today)
        if let size = limit.size { add(judge.size(size), judge, .size) }
        if let growth = limit.growth { add(judge.growth(growth), judge, .growth) }
      }
    }
    uses.sort(by: BudgetUse.precedes)
  }

  private struct Place: Hashable {
    var measure: Measure
    var subject: BudgetUse.Subject
  }

  private mutating func add(
    _ result: Result<BudgetUse, LimitJudge.Missing>, _ judge: LimitJudge, _ bound: BudgetUse.Bound
  ) {
    switch result {
    case .success(let use): uses.append(use)
    case .failure(let missing):
      unjudged.append(
        Unjudged(key: judge.key, subject: judge.subject, bound: bound, reason: missing.reason))
    }
  }

  package var over: [BudgetUse] { uses.filter(\.isOver) }

  /// Regressed where a limit is exceeded; insufficient data where none could be judged.
  package var verdict: Verdict {
    if !over.isEmpty { return .regressed }
    return uses.isEmpty ? .insufficientData : .pass
  }

  package var verdicts: [BudgetVerdict] {
    uses.map { use in
      BudgetVerdict(
        subject: use.bound == .growth ? "\(use.subject.text) growth" : use.subject.text,
        bytes: use.bytes, limit: use.limit)
    }
  }
}

/// One limit of one run.
private struct LimitJudge {
  struct Missing: Error {
    let reason: String
  }

  let file: BudgetFile
  let key: RunKey
  let subject: BudgetUse.Subject
  let measure: Measure
  let footprint: Footprint?
  let baseline: Footprint?
  let decisions: DecisionList
  /// The run's day.
  let day: UTCTime?

  func size(_ size: ByteCount) -> Result<BudgetUse, Missing> {
    bytes(footprint, "the run").map { bytes in
      judged(BudgetUse(key: key, subject: subject, bound: .size, bytes: bytes, limit: size))
    }
  }

  func growth(_ growth: Tolerance) -> Result<BudgetUse, Missing> {
    bytes(footprint, "the run").flatMap { bytes in
      self.bytes(baseline, "the baseline").map { before in
        judged(
          BudgetUse(
            key: key, subject: subject, bound: .growth, bytes: bytes,
            limit: before + growth.allowed(for: before), baseline: before))
      }
    }
  }

  private func judged(_ use: BudgetUse) -> BudgetUse {
    var use = use
    use.measure = measure
    guard use.isOver else { return use }
    if let mute = decisions.mute(key, subject.text) {
      use.standing = .muted
      use.note = mute.reason
    } else if let accept = decisions.acceptance(
      of: .zero - use.left, key, subject.text, parts: parts, on: day)
    {
      use.standing = .accepted
      use.note = accept
    }
    return use
  }

  /// The figures whose accepted growth the subject's bytes hold.
  private var parts: [String] {
    switch subject {
    case .total: MemoryCategory.allCases.map(\.id)
    case .category: []
    case .region(let name): file.region(name)?.categories.map(\.id) ?? []
    }
  }

  private func bytes(_ footprint: Footprint?, _ name: String) -> Result<ByteCount, Missing> {
    guard let footprint else {
      return .failure(Missing(reason: "\(name) has no \(measure.rawValue) bytes"))
    }
    let categories: Set<MemoryCategory> =
      switch subject {
      case .total: Set(footprint.covers)
      case .category(let category): [category]
      case .region(let name): Set(file.region(name)?.categories ?? [])
      }
    if let unknown = categories.sorted().first(where: { footprint.unknown[$0] != nil }) {
      return .failure(Missing(reason: "\(unknown.id) is unknown in \(name)"))
    }
    if subject == .total { return .success(footprint.total) }
    let shown = footprint.covers.union(footprint.rows.map(\.category))
    guard !categories.isDisjoint(with: shown) else {
      return .failure(Missing(reason: "\(name) does not show \(subject.text)"))
    }
    let counted = footprint.rows.filter { row in
      categories.contains(row.category) && !(row.container.map(categories.contains) ?? false)
    }
    return .success(counted.map(\.bytes).reduce(.zero, +))
  }
}
