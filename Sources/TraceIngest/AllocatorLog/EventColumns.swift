import TraceModel

/// The CSV spelling: a header that names the columns, then one event a row.
struct EventColumns {
  private let names: [String]

  /// Takes the header row; nil where it does not name time, thread and operation.
  init?(header: String) {
    let fields = EventColumns.fields(header)
    guard fields.contains("ts_ns"), fields.contains("tid"), fields.contains("op") else {
      return nil
    }
    names = fields
  }

  /// Whether a header may stand in these bytes.
  static func mayBegin(_ bytes: [UInt8]) -> Bool {
    bytes.indices.dropFirst(2).dropLast(2).contains { place in
      bytes[place] == UInt8(ascii: "_")
        && bytes[(place - 2)...(place + 2)].elementsEqual("ts_ns".utf8)
    }
  }

  /// The event of a row; empty fields, and zeros where the operation has no such key, are absent.
  func event(_ row: String) -> EventLine {
    guard !row.isEmpty else { return .ignored }
    let fields = EventColumns.fields(row)
    guard fields.count == names.count else {
      return fields.count < 3
        ? .otherText
        : .malformed(reason: "\(fields.count) fields where the header names \(names.count)")
    }
    var time: UInt64?
    var thread: UInt64?
    var operation: EventOperation?
    var keys: [(name: String, value: String)] = []
    for (name, field) in zip(names, fields) {
      switch name {
      case "ts_ns": time = EventColumns.number(field)
      case "tid": thread = EventColumns.number(field)
      case "op": operation = field.isEmpty ? nil : EventOperation(name: field)
      default: if !field.isEmpty { keys.append((name, field)) }
      }
    }
    guard let time else { return .malformed(reason: "the time is no number") }
    guard let thread else { return .malformed(reason: "tid is no number") }
    guard let operation else { return .malformed(reason: "the operation is missing") }
    return .event(
      RawEvent(
        time: time, thread: thread, operation: operation,
        keys: FillerKeys.removed(from: keys, of: operation)))
  }

  /// The fields of a row; a quoted field may hold commas and doubled quotes.
  private static func fields(_ row: String) -> [String] {
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var previousWasQuote = false
    for byte in row.utf8 {
      if byte == UInt8(ascii: "\"") {
        if previousWasQuote { field.append(byte) }
        isQuoted.toggle()
        previousWasQuote = !isQuoted
        continue
      }
      previousWasQuote = false
      if byte == UInt8(ascii: ","), !isQuoted {
        fields.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
      } else {
        field.append(byte)
      }
    }
    fields.append(String(decoding: field, as: UTF8.self))
    return fields
  }

  private static func number(_ text: String) -> UInt64? {
    let bytes = Array(text.utf8)
    return NumberText.unsigned(bytes.span, 0..<bytes.count)
  }
}

/// CSV and JSON writers fill every column: what an operation does not have is nil or 0 there.
enum FillerKeys {
  static func removed(
    from keys: [(name: String, value: String)], of operation: EventOperation
  ) -> [(name: String, value: String)] {
    keys.filter { key in
      guard key.value == "(nil)" || key.value == "0" || key.value == "0x0" else { return true }
      return switch key.name {
      case "old": operation == .realloc || operation == .mremap
      case "size": operation != .free
      default: true
      }
    }
  }
}
