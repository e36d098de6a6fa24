/// What is known of a value without running the code.
struct SymbolicValue: Hashable {
  enum Kind: UInt8 {
    case unknown
    /// A number from `low` to `high`, as a signed integer.
    case number
    /// The stack pointer at the function's entry, plus `low` to `high`.
    case stack
    /// The function's parameter number `low`, as long as the body assigns none to it.
    case parameter
    /// The result of a call that may be one of its arguments.
    case passed
  }

  var kind: Kind
  /// A multiple of 16, the alignment of the C stack (where the stack pointer was one at the entry).
  var isAligned: Bool
  var low: Int32
  var high: Int32

  static let unknown = SymbolicValue(kind: .unknown, isAligned: false, low: 0, high: 0)
  /// The stack pointer at the function's entry.
  static let entry = SymbolicValue(kind: .stack, isAligned: true, low: 0, high: 0)

  @inline(__always)
  static func constant(_ value: Int32) -> SymbolicValue {
    SymbolicValue(kind: .number, isAligned: value & 15 == 0, low: value, high: value)
  }

  @inline(__always)
  static func number(upTo high: Int32) -> SymbolicValue {
    SymbolicValue(kind: .number, isAligned: false, low: 0, high: high)
  }

  static let passed = SymbolicValue(kind: .passed, isAligned: false, low: 0, high: 0)

  static func parameter(_ index: Int32) -> SymbolicValue {
    SymbolicValue(kind: .parameter, isAligned: false, low: index, high: index)
  }

  /// A number, or a distance from the stack pointer at the entry.
  var isRange: Bool { kind == .number || kind == .stack }

  /// What holds for either value.
  func hull(_ other: SymbolicValue) -> SymbolicValue {
    guard kind == other.kind, isRange else { return self == other ? self : .unknown }
    return SymbolicValue(
      kind: kind, isAligned: isAligned && other.isAligned, low: min(low, other.low),
      high: max(high, other.high))
  }

  /// Whether everything that may be here may be there.
  func isWithin(_ other: SymbolicValue) -> Bool {
    if other.kind == .unknown { return true }
    return kind == other.kind && low >= other.low && high <= other.high
      && (isAligned || !other.isAligned)
  }
}

/// Integer arithmetic, without a difference between i32 and i64: results that leave 32 bits are
/// unknown.
extension SymbolicValue {
  enum Operation: UInt8 {
    case add
    case subtract
    case multiply
    case and
    case shiftLeft
    case shiftRight
  }

  /// `stackIsAligned`: the stack pointer is a multiple of 16 at every function's entry.
  static func combine(
    _ operation: Operation, _ left: SymbolicValue, _ right: SymbolicValue, stackIsAligned: Bool
  ) -> SymbolicValue {
    if operation == .and {
      if right.kind == .number { return left.masked(right, stackIsAligned: stackIsAligned) }
      if left.kind == .number { return right.masked(left, stackIsAligned: stackIsAligned) }
      return .unknown
    }
    guard left.isRange, right.isRange else { return .unknown }
    switch operation {
    case .add:
      guard left.kind == .number || right.kind == .number else { return .unknown }
      return of(
        left.kind == .stack ? .stack : right.kind, left.isAligned && right.isAligned,
        Int64(left.low) + Int64(right.low), Int64(left.high) + Int64(right.high))
    case .subtract:
      guard right.kind == .number else {
        guard left.kind == .stack else { return .unknown }
        return of(
          .number, left.isAligned && right.isAligned, Int64(left.low) - Int64(right.high),
          Int64(left.high) - Int64(right.low))
      }
      return of(
        left.kind, left.isAligned && right.isAligned, Int64(left.low) - Int64(right.high),
        Int64(left.high) - Int64(right.low))
    case .multiply:
      guard left.kind == .number, right.kind == .number, left.low >= 0, right.low >= 0 else {
        return .unknown
      }
      return of(
        .number, left.isAligned || right.isAligned, Int64(left.low) * Int64(right.low),
        Int64(left.high) * Int64(right.high))
    case .shiftLeft:
      guard let count = shift(left, right) else { return .unknown }
      return of(
        .number, left.isAligned || count >= 4, Int64(left.low) << count, Int64(left.high) << count)
    case .shiftRight:
      guard let count = shift(left, right) else { return .unknown }
      return of(
        .number, count == 0 && left.isAligned, Int64(left.low) >> count, Int64(left.high) >> count)
    case .and:
      return .unknown
    }
  }

  private static func shift(_ left: SymbolicValue, _ right: SymbolicValue) -> Int64? {
    guard left.kind == .number, left.low >= 0, right.kind == .number, right.low == right.high,
      (0..<32).contains(right.low)
    else { return nil }
    return Int64(right.low)
  }

  private static func of(
    _ kind: Kind, _ isAligned: Bool, _ low: Int64, _ high: Int64
  ) -> SymbolicValue {
    guard let low = Int32(exactly: low), let high = Int32(exactly: high) else { return .unknown }
    return SymbolicValue(kind: kind, isAligned: isAligned, low: low, high: high)
  }

  private func masked(_ mask: SymbolicValue, stackIsAligned: Bool) -> SymbolicValue {
    guard mask.low == mask.high else {
      return mask.low >= 0 && kind != .stack ? .number(upTo: mask.high) : .unknown
    }
    let mask = mask.low
    guard mask < 0 else {
      guard kind != .stack else { return .unknown }
      // Only multiples of the mask's lowest bit are left.
      let high = kind == .number && low >= 0 ? min(high, mask) : mask
      var result = SymbolicValue.number(upTo: mask == 0 ? 0 : high & -(mask & -mask))
      result.isAligned = mask & 15 == 0 || (kind == .number && isAligned)
      return result
    }
    // -2^k: rounded down to a multiple of 2^k.
    let unit = -Int64(mask)
    guard unit & (unit - 1) == 0 else {
      return kind == .number && low >= 0 ? .number(upTo: high) : .unknown
    }
    let aligned = isAligned || unit >= 16
    switch kind {
    case .unknown, .parameter, .passed: return .unknown
    case .number:
      return .of(.number, aligned, Int64(low) & -unit, Int64(high) & -unit)
    case .stack:
      // What the entry's stack pointer is beyond a multiple of the unit is not known; of 16 it may be.
      let known: Int64 = stackIsAligned ? 16 : 1
      if unit <= known { return .of(.stack, aligned, Int64(low) & -unit, Int64(high) & -unit) }
      return .of(
        .stack, aligned, (Int64(low) & -known) - (unit - known), Int64(high) & -known)
    }
  }
}
