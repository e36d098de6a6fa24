import TraceModel

/// Sets the rows of two sides against each other.
///
/// - A row per category that either side has or covers; `unattributed` always.
/// - A side that covers a category without a row has 0 bytes of it; one that does not cover it has
///   null there, and the row is only-left or only-right.
/// - A category that lies in different containers on the two sides gives one row for each.
/// - Where one side has the global heap only as a sum, the sums are one row `global-heap` and the
///   parts either side has are "of which". So it is where events tell the parts apart by call stacks
///   and the other side by WAMR's own account: a dump charges structs that were never allocated
///   (`gc_heap_t` without an app heap) and leaves out others.
/// - Mappings in an event log are whole pages: what an estimate or a dump says is rounded up for
///   them before a row counts as over.
package struct RowComparison {
  package let left: DiffSide
  package let right: DiffSide
  package let tolerance: Tolerance
  package let pageSize: Int64

  private static let mapped: Set<MemoryCategory> = [
    .linearMemory, .aotCode, .nativeStack, .stackGuard,
  ]

  /// One side has only the heap's sum, and one has parts; or both have parts by different accounts.
  package var groupsHeap: Bool {
    if splitsByTwoAccounts { return true }
    let parts = [left, right].contains { $0.splitsHeap || !$0.heapParts.isEmpty }
    return parts && (left.hasOnlyHeapSum || right.hasOnlyHeapSum)
  }

  private var splitsByTwoAccounts: Bool {
    left.splitsHeap && right.splitsHeap
      && (left.accountsAsWamr && right.source == .events
        || right.accountsAsWamr && left.source == .events)
  }

  package func rows() -> [DiffRow] {
    var rows = places().compactMap { place in
      row(
        .category(place.category),
        in: place.container.map { .category($0) },
        left: left.value(of: place.category, in: place.container),
        right: right.value(of: place.category, in: place.container)
      )
    }
    if groupsHeap { rows += heapRows() }
    let hasUnattributed = rows.contains {
      $0.subject == .category(.unattributed) && $0.container == nil
    }
    if !hasUnattributed, let row = emptyUnattributed() { rows.append(row) }
    return rows.sorted(by: DiffRow.precedes)
  }

  private struct Place: Hashable {
    let category: MemoryCategory
    let container: MemoryCategory?
  }

  private func places() -> Set<Place> {
    let rows = left.rows + right.rows
    var places = Set(rows.map { Place(category: $0.category, container: $0.container) })
    let present = Set(rows.map(\.category))
    for category in left.covers.union(right.covers).subtracting(present) {
      places.insert(Place(category: category, container: category.defaultContainer))
    }
    guard groupsHeap else { return places }
    return places.filter { !$0.category.isGlobalHeap || $0.container != nil }
  }

  private func heapRows() -> [DiffRow] {
    let parts = MemoryCategory.globalHeap.compactMap { category in
      row(
        .category(category),
        in: .globalHeap,
        left: left.heapPart(category),
        right: right.heapPart(category)
      )
    }
    let common =
      splitsByTwoAccounts
      ? left.coveredHeap.intersection(right.coveredHeap) : Set(MemoryCategory.globalHeap)
    let sum = row(
      .globalHeap, in: nil, left: left.heapSum(of: common), right: right.heapSum(of: common))
    return (sum.map { [$0] } ?? []) + parts
  }

  private func row(
    _ subject: DiffSubject,
    in container: DiffSubject?,
    left leftRow: DiffSide.Row?,
    right rightRow: DiffSide.Row?
  ) -> DiffRow? {
    var isMapped = false
    if case .category(let category) = subject {
      isMapped = RowComparison.mapped.contains(category)
    }
    // Only a log of mappings shows guard pages and code; a block of the allocator is no mapping.
    let comesFromPages =
      rightRow?.source == .events && leftRow?.expectation.basis == .exact
      && right.covers.isSuperset(of: [.aotCode, .stackGuard])
    var row = DiffRow(
      subject,
      in: container,
      left: leftRow,
      right: rightRow,
      tolerance: tolerance,
      pageSize: isMapped && comesFromPages ? pageSize : nil
    )
    if case .category(let category) = subject, row?.rightUsed == nil {
      row?.rightUsed = right.marks[category]
    }
    return row
  }

  /// Neither side can show what it cannot explain: the row is there and says 0.
  private func emptyUnattributed() -> DiffRow? {
    let none = DiffSide.Row(
      category: .unattributed,
      container: nil,
      bytes: .zero,
      used: nil,
      source: right.source,
      expectation: Expectation(.zero)
    )
    let isUnknown = [left, right].contains { $0.unknown[.unattributed] != nil }
    return isUnknown ? nil : DiffRow(.category(.unattributed), in: nil, left: none, right: none)
  }
}
