/// A place in a block of lines that moves behind what is read there; not valid once something else
/// stood there.
struct LineCursor {
  var position: Int
  let end: Int
  private(set) var isValid = true

  init(_ bytes: borrowing Span<UInt8>, at start: Int) {
    position = start
    end = bytes.count
  }

  /// Moves behind a text where it stands here.
  @inline(__always)
  mutating func take(_ bytes: borrowing Span<UInt8>, _ text: StaticString) -> Bool {
    guard isValid, NumberText.hasPrefix(bytes, position..<end, text) else { return false }
    position += text.utf8CodeUnitCount
    return true
  }

  /// Whether the line ends here: at a line feed, or at the end of the input.
  @inline(__always)
  func isAtEnd(_ bytes: borrowing Span<UInt8>) -> Bool {
    position == end || bytes[position] == UInt8(ascii: "\n")
  }

  @inline(__always)
  mutating func expect(_ bytes: borrowing Span<UInt8>, _ text: StaticString) {
    let count = text.utf8CodeUnitCount
    guard isValid, end - position >= count else {
      isValid = false
      return
    }
    let start = unsafe text.utf8Start
    var difference: UInt8 = 0
    for index in 0..<count { unsafe difference |= bytes[position + index] ^ start[index] }
    isValid = difference == 0
    position += count
  }

  /// At most 19 digits, which never overflow.
  @inline(__always)
  mutating func decimal(_ bytes: borrowing Span<UInt8>) -> UInt64 {
    guard isValid else { return 0 }
    var value: UInt64 = 0
    let start = position
    while position < end {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      value = value &* 10 &+ UInt64(digit)
      position += 1
    }
    isValid = position > start && position - start <= 19
    return value
  }

  @inline(__always)
  mutating func hexadecimal(_ bytes: borrowing Span<UInt8>) -> UInt64 {
    guard isValid else { return 0 }
    var value: UInt64 = 0
    let start = position
    while position < end {
      let byte = bytes[position]
      let digit = byte &- UInt8(ascii: "0")
      if digit <= 9 {
        value = value << 4 | UInt64(digit)
      } else {
        let letter = byte &- UInt8(ascii: "a")
        guard letter <= 5 else { break }
        value = value << 4 | UInt64(letter + 10)
      }
      position += 1
    }
    isValid = position > start && position - start <= 16
    return value
  }
}
