/// What a reader hands on, in input order.
package enum TraceRecord: Sendable {
  /// The header line of an allocator log, as written.
  case logHeader(LogHeader)
  case events(EventBatch)
  /// `stack` definitions of an allocator log.
  case stacks(StackBatch)
  case snapshot(Snapshot)
  case captureLine(CaptureLine)
  /// What was handed on so far waits no longer to be written: the input is a live one.
  case flush
}

package struct LogHeader: Hashable, Sendable {
  package var source: Int
  /// The ordinal of the first event after it.
  package var firstEvent: UInt64
  /// The line without its end.
  package let text: String
  /// The number after `#memtrace-log`, and the `key=value` pairs behind it.
  package let version: String?
  package let values: [String: String]

  /// Takes a line that begins with `#memtrace-log`; nil for any other.
  package init?(source: Int, firstEvent: UInt64, text: String) {
    let words = text.utf8.split(separator: UInt8(ascii: " ")).map { Substring($0) }
    guard words.first == "#memtrace-log" else { return nil }
    self.source = source
    self.firstEvent = firstEvent
    self.text = text
    version = words.count > 1 && !words[1].contains("=") ? String(words[1]) : nil
    var values: [String: String] = [:]
    for word in words.dropFirst() {
      guard let equals = word.firstIndex(of: "=") else { continue }
      values[String(word[..<equals])] = String(word[word.index(after: equals)...])
    }
    self.values = values
  }

  package var pageSize: UInt64? { values["pagesize"].flatMap { UInt64($0) } }
  /// The recorded process; on Linux its first thread has the same number.
  package var process: UInt64? { values["pid"].flatMap { UInt64($0) } }
  package var scope: TraceScope? { values["scope"].flatMap(TraceScope.init(rawValue:)) }
}

package struct StackDefinition: Hashable, Sendable {
  package var id: StackID
  package var parent: StackID?
  package var frame: String
  /// The ordinal of the first event after the definition.
  package var firstEvent: UInt64

  package init(id: StackID, parent: StackID?, frame: String, firstEvent: UInt64) {
    self.id = id
    self.parent = parent
    self.frame = frame
    self.firstEvent = firstEvent
  }
}
