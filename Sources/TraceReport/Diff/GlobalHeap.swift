package import TraceModel

/// What a side knows of the global heap (the categories with codes 2 to 6).
///
/// A side that covers only `runtime-other` of them knows the sum and does not split it. A side that
/// covers others splits the heap; it knows the sum only where it covers all five, because a sum of
/// some parts set against a sum of all would find a regression that is none.
extension DiffSide {
  private var coveredHeap: Set<MemoryCategory> { covers.filter(\.isGlobalHeap) }

  package var coversHeap: Bool { !coveredHeap.isEmpty }

  package var hasOnlyHeapSum: Bool { coveredHeap == [.runtimeOther] }

  package var splitsHeap: Bool { coversHeap && !hasOnlyHeapSum }

  /// The bytes of the whole global heap; nil where the side does not know all of it.
  package var heapSum: Row? {
    if hasOnlyHeapSum { return value(of: .runtimeOther, in: nil) }
    guard coveredHeap.count == MemoryCategory.globalHeap.count else { return nil }
    let parts = MemoryCategory.globalHeap.compactMap { value(of: $0, in: nil) }
    guard var sum = parts.first, parts.count == MemoryCategory.globalHeap.count else { return nil }
    for part in parts.dropFirst() {
      sum.bytes += part.bytes
      sum.expectation = sum.expectation + part.expectation
    }
    sum.used = nil
    return sum
  }

  /// One part of the global heap; nil where the side does not tell it apart.
  package func heapPart(_ category: MemoryCategory) -> Row? {
    guard hasOnlyHeapSum else { return value(of: category, in: nil) }
    return heapParts.first { $0.category == category }
  }

  /// The categories a side would have to cover for its heap to be set against a sum.
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
    guard candidates.isEmpty, covers.contains(category) else { return nil }
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
