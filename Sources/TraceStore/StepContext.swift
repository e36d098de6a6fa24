import TraceModel

/// What an event is, as far as the time before it depends on it.
enum StepKind: UInt8, CaseIterable {
  case free = 0
  case realloc = 1
  case calloc = 2
  /// `malloc`, and every operation that is none of the others.
  case other = 3

  init(_ operation: EventOperation) {
    self =
      switch operation {
      case .free: .free
      case .realloc: .realloc
      case .calloc: .calloc
      default: .other
      }
  }
}

/// What the row before is, and what the row: steps between such rows are alike.
///
/// Rationale: a program that allocates in a loop takes as long each time from its first call to its
/// second, and another time from the second to the third.
struct StepContext {
  static let count = PerContext<Int>.count

  /// A value for each pair of kinds.
  typealias PerContext<Value> = InlineArray<16, Value>

  /// From 0 to ``count``, exclusive: the kind of the row before comes first.
  private(set) var place: Int

  init(place: Int) { self.place = place }

  /// Before row 0 of a group, which is as if it stood behind a `free`.
  static let start = StepContext(place: 0)

  /// Goes on to a row of this kind.
  @inline(__always)
  mutating func pass(_ kind: UInt8) {
    place = (place << 2 | Int(kind)) & (StepContext.count - 1)
  }

  /// The number of its column.
  var column: UInt64 { ColumnID.stepCodes.lowerBound + UInt64(place) }

  var columnName: String {
    let kinds = StepKind.allCases
    return "stepCodes \(kinds[place / kinds.count]) \(kinds[place % kinds.count])"
  }
}
