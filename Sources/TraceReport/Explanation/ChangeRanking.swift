import TraceModel

/// The changes of all rows in one list: each action once, the largest saving first.
struct ChangeRanking {
  /// A change that one row offers.
  struct Offer: Hashable {
    var category: MemoryCategory
    /// The category whose row holds this one's bytes.
    var container: MemoryCategory?
    /// What the row has: the larger goes first among changes whose saving is not known.
    var bytes: ByteCount
    var change: Estimate.Change
  }

  private(set) var changes: [Explanation.Change]

  init(_ offers: [Offer]) {
    var order: [String] = []
    var byAction: [String: [Offer]] = [:]
    for offer in offers where offer.change.saved != .zero {
      if byAction[offer.change.action] == nil { order.append(offer.change.action) }
      byAction[offer.change.action, default: []].append(offer)
    }
    changes = order.map { Self.merged($0, byAction[$0] ?? []) }
      .sorted(by: Self.precedes).map(\.change)
  }

  private static func merged(_ action: String, _ offers: [Offer]) -> Ranked {
    let categories = Set(offers.map(\.category))
    // What a row inside another saves is saved there, too.
    let outermost = offers.filter { offer in
      offer.container.map { !categories.contains($0) } ?? true
    }
    let savings = outermost.compactMap(\.change.saved)
    return Ranked(
      bytes: offers.map(\.bytes).max() ?? .zero,
      change: Explanation.Change(
        categories: categories.sorted(), action: action,
        saved: savings.isEmpty ? nil : savings.reduce(.zero, +)))
  }

  private struct Ranked {
    var bytes: ByteCount
    var change: Explanation.Change
  }

  /// Savings first, then the rows' bytes, category codes and the text: the same input gives the same
  /// order.
  private static func precedes(_ first: Ranked, _ second: Ranked) -> Bool {
    let savings = [first, second].map { $0.change.saved?.rawValue ?? -1 }
    if savings[0] != savings[1] { return savings[0] > savings[1] }
    if first.bytes != second.bytes { return first.bytes > second.bytes }
    let codes = [first, second].map { $0.change.categories.map(\.code) }
    if codes[0] != codes[1] { return codes[0].lexicographicallyPrecedes(codes[1]) }
    return first.change.action < second.change.action
  }
}
