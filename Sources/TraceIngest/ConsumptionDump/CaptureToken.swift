/// One thing that a line of a capture holds.
enum CaptureToken: Hashable {
  case prefix(LogPrefix)
  case dump(DumpText, Range<Int>)
  /// Any other text that is not blank.
  case other(Range<Int>)

  /// What stands between `range`'s bounds, a line without its end, from left to right.
  ///
  /// Log prefixes and dump texts are found anywhere in the line: threads tear each other's lines.
  static func tokens(of bytes: [UInt8], in range: Range<Int>) -> [CaptureToken] {
    var tokens: [CaptureToken] = []
    var start = range.lowerBound
    var position = start
    while position < range.upperBound {
      guard bytes[position] == UInt8(ascii: ":") else {
        position += 1
        continue
      }
      if let (prefix, found) = LogPrefix.find(
        in: bytes,
        from: start,
        colon: position,
        to: range.upperBound
      ) {
        appendOther(bytes, start..<found.lowerBound, to: &tokens)
        tokens.append(.prefix(prefix))
        start = found.upperBound
      } else if let (text, found) = DumpText.find(
        in: bytes,
        from: start,
        colon: position,
        to: range.upperBound
      ) {
        appendOther(bytes, start..<found.lowerBound, to: &tokens)
        tokens.append(.dump(text, found))
        start = found.upperBound
      } else {
        position += 1
        continue
      }
      position = start
    }
    appendOther(bytes, start..<range.upperBound, to: &tokens)
    return tokens
  }

  private static func appendOther(
    _ bytes: [UInt8],
    _ range: Range<Int>,
    to tokens: inout [CaptureToken]
  ) {
    guard bytes[range].contains(where: { $0 > UInt8(ascii: " ") }) else { return }
    tokens.append(.other(range))
  }
}
