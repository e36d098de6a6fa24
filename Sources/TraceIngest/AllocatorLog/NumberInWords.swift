/// A number of 1 to 15 digits, read eight bytes at a time, and where it ends.
///
/// Rationale: for the numbers that the lines before did not let expect; 16 bytes must lie behind
/// `start`.
struct NumberInWords {
  var value: UInt64
  /// Where the number ends; at its start where none of that length stands there.
  var end: Int

  @inline(__always)
  static func decimal(_ bytes: UnsafeRawPointer, at start: Int) -> NumberInWords {
    let reading = EightDigits()
    let digits = unsafe word(bytes, start) ^ reading.zeros
    let others = reading.others(digits)
    guard others == 0 else {
      return NumberInWords(
        value: reading.value(ofDigits: aligned(digits, before: others)),
        end: start &+ others.trailingZeroBitCount >> 3)
    }
    let rest = unsafe word(bytes, start &+ 8) ^ reading.zeros
    let restOthers = reading.others(rest)
    guard restOthers != 0 else { return NumberInWords(value: 0, end: start) }
    let count = restOthers.trailingZeroBitCount >> 3
    var value = reading.value(ofDigits: digits)
    for _ in 0..<count { value = value &* 10 }
    return NumberInWords(
      value: value &+ reading.value(ofDigits: aligned(rest, before: restOthers)),
      end: start &+ 8 &+ count)
  }

  /// Lower-case.
  @inline(__always)
  static func hexadecimal(_ bytes: UnsafeRawPointer, at start: Int) -> NumberInWords {
    let reading = EightDigits()
    let (nibbles, errors) = reading.nibbles(unsafe word(bytes, start))
    guard errors == 0 else {
      return NumberInWords(
        value: reading.value(ofNibbles: aligned(nibbles, before: errors)),
        end: start &+ errors.trailingZeroBitCount >> 3)
    }
    let (rest, restErrors) = reading.nibbles(unsafe word(bytes, start &+ 8))
    guard restErrors != 0 else { return NumberInWords(value: 0, end: start) }
    let count = restErrors.trailingZeroBitCount >> 3
    return NumberInWords(
      value: reading.value(ofNibbles: nibbles) &<< UInt64(4 &* count)
        | reading.value(ofNibbles: aligned(rest, before: restErrors)),
      end: start &+ 8 &+ count)
  }

  /// Digits that end at the top byte, with zeros in front of them: those in front of the first byte
  /// that `others` marks.
  @inline(__always)
  static func aligned(_ digits: UInt64, before others: UInt64) -> UInt64 {
    // In two steps, which together may be 64 bits.
    (digits &<< UInt64(63 &- (others.trailingZeroBitCount | 7))) << 8
  }

  /// Eight characters of text, the first in the lowest byte.
  @inline(__always)
  static func word(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
