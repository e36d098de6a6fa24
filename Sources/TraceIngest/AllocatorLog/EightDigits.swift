/// Eight characters of text, the first in the lowest byte, as digits of a number.
///
/// Where they are read, `errors` is 0 if all eight are digits; only then does the value mean
/// anything.
///
/// Rationale: its constants are variables, because instructions take them from memory as they are,
/// while a constant of 64 bits costs an instruction of its own wherever it is used.
struct EightDigits {
  private(set) var zeros: UInt64 = 0x3030_3030_3030_3030
  private var toTopBit: UInt64 = 0x7676_7676_7676_7676
  private var topBits: UInt64 = 0x8080_8080_8080_8080
  private var highNibbles: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
  private var lowBits: UInt64 = 0x0101_0101_0101_0101
  private var pairs: UInt64 = 0x00FF_00FF_00FF_00FF
  private var quads: UInt64 = 0x0000_FFFF_0000_FFFF
  private var joinedQuads: UInt64 = 10_000 << 32 + 1

  @inline(__always)
  func decimal(_ word: UInt64) -> (value: UInt64, errors: UInt64) {
    let digits = word ^ zeros
    return (value(ofDigits: digits), others(digits))
  }

  /// The top bit of each byte beyond 9, and of no byte in front of the first of them.
  @inline(__always)
  func others(_ digits: UInt64) -> UInt64 {
    // A carry reaches only bytes behind one that is beyond 9.
    ((digits &+ toTopBit) | digits) & topBits
  }

  /// The number whose digits are the values of the bytes.
  @inline(__always)
  func value(ofDigits digits: UInt64) -> UInt64 {
    let twos = ((digits &* (10 << 8 + 1)) >> 8) & pairs
    let fours = ((twos &* (100 << 16 + 1)) >> 16) & quads
    return (fours &* joinedQuads) >> 32
  }

  /// Lower-case.
  @inline(__always)
  func hexadecimal(_ word: UInt64) -> (value: UInt64, errors: UInt64) {
    let (nibbles, errors) = nibbles(word)
    return (value(ofNibbles: nibbles), errors)
  }

  /// What hexadecimal digits count for; `errors` has bits of the first byte that is none, and of no
  /// byte in front of it.
  @inline(__always)
  func nibbles(_ word: UInt64) -> (nibbles: UInt64, errors: UInt64) {
    // Of digits only letters have bit 6; the first of them is moved behind the character 9.
    let letters = (word >> 6) & lowBits
    let nibbles = (word &- letters &* 39) ^ zeros
    // What is 10 or more must have been a letter, and nothing else one.
    let misplaced = ((nibbles &+ toTopBit) ^ (word << 1)) & topBits
    return (nibbles, misplaced | (nibbles & highNibbles))
  }

  @inline(__always)
  func value(ofNibbles nibbles: UInt64) -> UInt64 {
    // Each byte is in its place already; each multiplication puts neighbours together, and none
    // of its sums carries.
    let bytes = ((nibbles &* (16 << 8 + 1)) >> 8) & pairs
    let halves = bytes &* (1 << 24 + 1)
    return (halves & 0xFFFF_0000) | (halves >> 48)
  }
}
