package import TraceModel

/// The range in which a measured value is as expected.
package struct Expectation: Hashable, Sendable {
  package var expected: ByteCount
  /// Anything below is `under`.
  package var lowest: ByteCount
  /// Anything above is `over`; nil where nothing bounds it.
  package var highest: ByteCount?
  package var basis: Estimate.Basis?

  /// Exactly this, as a measured value is expected again.
  package init(_ expected: ByteCount) {
    self.expected = expected
    lowest = expected
    highest = expected
  }

  /// The range a row of an estimate gives: up to its maximum for a bound, 10 % for an assumption,
  /// nothing for an exact row and one without a basis; down to its minimum where it has one.
  package init(_ row: Estimate.Row) {
    self.init(row.expected)
    basis = row.basis
    switch row.basis {
    case .bound: highest = row.maximum
    case .assumption:
      let tenth = ByteCount(row.expected.rawValue / 10)
      lowest = row.expected - tenth
      highest = row.expected + tenth
    case .exact, nil: break
    }
    if let minimum = row.minimum { lowest = minimum }
  }

  /// The range of a sum; its basis is the least sure one, and none where one part has none.
  package static func + (left: Expectation, right: Expectation) -> Expectation {
    var sum = Expectation(left.expected + right.expected)
    sum.lowest = left.lowest + right.lowest
    if let first = left.highest, let second = right.highest {
      sum.highest = first + second
    } else {
      sum.highest = nil
    }
    if let first = left.basis, let second = right.basis { sum.basis = max(first, second) }
    return sum
  }

  /// The range widened to the user's tolerance where that is larger.
  package func widened(by tolerance: Tolerance) -> Expectation {
    let margin = tolerance.allowed(for: expected)
    var result = self
    result.lowest = min(lowest, expected - margin)
    result.highest = highest.map { max($0, expected + margin) }
    return result
  }

  /// The range whose end is rounded up to a whole page, as a mapping's size is.
  package func roundedUp(toPageOf pageSize: Int64) -> Expectation {
    guard pageSize > 0, let highest, highest.rawValue > 0 else { return self }
    let rest = highest.rawValue % pageSize
    guard rest > 0 else { return self }
    var result = self
    result.highest = highest + ByteCount(pageSize - rest)
    return result
  }

  /// The bytes above the expected ones that are still fine; nil where nothing bounds them.
  package var allowed: ByteCount? { highest.map { $0 - expected } }

  package func verdict(on measured: ByteCount) -> RowVerdict {
    if let highest, measured > highest { return .over }
    return measured < lowest ? .under : .within
  }
}
