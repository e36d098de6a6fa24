package import TraceModel

/// One footprint against another: the expectation on the left, the measured one on the right.
///
/// Only rows that both sides cover and that lie in no other row count, in totals and verdict. One
/// of them over its range: regressed. Else a category that one side needs and the other got wrong,
/// or no category in common: insufficient data. Else one below its range: improved. Else pass.
package struct FootprintDiff: Hashable, Sendable {
  package struct Totals: Hashable, Sendable {
    package var left: ByteCount
    package var right: ByteCount

    package init(left: ByteCount, right: ByteCount) {
      self.left = left
      self.right = right
    }

    package var delta: ByteCount { right - left }
    package var ratio: Ratio? { Ratio(right, of: left) }
  }

  package let left: DiffSide
  package let right: DiffSide
  package let rows: [DiffRow]
  package let fields: [FieldDiff]
  package let totals: Totals
  package let verdict: Verdict
  package let reasons: [String]
  package let warnings: [String]

  package init(
    _ left: DiffSide,
    _ right: DiffSide,
    tolerance: Tolerance = .none,
    pageSize: Int64 = 4096
  ) {
    self.left = left
    self.right = right
    let comparison = RowComparison(
      left: left,
      right: right,
      tolerance: tolerance,
      pageSize: pageSize
    )
    rows = comparison.rows()
    fields = FieldDiff.rows(left, right, tolerance: tolerance)
    let counted = rows.filter(\.isCounted)
    totals = Totals(
      left: counted.compactMap(\.left).reduce(.zero, +),
      right: counted.compactMap(\.right).reduce(.zero, +)
    )
    let judgement = DiffJudgement(comparison, counted: counted)
    verdict = judgement.verdict
    reasons = judgement.reasons
    warnings = judgement.warnings
  }
}
