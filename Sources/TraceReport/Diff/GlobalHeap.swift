package import TraceModel

/// What a side knows of the global heap (the categories with codes 2 to 6).
///
/// A side that covers only `runtime-other` of them knows the sum and does not split it. A side that
/// covers others splits the heap; its sum is that of the parts it covers, and a warning names the
/// parts that are missing in it.
extension DiffSide {
  package var coveredHeap: Set<MemoryCategory> { covers.filter(\.isGlobalHeap) }

  package var coversHeap: Bool { !coveredHeap.isEmpty }

  package var hasOnlyHeapSum: Bool { coveredHeap == [.runtimeOther] }

  package var splitsHeap: Bool { coversHeap && !hasOnlyHeapSum }

  /// Its parts are those that a dump prints: of a dump, or of an estimate made from a module; what a
  /// person wrote by hand has no basis.
  package var accountsAsWamr: Bool {
    switch source {
    case .snapshots: true
    case .events: false
    case .estimate: rows.contains { $0.category.isGlobalHeap && $0.expectation.basis != nil }
    }
  }

  /// The bytes of some parts of the global heap as far as the side covers them; nil where one of them
  /// is wrong.
  package func heapSum(of parts: Set<MemoryCategory>) -> Row? {
    let covered = coveredHeap.intersection(parts).sorted()
    let parts = covered.compactMap { value(of: $0, in: nil) }
    guard var sum = parts.first, parts.count == covered.count, !hasUnknownHeap else { return nil }
    for part in parts.dropFirst() {
      sum.bytes += part.bytes
      sum.expectation = sum.expectation + part.expectation
    }
    sum.used = nil
    return sum
  }

  private var hasUnknownHeap: Bool { unknown.keys.contains(where: \.isGlobalHeap) }

  /// One part of the global heap; nil where the side does not tell it apart.
  package func heapPart(_ category: MemoryCategory) -> Row? {
    guard hasOnlyHeapSum else { return value(of: category, in: nil) }
    return heapParts.first { $0.category == category }
  }

  /// The parts of the global heap that are not in the side's sum.
  package var missingHeap: [MemoryCategory] {
    MemoryCategory.globalHeap.filter { !covers.contains($0) }
  }

  /// Takes the parts from the latest dump; what they leave of the sum is `runtime-other`.
  mutating func splitGlobalHeap(by split: Footprint) {
    guard hasOnlyHeapSum, let sum = value(of: .runtimeOther, in: nil) else { return }
    let dump = DiffSide(split, name: name)
    let parts = dump.rows.filter {
      $0.category.isGlobalHeap && $0.category != .runtimeOther && $0.container == nil
        && dump.unknown[$0.category] == nil
    }
    guard !parts.isEmpty else { return }
    let known = parts.map(\.bytes).reduce(.zero, +)
    var rest = sum
    rest.bytes = max(.zero, sum.bytes - known)
    rest.used = nil
    rest.expectation = Expectation(rest.bytes)
    heapParts = parts + [rest]
    if known > sum.bytes {
      notes.append(
        "the latest dump of \(name) has \(known.rawValue) bytes of global heap, "
          + "its events only \(sum.bytes.rawValue)"
      )
    }
  }

  /// The bytes of a category in one container, or in none.
  ///
  /// Nil where the side does not cover the category, has it in another container, or got it wrong;
  /// no bytes where it covers the category and found none.
  package func value(of category: MemoryCategory, in container: MemoryCategory?) -> Row? {
    guard unknown[category] == nil else { return nil }
    let candidates = rows.filter { $0.category == category }
    if let match = candidates.first(where: { $0.container == container }) { return match }
    // That nothing of a category is there says nothing of an unusual place for it.
    let isUsual = container == category.defaultContainer || category != .unattributed
    guard candidates.isEmpty, covers.contains(category), isUsual else { return nil }
    return Row(
      category: category,
      container: container,
      bytes: .zero,
      used: nil,
      source: source,
      expectation: Expectation(.zero)
    )
  }
}
