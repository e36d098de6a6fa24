package import TraceModel

/// One line of a diff: what both sides have of one subject.
package struct DiffRow: Hashable, Sendable {
  package var subject: DiffSubject
  /// The subject whose row already holds these bytes; nil where they are part of the totals.
  package var container: DiffSubject?
  /// Where the measured bytes come from; the expected ones where only they are there.
  package var source: FootprintSource
  /// Nil where the side does not cover the subject.
  package var left: ByteCount?
  package var right: ByteCount?
  package var leftUsed: ByteCount?
  package var rightUsed: ByteCount?
  package var basis: Estimate.Basis?
  /// The range in which the right side is as expected; nil where only one side has bytes.
  package var range: Expectation?
  package var verdict: RowVerdict

  /// A comparison of two values, of which at least one is there.
  package init?(
    _ subject: DiffSubject,
    in container: DiffSubject?,
    left: DiffSide.Row?,
    right: DiffSide.Row?,
    tolerance: Tolerance = .none,
    pageSize: Int64? = nil
  ) {
    guard let source = right?.source ?? left?.source else { return nil }
    self.subject = subject
    self.container = container
    self.source = source
    self.left = left?.bytes
    self.right = right?.bytes
    leftUsed = left?.used
    rightUsed = right?.used
    basis = left?.expectation.basis
    guard let left, let right else {
      verdict = right == nil ? .onlyLeft : .onlyRight
      return
    }
    var range = left.expectation.widened(by: tolerance)
    if let pageSize { range = range.roundedUp(toPageOf: pageSize) }
    self.range = range
    verdict = range.verdict(on: right.bytes)
  }

  /// Both sides have it and it lies in no other row: it counts in totals and verdict.
  package var isCounted: Bool { container == nil && left != nil && right != nil }

  package var delta: ByteCount? {
    guard let left, let right else { return nil }
    return right - left
  }

  package var ratio: Ratio? {
    guard let left, let right else { return nil }
    return Ratio(right, of: left)
  }

  package var allowed: ByteCount? { range?.allowed }

  /// Compared, and no size would be too large.
  package var isUnbounded: Bool { range != nil && allowed == nil }

  /// No side has a byte of it.
  package var isEmpty: Bool { (left ?? .zero) == .zero && (right ?? .zero) == .zero }

  /// Bytes first, then code.
  package static func precedes(_ first: DiffRow, _ second: DiffRow) -> Bool {
    let sizes = [first, second].map { max($0.left ?? .zero, $0.right ?? .zero) }
    if sizes[0] != sizes[1] { return sizes[0] > sizes[1] }
    if first.subject.code != second.subject.code { return first.subject.code < second.subject.code }
    return (first.container?.code ?? 0) < (second.container?.code ?? 0)
  }
}
