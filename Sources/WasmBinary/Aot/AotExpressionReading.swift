import TraceModel

/// The kind of an initial value: the number of the instruction that makes it
/// (source: `INIT_EXPR_TYPE_…` in core/iwasm/interpreter/wasm.h).
struct AotValueKind: RawRepresentable, Hashable {
  var rawValue: UInt32

  static let none = AotValueKind(rawValue: 0x00)
  static let globalGet = AotValueKind(rawValue: 0x23)
  static let i32 = AotValueKind(rawValue: 0x41)
  static let i64 = AotValueKind(rawValue: 0x42)
  static let f32 = AotValueKind(rawValue: 0x43)
  static let f64 = AotValueKind(rawValue: 0x44)
  static let v128 = AotValueKind(rawValue: 0xFD)
  static let refNull = AotValueKind(rawValue: 0xD0)
  static let refFunction = AotValueKind(rawValue: 0xD2)
  static let structNew = AotValueKind(rawValue: 0xD3)
  static let structNewDefault = AotValueKind(rawValue: 0xD4)
  static let arrayNew = AotValueKind(rawValue: 0xD5)
  static let arrayNewDefault = AotValueKind(rawValue: 0xD6)
  static let arrayNewFixed = AotValueKind(rawValue: 0xD7)
  static let i31New = AotValueKind(rawValue: 0xD8)

  /// Sum, difference or product of two values.
  var isOperator: Bool { (0x6A...0x6C).contains(rawValue) || (0x7C...0x7E).contains(rawValue) }

  /// A value of this kind whose bits are these.
  func value(bits: UInt64) -> ConstantValue {
    switch self {
    case .i32, .f32: .number(UInt64(UInt32(truncatingIfNeeded: bits)))
    case .i64, .f64: .number(bits)
    case .globalGet: .global(UInt32(truncatingIfNeeded: bits))
    case .refFunction: UInt32(truncatingIfNeeded: bits).index.map { .function($0) } ?? .null
    case .refNull: .null
    default: .other
    }
  }

  func combine(_ left: ConstantValue, _ right: ConstantValue) -> ConstantValue {
    guard case .number(let left) = left, case .number(let right) = right else { return .other }
    return switch rawValue {
    case 0x6A: .number(UInt64(UInt32(truncatingIfNeeded: left &+ right)))
    case 0x6B: .number(UInt64(UInt32(truncatingIfNeeded: left &- right)))
    case 0x6C: .number(UInt64(UInt32(truncatingIfNeeded: left &* right)))
    case 0x7C: .number(left &+ right)
    case 0x7D: .number(left &- right)
    default: .number(left &* right)
    }
  }
}

/// Initial values and offsets.
extension AotModule {
  /// Where a segment goes.
  func readOffset(
    _ cursor: inout AotCursor, _ form: AotLayout.SegmentOffset
  ) throws(TraceError) -> ConstantValue {
    switch form {
    case .fixed:
      let kind = AotValueKind(rawValue: try cursor.u32())
      return kind.value(bits: try cursor.u64())
    case .expression: return try readExpression(&cursor)
    }
  }

  /// An initial value: operators stand before their operands.
  func readExpression(_ cursor: inout AotCursor) throws(TraceError) -> ConstantValue {
    var waiting: [(kind: AotValueKind, left: ConstantValue?)] = []
    while true {
      let offset = cursor.position
      let kind = AotValueKind(rawValue: try cursor.u32())
      if kind.isOperator {
        guard waiting.count < ModuleLimits.aotExpressionNesting else {
          throw cursor.failure(
            "more than \(ModuleLimits.aotExpressionNesting) nested operators", at: offset)
        }
        waiting.append((kind, nil))
        continue
      }
      var value = try readValue(&cursor, kind, at: offset)
      while let last = waiting.last, let left = last.left {
        value = last.kind.combine(left, value)
        waiting.removeLast()
      }
      guard let last = waiting.indices.last else { return value }
      waiting[last].left = value
    }
  }

  private func readValue(
    _ cursor: inout AotCursor, _ kind: AotValueKind, at offset: Int
  ) throws(TraceError) -> ConstantValue {
    switch kind {
    case .none: return .other
    case .i32, .f32, .globalGet, .refFunction, .refNull, .i31New, .structNewDefault:
      return kind.value(bits: UInt64(try cursor.u32()))
    case .i64, .f64: return kind.value(bits: try cursor.u64())
    case .v128:
      try cursor.skip(16)
      return .other
    case .structNew:
      try skipStructure(&cursor)
      return .other
    case .arrayNew, .arrayNewDefault, .arrayNewFixed:
      try skipArray(&cursor, kind)
      return .other
    default:
      throw cursor.failure("unknown kind of initial value \(kind.rawValue)", at: offset)
    }
  }

  private func skipStructure(_ cursor: inout AotCursor) throws(TraceError) {
    let offset = cursor.position
    let index = try cursor.u32()
    let count = try cursor.u32()
    guard index < types.count, case .structure(let fields) = types[Int(index)].shape,
      fields.count == count
    else { throw cursor.failure("a value of no known structure type", at: offset) }
    for field in fields { try skipField(&cursor, field, count: 1) }
  }

  /// An array's elements: one that fills it, none, or each.
  private func skipArray(
    _ cursor: inout AotCursor, _ kind: AotValueKind
  ) throws(TraceError) {
    let element = ValueType(rawValue: UInt8(truncatingIfNeeded: try cursor.u32()))
    _ = try cursor.u32()
    let length = Int(try cursor.u32())
    guard kind != .arrayNewDefault else { return }
    try skipField(&cursor, element, count: kind == .arrayNew ? 1 : length)
  }

  private func skipField(
    _ cursor: inout AotCursor, _ type: ValueType, count: Int
  ) throws(TraceError) {
    guard
      let size = type.valueBytes(
        pointerBytes: target.pointerBytes, hasGarbageCollection: target.hasGarbageCollection)
    else { throw cursor.failure("unknown value type \(type.rawValue)") }
    // Small values take a word each.
    try cursor.skip(count * max(4, size))
  }
}
