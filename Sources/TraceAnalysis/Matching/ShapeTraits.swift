import TraceModel

/// What the rows of a shape do, worked out once a batch.
struct ShapeTraits {
  enum Effect {
    case allocation
    case reallocation
    case release
    /// Mappings, threads, and what has no effect on live bytes.
    case other
  }

  let effect: Effect
  /// Whether ``EventMatcher`` may take its rows together with others.
  let isPlain: Bool
  /// Of the values outside the core columns, those that tell something of a block.
  let hasUsage: Bool
  let hasResult: Bool
  let hasStack: Bool

  init(_ shape: EventShape) {
    hasStack = shape.keys.contains(.stack)
    hasUsage = shape.keys.contains(.usage)
    hasResult = shape.keys.contains(.result)
    effect =
      switch shape.operation {
      case .realloc: .reallocation
      case .free: .release
      case let operation where operation.isAllocation: .allocation
      default: .other
      }
    isPlain = !hasUsage && !hasResult && effect != .other
  }
}
