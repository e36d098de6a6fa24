/// A step of time as a byte that says its magnitude, and bits behind it.
///
/// The highest five bits of a step make the code, together with how many bits there are below them;
/// these bits are kept as they are.
///
/// Rationale: of a step's bits the highest are to be foreseen a little, and cost less in a code with
/// like ones; the lowest are noise, which costs what it is long.
enum StepCode {
  /// The code of a step that is kept elsewhere.
  static let escape: UInt8 = 255
  /// Steps of at least so much are kept elsewhere.
  static let limit: UInt64 = 31 << 14

  /// The code of a step that is not long, and how many bits are kept behind it.
  @inline(__always)
  static func of(_ step: UInt64) -> (code: UInt8, bitCount: UInt64) {
    // At least five bits make the code.
    let bitCount = UInt64(59 &- (step | 16).leadingZeroBitCount)
    return (UInt8(truncatingIfNeeded: bitCount &<< 4 &+ step &>> bitCount), bitCount)
  }

  /// How a code is read.
  struct Reading: BitwiseCopyable {
    /// The step without the bits behind the code.
    let lowest: UInt32
    /// The lowest bits, as many as stand behind the code.
    let mask: UInt16
    let bitCount: UInt8
  }

  /// The reading of each code but ``escape``.
  ///
  /// Rationale: to look it up takes a third of the time of working it out.
  static let readings = (0..<UInt32(escape)).map { code in
    let bitCount = max(1, code >> 4) - 1
    return Reading(
      lowest: (code - bitCount << 4) << bitCount, mask: 1 << bitCount - 1,
      bitCount: UInt8(bitCount))
  }
}
