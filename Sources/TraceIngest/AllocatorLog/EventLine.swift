import TraceModel

/// Any line of an allocator log's text spelling.
enum EventLine {
  case event(RawEvent)
  case stack(StackDefinition)
  case header(LogHeader)
  /// Begins like an event, but is none.
  case malformed(reason: String)
  /// A comment or an empty line.
  case ignored
  /// What another program printed in between.
  case otherText

  init(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
    guard !range.isEmpty else {
      self = .ignored
      return
    }
    let first = bytes[range.lowerBound]
    if first == UInt8(ascii: "#") {
      self = EventLine.comment(NumberText.text(bytes, range))
    } else if first &- UInt8(ascii: "0") <= 9 {
      self = EventLine.event(bytes, range)
    } else if NumberText.hasPrefix(bytes, range, "stack ") {
      self = EventLine.stackDefinition(bytes, range)
    } else {
      self = .otherText
    }
  }

  private static func comment(_ text: String) -> EventLine {
    LogHeader(source: 0, firstEvent: 0, text: text).map(EventLine.header) ?? .ignored
  }

  private static func event(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> EventLine {
    let words = words(NumberText.text(bytes, range))
    guard words.count >= 2, words[1].hasPrefix("tid=") else {
      return words.dropFirst().contains { $0.hasPrefix("tid=") }
        ? .malformed(reason: "time, tid= and operation do not stand one space apart") : .otherText
    }
    guard let time = number(words[0]) else { return .malformed(reason: "the time is no number") }
    guard let thread = number(words[1].dropFirst(4)) else {
      return .malformed(reason: "tid= is no number")
    }
    guard words.count >= 3, !words[2].isEmpty, !words[2].contains("=") else {
      return .malformed(reason: "the operation is missing")
    }
    let operation = EventOperation(name: String(words[2]))
    return .event(
      RawEvent(
        time: time, thread: thread, operation: operation,
        keys: keys(words.dropFirst(3), of: operation)))
  }

  /// `key=value` words; a bare word after a text value belongs to it, as in `file=/a b.wasm`, and
  /// stands for itself after a number or another bare word, as in `image load`.
  private static func keys(
    _ words: ArraySlice<Substring>, of operation: EventOperation
  ) -> [(name: String, value: String)] {
    var keys: [(name: String, value: String)] = []
    for word in words {
      if let equals = word.firstIndex(of: "="), equals > word.startIndex {
        keys.append((String(word[..<equals]), String(word[word.index(after: equals)...])))
      } else if let last = keys.last, !last.name.isEmpty,
        EventShape.kind(of: last.name, in: operation) == .text
      {
        keys[keys.count - 1].value += " " + word
      } else if !word.isEmpty {
        keys.append(("", String(word)))
      }
    }
    return keys
  }

  /// `stack ID [parent=ID] [frame=]FRAME`: the frame is the rest of the line.
  private static func stackDefinition(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>
  ) -> EventLine {
    var word = nextWord(bytes, from: range.lowerBound + 6, end: range.upperBound)
    guard let id = NumberText.unsigned(bytes, word) else { return .otherText }
    var parent: StackID?
    while word.upperBound < range.upperBound {
      word = nextWord(bytes, from: word.upperBound + 1, end: range.upperBound)
      guard NumberText.hasPrefix(bytes, word, "parent=") else {
        let start = word.lowerBound + (NumberText.hasPrefix(bytes, word, "frame=") ? 6 : 0)
        return .stack(
          definition(id, parent, NumberText.text(bytes, start..<range.upperBound)))
      }
      // The store keeps the number + 1.
      guard let value = NumberText.unsigned(bytes, (word.lowerBound + 7)..<word.upperBound),
        value < .max
      else { return .malformed(reason: "parent= is no number") }
      parent = StackID(rawValue: value)
    }
    return .stack(definition(id, parent, ""))
  }

  private static func definition(
    _ id: UInt64, _ parent: StackID?, _ frame: String
  ) -> StackDefinition {
    StackDefinition(id: StackID(rawValue: id), parent: parent, frame: frame, firstEvent: 0)
  }

  /// What stands between a place and the next space.
  private static func nextWord(
    _ bytes: borrowing Span<UInt8>, from start: Int, end: Int
  ) -> Range<Int> {
    let start = min(start, end)
    var place = start
    while place < end, bytes[place] != UInt8(ascii: " ") { place += 1 }
    return start..<place
  }

  /// Single spaces separate words; empty words matter only inside text values.
  private static func words(_ text: String) -> [Substring] {
    text.split(separator: " ", omittingEmptySubsequences: false)
  }

  private static func number(_ text: Substring) -> UInt64? {
    let bytes = Array(text.utf8)
    return NumberText.unsigned(bytes.span, 0..<bytes.count)
  }
}
