/// What WAMR's logging prints before a text: `[HH:MM:SS:mmm - TID]: `.
struct LogPrefix: Hashable {
  /// The thread's id, and as it was printed.
  var thread: UInt64
  var printedThread: String
  var timeMilliseconds: Int64

  /// The prefix whose last colon stands at `colon`, and the bytes that it takes.
  static func find(
    in bytes: [UInt8],
    from start: Int,
    colon: Int,
    to end: Int
  ) -> (prefix: LogPrefix, range: Range<Int>)? {
    guard colon + 1 < end, bytes[colon + 1] == UInt8(ascii: " "), colon > start,
      bytes[colon - 1] == UInt8(ascii: "]")
    else { return nil }
    let earliest = max(start, colon - 1 - longest)
    var open = colon - 2
    while open >= earliest, bytes[open] != UInt8(ascii: "[") { open -= 1 }
    guard open >= earliest, let time = time(bytes, at: open + 1, to: colon - 1) else {
      return nil
    }
    let digits = bytes[(open + 1 + clockLength + separator.count)..<(colon - 1)]
    guard (1...16).contains(digits.count) else { return nil }
    var thread: UInt64 = 0
    for digit in digits {
      guard let nibble = nibble(digit) else { return nil }
      thread = thread << 4 | nibble
    }
    let prefix = LogPrefix(
      thread: thread,
      printedThread: String(decoding: digits, as: UTF8.self),
      timeMilliseconds: time
    )
    return (prefix, open..<(colon + 2))
  }

  private static let clockLength = "00:00:00:000".utf8.count
  private static let separator = Array(" - ".utf8)
  private static let longest = clockLength + separator.count + 17

  private static func time(_ bytes: [UInt8], at start: Int, to end: Int) -> Int64? {
    let clockEnd = start + clockLength
    guard clockEnd + separator.count < end,
      bytes[clockEnd..<(clockEnd + separator.count)].elementsEqual(separator)
    else { return nil }
    var parts: [Int64] = [0]
    for (offset, byte) in bytes[start..<clockEnd].enumerated() {
      if offset == 2 || offset == 5 || offset == 8 {
        guard byte == UInt8(ascii: ":") else { return nil }
        parts.append(0)
      } else {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        parts[parts.count - 1] = parts[parts.count - 1] * 10 + Int64(byte - UInt8(ascii: "0"))
      }
    }
    return ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + parts[3]
  }

  private static func nibble(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    default: nil
    }
  }
}
