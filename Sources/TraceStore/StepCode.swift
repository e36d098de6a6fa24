/// A step of time as a byte that says its magnitude, and bits behind it.
///
/// The highest five bits of a step make the code, together with how many bits there are below them;
/// these bits are kept as they are.
///
/// Rationale: of a step's bits the highest are to be foreseen a little, and cost less in a code with
/// like ones; the lowest are noise, which costs what it is long.
enum StepCode {
  /// The code of a step that is kept elsewhere.
  static let isLong: UInt8 = 255
  /// Steps of at least so much are kept elsewhere.
  static let long: UInt64 = 31 << 14

  /// The code of a step that is not long, and how many bits are kept behind it.
  @inline(__always)
  static func of(_ step: UInt64) -> (code: UInt8, bitCount: UInt64) {
    // At least five bits make the code.
    let bitCount = UInt64(59 &- (step | 16).leadingZeroBitCount)
    return (UInt8(truncatingIfNeeded: bitCount &<< 4 &+ step &>> bitCount), bitCount)
  }

  /// How many bits are kept behind a code.
  @inline(__always)
  static func bitCount(of code: UInt8) -> UInt64 {
    let sixteens = UInt64(code &>> 4)
    // One less, but not less than none; not foreseen by a processor, and so without a branch.
    return sixteens &- (sixteens &+ 15) &>> 4
  }

  /// The step of a code, without the bits behind it.
  @inline(__always)
  static func lowest(of code: UInt8, bitCount: UInt64) -> UInt64 {
    (UInt64(code) &- bitCount &<< 4) &<< bitCount
  }
}
