import TraceModel

/// What the lines of a batch's shapes are made of: bytes that each row of a shape has, and values.
///
/// Rationale: it is worked out once a batch, and has no references that would be counted for each row.
struct LinePatterns {
  enum Value {
    case none
    case address
    case old
    case size
    case stack
    /// A further key's column.
    case further(Int, ValueKind)
  }

  /// Bytes, and the value behind them.
  struct Part {
    var text: Range<Int>
    var value: Value
  }

  private var text: [UInt8] = []
  private var parts: [Part] = []
  private var partRanges: [Range<Int>] = []

  init(_ shapes: [EventShape], _ extras: ExtraCursor) {
    for shape in shapes {
      let first = parts.count
      append(" \(shape.operation.name)", .none)
      for field in shape.fields {
        append(
          field.name.isEmpty ? " " : " \(field.name)=", LinePatterns.value(of: field, extras))
      }
      partRanges.append(first..<parts.count)
    }
  }

  private mutating func append(_ bytes: String, _ value: Value) {
    let start = text.count
    text += bytes.utf8
    parts.append(Part(text: start..<text.count, value: value))
  }

  private static func value(of field: EventField, _ extras: ExtraCursor) -> Value {
    switch field {
    case EventShape.address: .address
    case EventShape.old: .old
    case EventShape.size: .size
    case EventShape.stack: .stack
    default: extras.column(of: field).map { .further($0, field.kind) } ?? .none
    }
  }

  /// The parts of a shape's lines, in order.
  @inline(__always)
  func forEachPart(of shape: UInt16, _ body: (Span<UInt8>, Value) -> Void) {
    for part in partRanges[Int(shape)] {
      body(text.span.extracting(parts[part].text), parts[part].value)
    }
  }
}
