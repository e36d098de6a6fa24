package import TraceModel

extension Explanation {
  /// Every row's own sentence and changes; a row written without them has those of its category.
  package init(_ estimate: Estimate) {
    let mode = StructProfile.Mode(labels: estimate.labels)
    let rows = estimate.rows.sorted { ($1.expected, $0.category) < ($0.expected, $1.category) }
    var offers: [ChangeRanking.Offer] = []
    for row in rows {
      var changes = row.changes
      if changes.isEmpty, row.expected > .zero {
        changes = CategoryOption.options(
          of: row.category, in: mode, moduleIsKnown: estimate.module != nil)
      }
      offers += changes.map {
        ChangeRanking.Offer(
          category: row.category, container: row.container, bytes: row.expected, change: $0)
      }
    }
    self.init(
      source: .estimate, module: estimate.module, event: nil,
      total: estimate.rows.filter { $0.container == nil }.map(\.expected).reduce(.zero, +),
      rows: rows.map { row in
        Row(
          category: row.category, container: row.container, bytes: row.expected, used: row.used,
          basis: row.basis, sentence: row.why ?? row.category.explanation)
      },
      changes: ChangeRanking(offers).changes,
      notes: estimate.assumptions.map { "assumed: \($0)" })
  }
}

extension StructProfile.Mode {
  /// The mode that a run's labels name.
  init?(labels: [RunLabel]) {
    guard let label = labels.first(where: { $0.name == "mode" }) else { return nil }
    self.init(rawValue: label.value)
  }
}
