/// A frame of a call stack as an allocator log writes it.
///
/// `function at file:line in module+0xoffset`; the place and the module may be missing, and a frame
/// without a function is `module+0xoffset` or an address. Logs of other recorders may hold anything:
/// that is the function's name then.
package struct FrameText: Hashable, Sendable {
  /// nil where nothing says what stands at the address.
  package var function: String?
  /// `file:line`.
  package var place: String?
  /// The module's name without the offset.
  package var module: String?

  package init(_ text: String) {
    var rest = text[...]
    if let at = FrameText.last(" in ", of: rest) {
      let origin = rest[at.upperBound...]
      if let plus = FrameText.offset(of: origin) {
        module = String(origin[..<plus])
        rest = rest[..<at.lowerBound]
      }
    } else if let plus = FrameText.offset(of: rest) {
      module = String(rest[..<plus])
      return
    }
    if let at = FrameText.last(" at ", of: rest) {
      place = String(rest[at.upperBound...])
      rest = rest[..<at.lowerBound]
    }
    if !rest.hasPrefix("0x"), !rest.isEmpty { function = String(rest) }
  }

  /// What a person reads: the function and its place, else the module and offset.
  package static func readable(_ text: String) -> String {
    let frame = FrameText(text)
    guard let function = frame.function else { return text }
    if let place = frame.place { return "\(function) at \(place)" }
    return frame.module.map { "\(function) in \($0)" } ?? function
  }

  private static func last(_ word: String, of text: Substring) -> Range<Substring.Index>? {
    let bytes = text.utf8
    let wanted = Array(word.utf8)
    var place = bytes.endIndex
    while place > bytes.startIndex {
      place = bytes.index(before: place)
      if bytes[place...].starts(with: wanted) {
        return place..<bytes.index(place, offsetBy: wanted.count)
      }
    }
    return nil
  }

  /// Where `+0x…` begins at the end of a text; nil where it does not end so.
  private static func offset(of text: Substring) -> Substring.Index? {
    guard let plus = text.lastIndex(of: "+") else { return nil }
    let digits = text[text.index(after: plus)...]
    guard digits.hasPrefix("0x"), digits.dropFirst(2).allSatisfy(\.isHexDigit),
      digits.count > 2, plus > text.startIndex
    else { return nil }
    return plus
  }
}
