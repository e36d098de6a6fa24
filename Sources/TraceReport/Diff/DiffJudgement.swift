import TraceModel

/// Verdict, reasons and warnings of a diff, from its rows.
struct DiffJudgement {
  let verdict: Verdict
  let reasons: [String]
  let warnings: [String]

  init(_ comparison: RowComparison, counted: [DiffRow]) {
    let left = comparison.left
    let right = comparison.right
    let unknown = UnknownCategories(left, right)
    // A row that only says "nothing unattributed" is nothing in common.
    let common = counted.filter { row in
      row.subject != .category(.unattributed)
        || left.covers.contains(.unattributed) && right.covers.contains(.unattributed)
    }
    let over = common.filter { $0.verdict == .over }
    let under = common.filter { $0.verdict == .under }
    var missing = unknown.needed
    if common.isEmpty, missing.isEmpty {
      missing = ["no category in common: \(left.coverText); \(right.coverText)"]
    }
    if !over.isEmpty {
      verdict = .regressed
    } else if !missing.isEmpty {
      verdict = .insufficientData
    } else {
      verdict = under.isEmpty ? .pass : .improved
    }
    let sentences = (over + under).map { DiffJudgement.sentence($0, left, right) } + missing
    let count = common.count == 1 ? "1 row is" : "\(common.count) rows are"
    reasons = sentences.isEmpty ? ["\(count) compared, all within what is allowed"] : sentences

    var warnings = LabelComparison.differences(left, right)
    if left.measure != right.measure {
      warnings.append(
        "the measures differ: \(left.measure.rawValue) in \(left.name), "
          + "\(right.measure.rawValue) in \(right.name)"
      )
    }
    warnings += unknown.unneeded + DiffJudgement.incomparable(comparison)
    self.warnings = warnings + left.notes + right.notes
  }

  private static func sentence(_ row: DiffRow, _ left: DiffSide, _ right: DiffSide) -> String {
    let expected = row.left ?? .zero
    let measured = row.right ?? .zero
    let isEstimate = left.source == .estimate
    let values =
      isEstimate
      ? "\(measured.rawValue) measured against \(expected.rawValue) expected"
      : "\(measured.rawValue) in \(right.name) against \(expected.rawValue) in \(left.name)"
    let basis = row.basis.map { " (\($0.rawValue))" } ?? ""
    if row.verdict == .over {
      let excess = measured - expected
      return "\(row.subject.id) is \(excess.rawValue) bytes over: \(values), "
        + "\((row.allowed ?? .zero).rawValue) allowed\(basis)"
    }
    let lowest = row.range?.lowest ?? expected
    return "\(row.subject.id) is \((expected - measured).rawValue) bytes under: \(values), "
      + "at least \(lowest.rawValue) expected\(basis)"
  }

  /// Rows that look comparable and are not, or not wholly, with the reason.
  private static func incomparable(_ comparison: RowComparison) -> [String] {
    let sides = [(comparison.left, comparison.right), (comparison.right, comparison.left)]
    var sentences: [String] = []
    for (side, other) in sides
    where comparison.groupsHeap && side.splitsHeap && other.hasOnlyHeapSum {
      let missing = side.missingHeap.map(\.id).joined(separator: ", ")
      guard !missing.isEmpty else { continue }
      sentences.append(
        "global-heap of \(side.name) is without \(missing): "
          + "\(other.name) has only the sum of all"
      )
    }
    for (side, other) in sides {
      for row in side.rows where row.container == nil {
        let inside = other.rows.filter { $0.category == row.category }
        guard let container = inside.first?.container,
          !inside.contains(where: { $0.container == nil })
        else { continue }
        sentences.append(
          "\(row.category.id) is not compared: it lies in \(container.id) in \(other.name) "
            + "and stands alone in \(side.name)"
        )
      }
    }
    return sentences
  }
}

/// Categories whose bytes one side got wrong.
private struct UnknownCategories {
  /// The other side has them: the diff cannot be judged without them.
  var needed: [String] = []
  var unneeded: [String] = []

  init(_ left: DiffSide, _ right: DiffSide) {
    for (side, other) in [(left, right), (right, left)] {
      for (category, reason) in side.unknown.sorted(by: { $0.key < $1.key }) {
        let sentence = "\(category.id) is unknown in \(side.name): \(reason)"
        let isExpected =
          other.covers.contains(category) || other.unknown[category] != nil
          || category.isGlobalHeap && other.hasOnlyHeapSum
        if isExpected, category.defaultContainer == nil {
          needed.append(sentence)
        } else {
          unneeded.append(sentence)
        }
      }
    }
  }
}

extension DiffSide {
  fileprivate var coverText: String {
    covers.isEmpty
      ? "\(name) covers nothing"
      : "\(name) covers \(covers.sorted().map(\.id).joined(separator: ", "))"
  }
}
