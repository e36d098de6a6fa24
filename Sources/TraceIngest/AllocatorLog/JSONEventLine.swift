import TraceModel

/// The JSON lines spelling: one flat object a line.
enum JSONEventLine {
  static func parse(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> EventLine {
    guard !range.isEmpty else { return .ignored }
    guard bytes[range.lowerBound] == UInt8(ascii: "{") else { return .otherText }
    var scanner = FlatObjectScanner(position: range.lowerBound, end: range.upperBound)
    guard let members = scanner.members(bytes) else {
      return .malformed(reason: "no flat JSON object")
    }
    var time: UInt64?
    var thread: UInt64?
    var operation: EventOperation?
    var keys: [(name: String, value: String)] = []
    for (name, value) in members {
      switch name {
      case "ts": time = number(value)
      case "tid": thread = number(value)
      case "op": operation = value.isEmpty ? nil : EventOperation(name: value)
      default: if !value.isEmpty { keys.append((name, value)) }
      }
    }
    guard let operation else { return .otherText }
    guard let time else { return .malformed(reason: "ts is no number") }
    guard let thread else { return .malformed(reason: "tid is no number") }
    return .event(
      RawEvent(
        time: time, thread: thread, operation: operation,
        keys: FillerKeys.removed(from: keys, of: operation)))
  }

  private static func number(_ text: String) -> UInt64? {
    let bytes = Array(text.utf8)
    return NumberText.unsigned(bytes.span, 0..<bytes.count)
  }
}

/// Reads `{"name": value, …}`; arrays and objects inside it are taken as text.
private struct FlatObjectScanner {
  var position: Int
  let end: Int

  /// The members in order, values as text; nil where the bytes are no such object.
  mutating func members(
    _ bytes: borrowing Span<UInt8>
  ) -> [(name: String, value: String)]? {
    var members: [(name: String, value: String)] = []
    guard take(bytes, "{") else { return nil }
    if take(bytes, "}") { return isAtEnd(bytes) ? members : nil }
    repeat {
      guard let name = string(bytes), take(bytes, ":"), let value = value(bytes) else {
        return nil
      }
      members.append((name, value))
    } while take(bytes, ",")
    return take(bytes, "}") && isAtEnd(bytes) ? members : nil
  }

  private mutating func skipSpace(_ bytes: borrowing Span<UInt8>) {
    while position < end, bytes[position] == UInt8(ascii: " ") || bytes[position] == 9 {
      position += 1
    }
  }

  private mutating func isAtEnd(_ bytes: borrowing Span<UInt8>) -> Bool {
    skipSpace(bytes)
    return position == end
  }

  private mutating func take(_ bytes: borrowing Span<UInt8>, _ character: Unicode.Scalar) -> Bool {
    skipSpace(bytes)
    guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value(_ bytes: borrowing Span<UInt8>) -> String? {
    skipSpace(bytes)
    guard position < end else { return nil }
    if bytes[position] == UInt8(ascii: "\"") { return string(bytes) }
    if bytes[position] == UInt8(ascii: "[") || bytes[position] == UInt8(ascii: "{") {
      return nested(bytes)
    }
    let start = position
    while position < end {
      let byte = bytes[position]
      let isWord =
        byte &- UInt8(ascii: "0") <= 9 || (byte | 0x20) &- UInt8(ascii: "a") <= 25
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+")
      guard isWord else { break }
      position += 1
    }
    guard position > start else { return nil }
    let word = NumberText.text(bytes, start..<position)
    return word == "null" ? "" : word
  }

  /// An array or an object, as it stands.
  private mutating func nested(_ bytes: borrowing Span<UInt8>) -> String? {
    let start = position
    var depth = 0
    repeat {
      guard position < end else { return nil }
      switch bytes[position] {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: "\""):
        guard string(bytes) != nil else { return nil }
        continue
      default: break
      }
      position += 1
    } while depth > 0
    return NumberText.text(bytes, start..<position)
  }

  private mutating func string(_ bytes: borrowing Span<UInt8>) -> String? {
    guard take(bytes, "\"") else { return nil }
    var text: [UInt8] = []
    while position < end {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escape(bytes) else { return nil }
        text += Array(String(scalar).utf8)
      // A control character would break the line that export writes.
      case 0..<32: return nil
      default: text.append(byte)
      }
    }
    return nil
  }

  private mutating func escape(_ bytes: borrowing Span<UInt8>) -> Unicode.Scalar? {
    guard position < end else { return nil }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "u"):
      guard end - position >= 4,
        let value = NumberText.hexadecimal(bytes, position..<(position + 4)), value >= 32
      else { return nil }
      position += 4
      return Unicode.Scalar(UInt32(value))
    default: return nil
    }
  }
}
