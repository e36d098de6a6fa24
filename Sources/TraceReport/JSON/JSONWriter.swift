/// Writes a JSON document the same way every time: indented by two spaces, keys in their order.
package struct JSONWriter {
  private var text = ""
  private let isCompact: Bool

  private init(isCompact: Bool) {
    self.isCompact = isCompact
  }

  /// The document as text, without a line end after it; a compact one is a single line.
  package static func text(_ value: JSONValue, isCompact: Bool = false) -> String {
    var writer = JSONWriter(isCompact: isCompact)
    writer.write(value, depth: 0)
    return writer.text
  }

  private mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .integer(let number): text += String(number)
    case .decimal(let number): text += number
    case .string(let string): write(string)
    case .array(let elements):
      write(elements, between: "[", and: "]", depth: depth) { writer, element in
        writer.write(element, depth: depth + 1)
      }
    case .object(let members):
      write(members, between: "{", and: "}", depth: depth) { writer, member in
        writer.write(member.name)
        writer.text += writer.isCompact ? ":" : ": "
        writer.write(member.value, depth: depth + 1)
      }
    }
  }

  private mutating func write<Element>(
    _ elements: [Element],
    between open: String,
    and close: String,
    depth: Int,
    each: (inout JSONWriter, Element) -> Void
  ) {
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      breakLine(depth: depth + 1)
      each(&self, element)
    }
    if !elements.isEmpty { breakLine(depth: depth) }
    text += close
  }

  private mutating func breakLine(depth: Int) {
    guard !isCompact else { return }
    text += "\n"
    for _ in 0..<depth { text += "  " }
  }

  private mutating func write(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      default:
        // More than JSON asks for: the document may be read on a terminal.
        if TerminalText.isUnsafe(scalar) {
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }
}
