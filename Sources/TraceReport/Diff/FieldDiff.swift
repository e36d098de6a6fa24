package import TraceModel

/// What a dump line is expected to say: a number, or a range.
package struct FieldExpectation: Hashable, Sendable {
  /// Nil where the run decides within the bounds.
  package var predicted: ByteCount?
  package var minimum: ByteCount?
  package var maximum: ByteCount?

  /// Exactly this, as predicted or as printed.
  package init(_ predicted: ByteCount) {
    self.predicted = predicted
    minimum = predicted
    maximum = predicted
  }

  /// A range that the run decides in, with what instantiation alone gives where that is known.
  package init(_ bounds: Estimate.FieldBounds, predicted: ByteCount? = nil) {
    self.predicted = predicted
    minimum = bounds.minimum
    maximum = bounds.maximum
  }
}

/// One dump line: the left side's expectation against what the right side printed.
///
/// Fields never decide a verdict: their bytes are in the rows already.
package struct FieldDiff: Hashable, Sendable {
  package var field: SnapshotField
  package var expectation: FieldExpectation?
  package var printed: ByteCount?
  package var verdict: RowVerdict

  package init?(
    _ field: SnapshotField,
    left: FieldExpectation?,
    printed: ByteCount?,
    tolerance: Tolerance
  ) {
    guard left != nil || printed != nil else { return nil }
    self.field = field
    self.printed = printed
    expectation = left
    guard let left, let printed else {
      verdict = printed == nil ? .onlyLeft : .onlyRight
      return
    }
    let margin = tolerance.allowed(for: left.predicted ?? .zero)
    verdict = .within
    if let minimum = left.minimum, printed < minimum - margin { verdict = .under }
    if let maximum = left.maximum, printed > maximum + margin { verdict = .over }
  }

  package var delta: ByteCount? {
    guard let predicted = expectation?.predicted, let printed else { return nil }
    return printed - predicted
  }

  /// The lines that either side has, in the order of a dump.
  static func rows(_ left: DiffSide, _ right: DiffSide, tolerance: Tolerance) -> [FieldDiff] {
    SnapshotField.allCases.compactMap { field in
      FieldDiff(
        field,
        left: left.fields[field],
        printed: right.fields[field]?.predicted,
        tolerance: tolerance
      )
    }
  }
}
