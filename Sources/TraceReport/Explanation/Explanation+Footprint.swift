package import TraceModel

extension Explanation {
  /// A measured peak; `snapshots` are the dumps of the same store.
  ///
  /// `split` is the latest dump's footprint: it says what lies in rows that events do not split.
  package init(
    _ footprint: Footprint, split: Footprint? = nil, snapshots: [Snapshot], labels: [RunLabel]
  ) {
    let mode = StructProfile.Mode(labels: labels)
    let use = MeasuredUse(snapshots, isAOT: mode == .aot)
    var rows = FootprintBreakdown(footprint, by: [.category]).rows
      .filter { $0.bytes != .zero }
      .map { Row(measured: $0, use: use, source: footprint.source) }
    if let split, footprint.source == .events { rows += Self.parts(of: split, in: rows, use: use) }
    if let used = use.used(.auxStack), !rows.contains(where: { $0.category == .auxStack }) {
      rows.append(Row(auxStackUse: used))
    }
    var offers: [ChangeRanking.Offer] = []
    for row in rows {
      let changes =
        use.change(row.category).map { [$0] }
        ?? CategoryOption.options(of: row.category, in: mode, moduleIsKnown: false)
      offers += changes.map {
        ChangeRanking.Offer(
          category: row.category, container: row.container, bytes: row.bytes ?? .zero, change: $0)
      }
    }
    self.init(
      source: footprint.source, module: nil, event: footprint.event, total: footprint.total,
      rows: rows, changes: ChangeRanking(offers).changes,
      notes: footprint.unknown.sorted { $0.key < $1.key }
        .map { "\($0.key.id) is unknown and not in the total: \($0.value)" })
  }

  /// What a dump tells apart and the events do not, each inside the row that holds it.
  private static func parts(of split: Footprint, in rows: [Row], use: MeasuredUse) -> [Row] {
    var parts: [Row] = []
    for row in FootprintBreakdown(split, by: [.category]).rows where row.bytes != .zero {
      guard row.category != .unattributed,
        !rows.contains(where: { $0.category == row.category })
      else { continue }
      let home = row.category.isGlobalHeap ? .runtimeOther : row.container
      guard let home, let holder = rows.first(where: { $0.category == home }) else { continue }
      let taken = parts.filter { $0.container == home }.compactMap(\.bytes).reduce(.zero, +)
      guard let held = holder.bytes, taken + row.bytes <= held else { continue }
      var part = Row(measured: row, use: use, source: .snapshots)
      part.container = home
      parts.append(part)
    }
    return parts
  }
}

extension Explanation.Row {
  /// A category's words, and what the trace shows of it.
  fileprivate init(measured row: FootprintRow, use: MeasuredUse, source: FootprintSource) {
    let used = use.used(row.category) ?? row.used
    var shown = Counted.text(row.bytes.rawValue, "byte")
    if source == .events, row.count > 1 { shown += " in \(row.count) blocks or mappings" }
    shown += source == .events ? " at the peak" : " in the dump"
    if let used { shown += ", \(used.rawValue) of them used at the most" }
    self.init(
      category: row.category, container: row.container, bytes: row.bytes, used: used, basis: nil,
      sentence: "\(row.category.explanation); \(shown)")
  }

  /// A dump prints what was used of the aux stack but not its size.
  fileprivate init(auxStackUse used: ByteCount) {
    let category = MemoryCategory.auxStack
    self.init(
      category: category, container: category.defaultContainer, bytes: nil, used: used, basis: nil,
      sentence: "\(category.explanation); "
        + "\(Counted.text(used.rawValue, "byte")) used at the most, of a size that no dump prints")
  }
}
