/// Eight characters of text, the first in the lowest byte, as digits of a number.
///
/// `errors` is 0 where all eight are digits; only then does the value mean anything.
enum EightDigits {
  static let zeros: UInt64 = 0x3030_3030_3030_3030
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  @inline(__always)
  static func decimal(_ word: UInt64) -> (value: UInt64, errors: UInt64) {
    let digits = word ^ zeros
    return (value(ofDigits: digits), others(digits))
  }

  /// The top bit of each byte beyond 9, and of no byte in front of the first of them.
  @inline(__always)
  static func others(_ digits: UInt64) -> UInt64 {
    // A carry reaches only bytes behind one that is beyond 9.
    ((digits &+ 0x7676_7676_7676_7676) | digits) & highBits
  }

  /// The number whose digits are the values of the bytes.
  @inline(__always)
  static func value(ofDigits digits: UInt64) -> UInt64 {
    let pairs = ((digits &* (10 << 8 + 1)) >> 8) & 0x00FF_00FF_00FF_00FF
    let quads = ((pairs &* (100 << 16 + 1)) >> 16) & 0x0000_FFFF_0000_FFFF
    return (quads &* (10_000 << 32 + 1)) >> 32
  }

  /// Lower-case.
  @inline(__always)
  static func hexadecimal(_ word: UInt64) -> (value: UInt64, errors: UInt64) {
    // Of digits only letters have bit 6; the first of them is moved behind the character 9.
    let letters = (word >> 6) & 0x0101_0101_0101_0101
    let nibbles = (word &- letters &* 39) ^ zeros
    // What is 10 or more must have been a letter, and nothing else one.
    let misplaced = ((nibbles &+ 0x7676_7676_7676_7676) ^ (word << 1)) & highBits
    // Each byte is in its place already; each multiplication puts neighbours together, and none
    // of its sums carries.
    let pairs = ((nibbles &* (16 << 8 + 1)) >> 8) & 0x00FF_00FF_00FF_00FF
    let quads = pairs &* (1 << 24 + 1)
    return (
      (quads & 0xFFFF_0000) | (quads >> 48), misplaced | (nibbles & 0xF0F0_F0F0_F0F0_F0F0)
    )
  }
}
