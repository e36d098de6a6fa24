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

  /// Which values outside the core columns a row has.
  enum Extras {
    case none
    case usage
    case several
  }

  let effect: Effect
  let extras: Extras
  let hasStack: Bool

  init(_ shape: EventShape) {
    hasStack = shape.fields.contains(EventShape.stack)
    let others = shape.fields.filter { !EventBatch.isCore($0) }
    extras = others.isEmpty ? .none : others == [EventShape.usage] ? .usage : .several
    effect =
      switch shape.operation {
      case .realloc: .reallocation
      case .free: .release
      case let operation where operation.isAllocation: .allocation
      default: .other
      }
  }
}
