/// A number of 1 to 15 digits, read eight bytes at a time, and where it ends.
///
/// Rationale: never inlined, because it is for the numbers that the lines before did not let
/// expect; at least 16 bytes must lie behind `start`.
struct NumberInWords {
  var value: UInt64
  /// Where the number ends; at its start where none of that length stands there.
  var end: Int

  @inline(never)
  static func decimal(_ bytes: UnsafeRawPointer, at start: Int) -> NumberInWords {
    var number = NumberInWords(value: 0, end: start)
    var count = 8
    while count == 8, number.end - start < 16 {
      let digits = unsafe word(bytes, number.end) ^ EightDigits().zeros
      count = EightDigits().others(digits).trailingZeroBitCount >> 3
      guard count > 0 else { break }
      // The digits end at the top byte, with zeros in front of them.
      let part = EightDigits().value(ofDigits: digits << UInt64(64 - 8 * count))
      for _ in 0..<count { number.value = number.value &* 10 }
      number.value = number.value &+ part
      number.end += count
    }
    return number.checked(from: start)
  }

  /// Lower-case.
  @inline(never)
  static func hexadecimal(_ bytes: UnsafeRawPointer, at start: Int) -> NumberInWords {
    var number = NumberInWords(value: 0, end: start)
    var count = 8
    while count == 8, number.end - start < 16 {
      let word = unsafe word(bytes, number.end)
      // Bytes behind the first that is no digit may be marked or not.
      count = EightDigits().hexadecimal(word).errors.trailingZeroBitCount >> 3
      guard count > 0 else { break }
      let zeros = EightDigits().zeros >> UInt64(8 * count)
      let aligned = count == 8 ? word : word << UInt64(64 - 8 * count) | zeros
      number.value = number.value << UInt64(4 * count) | EightDigits().hexadecimal(aligned).value
      number.end += count
    }
    return number.checked(from: start)
  }

  private func checked(from start: Int) -> NumberInWords {
    end - start < 16 ? self : NumberInWords(value: 0, end: start)
  }

  @inline(__always)
  private static func word(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
