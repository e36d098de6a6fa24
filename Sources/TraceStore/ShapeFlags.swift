import TraceModel

/// What a shape's rows have, as bits of a byte.
///
/// Rationale: a loop over rows that counts with a bit needs no branch.
enum ShapeFlags {
  static let address: UInt8 = 0
  static let old: UInt8 = 1
  static let size: UInt8 = 2
  static let stack: UInt8 = 3
  static let begins: UInt8 = 4
  static let ends: UInt8 = 5
  /// The lowest of two bits: the row's ``StepKind``.
  private static let stepKind: UInt8 = 6

  static func of(_ shape: EventShape) -> UInt8 {
    let columns = ShapeColumns(shape)
    return flag(address, columns.hasAddress) | flag(old, columns.hasOld)
      | flag(size, columns.hasSize) | flag(stack, columns.hasStack) | flag(begins, columns.begins)
      | flag(ends, columns.ends) | columns.stepKind.rawValue &<< stepKind
  }

  private static func flag(_ bit: UInt8, _ isSet: Bool) -> UInt8 { isSet ? 1 &<< bit : 0 }

  /// The number of the row's ``StepKind``.
  @inline(__always)
  static func stepKind(in flags: UInt8) -> UInt8 { flags &>> stepKind }

  /// 1 where the flags have a bit, else 0.
  @inline(__always)
  static func count(_ bit: UInt8, in flags: UInt8) -> Int { Int(flags &>> bit & 1) }

  @inline(__always)
  static func has(_ bit: UInt8, in flags: UInt8) -> Bool { flags & (1 &<< bit) != 0 }
}
