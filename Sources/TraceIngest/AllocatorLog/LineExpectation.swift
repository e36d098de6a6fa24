/// What the lines before let expect of the next one: numbers as long as theirs that begin alike.
///
/// Rationale: where a number is as expected, nobody waits for its digits to be counted before what
/// stands behind it is looked at, and half of a time or an address is compared rather than read.
struct LineExpectation {
  var time = ExpectedNumber()
  var thread = ExpectedWord()
  var address = ExpectedNumber()
  let digits = EightDigits()

  /// Reads a time that is not as expected; the next one is expected to be like it.
  @inline(never)
  mutating func newTime(_ bytes: UnsafeRawPointer, at start: Int) -> NumberInWords {
    let number = unsafe NumberInWords.decimal(bytes, at: start)
    if number.end >= start &+ 8 {
      let head = number.value &- number.value % 100_000_000
      unsafe time.expect(head, bytes, at: start, length: number.end &- start)
    }
    return number
  }

  /// Reads a thread, behind which a space stands.
  @inline(never)
  mutating func newThread(_ bytes: UnsafeRawPointer, at start: Int) -> NumberInWords {
    let number = unsafe NumberInWords.decimal(bytes, at: start)
    if number.end > start, number.end < start &+ 8 {
      unsafe thread.expect(number.value, bytes, at: start, length: number.end &- start)
    }
    return number
  }

  @inline(never)
  mutating func newAddress(_ bytes: UnsafeRawPointer, at start: Int) -> NumberInWords {
    let number = unsafe NumberInWords.hexadecimal(bytes, at: start)
    if number.end >= start &+ 8 {
      let head = number.value & ~0xFFFF_FFFF
      unsafe address.expect(head, bytes, at: start, length: number.end &- start)
    }
    return number
  }
}

/// A number of 8 to 15 digits of which all but the last eight are known.
struct ExpectedNumber {
  /// How many digits stand before the last eight.
  private(set) var headLength = 0
  /// Their bytes in a word, and what they are; at first what no word can have.
  private(set) var mask: UInt64 = 0
  private(set) var head: UInt64 = 1
  /// What they count for in the number.
  private(set) var headValue: UInt64 = 0

  mutating func expect(
    _ headValue: UInt64, _ bytes: UnsafeRawPointer, at start: Int, length: Int
  ) {
    headLength = length &- 8
    mask = (1 &<< UInt64(8 &* headLength)) &- 1
    head = unsafe bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
    head = UInt64(littleEndian: head) & mask
    self.headValue = headValue
  }
}

/// A number of at most 7 digits that is known, with the `=` in front of it and, where a word has
/// room for it, the space behind it.
struct ExpectedWord {
  /// Of the number, with the `=`.
  private(set) var length = 0
  /// Its bytes, with those of the space; at first what no word can have.
  private(set) var mask: UInt64 = 0
  private(set) var text: UInt64 = 1
  private(set) var value: UInt64 = 0

  mutating func expect(
    _ value: UInt64, _ bytes: UnsafeRawPointer, at start: Int, length count: Int
  ) {
    length = count &+ 1
    // The word from the `=` on, up to the space, whose place is one of the word's or behind it.
    let word = unsafe bytes.loadUnaligned(fromByteOffset: start &- 1, as: UInt64.self)
    let digits = ~0 &>> UInt64(56 &- 8 &* count)
    mask = digits << 8 | 0xFF
    text = UInt64(littleEndian: word) & digits | 0x20 << UInt64(8 &* length)
    self.value = value
  }
}
