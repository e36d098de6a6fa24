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
    let bytes = Array(text.utf8)
    var end = bytes.count
    if let at = FrameText.last(" in ", of: bytes, end: end) {
      if let plus = FrameText.offset(of: bytes, at + 4, end) {
        module = FrameText.text(bytes, at + 4, plus)
        end = at
      }
    } else if let plus = FrameText.offset(of: bytes, 0, end) {
      module = FrameText.text(bytes, 0, plus)
      return
    }
    if let at = FrameText.last(" at ", of: bytes, end: end) {
      place = FrameText.text(bytes, at + 4, end)
      end = at
    }
    let isAddress = end >= 2 && bytes[0] == UInt8(ascii: "0") && bytes[1] == UInt8(ascii: "x")
    if !isAddress, end > 0 { function = FrameText.text(bytes, 0, end) }
  }

  /// What a person reads: the function and its place, else the module and offset.
  package static func readable(_ text: String) -> String {
    let frame = FrameText(text)
    guard let function = frame.function else { return text }
    if let place = frame.place { return "\(function) at \(place)" }
    return frame.module.map { "\(function) in \($0)" } ?? function
  }

  private static func text(_ bytes: [UInt8], _ start: Int, _ end: Int) -> String {
    String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// Where a word of four bytes stands last before `end`.
  private static func last(_ word: StaticString, of bytes: [UInt8], end: Int) -> Int? {
    let wanted = unsafe word.utf8Start
    var place = end - 4
    while place >= 0 {
      if unsafe bytes[place] == wanted[0] && bytes[place + 1] == wanted[1]
        && bytes[place + 2] == wanted[2] && bytes[place + 3] == wanted[3]
      {
        return place
      }
      place -= 1
    }
    return nil
  }

  /// Where `+0x…` begins at the end of a part of a text; nil where it does not end so.
  private static func offset(of bytes: [UInt8], _ start: Int, _ end: Int) -> Int? {
    guard let plus = bytes[start..<end].lastIndex(of: UInt8(ascii: "+")), plus > start,
      end - plus > 3, bytes[plus + 1] == UInt8(ascii: "0"), bytes[plus + 2] == UInt8(ascii: "x")
    else { return nil }
    let areDigits = bytes[(plus + 3)..<end].allSatisfy { byte in
      byte &- UInt8(ascii: "0") <= 9 || (byte | 0x20) &- UInt8(ascii: "a") <= 5
    }
    return areDigits ? plus : nil
  }
}
