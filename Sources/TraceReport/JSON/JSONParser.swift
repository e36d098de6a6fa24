package import TraceModel

/// Reads a JSON document with exact integers, ordered keys and the line of every syntax error.
///
/// Rationale: Foundation's decoder loses the order of keys, accepts a key twice and does not say
/// where in the file it failed.
package struct JSONParser {
  /// Deeper documents are refused, so that no input can exhaust the stack.
  package static let depthLimit = 128

  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  private var line = 1

  private init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  package static func parse(
    _ bytes: [UInt8],
    file: String
  ) throws(TraceError) -> JSONValue {
    var parser = JSONParser(bytes, file: file)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.position = 3 }
    parser.skipSpace()
    guard parser.position < bytes.count else {
      throw TraceError(.nothingFound, "the file is empty", at: SourceLocation(file: file))
    }
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else {
      throw parser.failure("unexpected text after the document")
    }
    return value
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      if byte == 0x0A { line += 1 }
      position += 1
    }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(TraceError) -> JSONValue {
    guard depth < JSONParser.depthLimit else {
      throw failure("nested deeper than \(JSONParser.depthLimit) levels")
    }
    skipSpace()
    guard let byte = next else { throw failure("the document ends early") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: return try word()
    }
  }

  private mutating func object(depth: Int) throws(TraceError) -> JSONValue {
    position += 1
    var members: [JSONMember] = []
    var names: Set<String> = []
    if skip("}") { return .object(members) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("expected a key in quotes") }
      let name = try string()
      guard names.insert(name).inserted else {
        throw failure("the key \"\(name)\" appears twice in one object")
      }
      guard skip(":") else { throw failure("expected \":\" after the key \"\(name)\"") }
      members.append(JSONMember(name, try value(depth: depth + 1)))
    } while skip(",")
    guard skip("}") else { throw failure("expected \",\" or \"}\"") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(TraceError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    if skip("]") { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
    } while skip(",")
    guard skip("]") else { throw failure("expected \",\" or \"]\"") }
    return .array(elements)
  }

  private mutating func word() throws(TraceError) -> JSONValue {
    let words: [(String, JSONValue)] = [
      ("null", .null), ("true", .bool(true)), ("false", .bool(false)),
    ]
    for (word, value) in words where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw failure("this is not JSON")
  }

  private mutating func number() throws(TraceError) -> JSONValue {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    let whole = digits()
    var isInteger = true
    var isValid = whole > 0 && (whole == 1 || bytes[position - whole] != UInt8(ascii: "0"))
    if next == UInt8(ascii: ".") {
      position += 1
      isInteger = false
      isValid = isValid && digits() > 0
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      isInteger = false
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      isValid = isValid && digits() > 0
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard isValid else { throw failure("\"\(text)\" is no JSON number") }
    return isInteger ? Int64(text).map { .integer($0) } ?? .decimal(text) : .decimal(text)
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = next, UInt8(ascii: "0") <= byte, byte <= UInt8(ascii: "9") { position += 1 }
    return position - start
  }

  private func failure(_ message: String) -> TraceError {
    TraceError(.malformed, message, at: SourceLocation(file: file, line: line))
  }

  // MARK: Strings

  private mutating func string() throws(TraceError) -> String {
    position += 1
    var content: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else {
          throw failure("a text is not valid UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): content += Array(String(try escape()).utf8)
      case 0..<0x20: throw failure("a control character stands raw in a text")
      default: content.append(byte)
      }
    }
    throw failure("a text does not end")
  }

  private mutating func escape() throws(TraceError) -> Unicode.Scalar {
    let letter = next
    position += 1
    switch letter {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw failure("an unknown escape stands in a text")
    }
  }

  private mutating func unicodeEscape() throws(TraceError) -> Unicode.Scalar {
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
    guard UTF16.isLeadSurrogate(first), skipExactly("\\u") else {
      throw failure("half of a surrogate pair stands in a text")
    }
    let second = try codeUnit()
    guard UTF16.isTrailSurrogate(second) else {
      throw failure("half of a surrogate pair stands in a text")
    }
    return UTF16.decode(UTF16.EncodedScalar([first, second]))
  }

  private mutating func skipExactly(_ text: String) -> Bool {
    guard bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    return true
  }

  private mutating func codeUnit() throws(TraceError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("\\u needs four hexadecimal digits")
      }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }
}
