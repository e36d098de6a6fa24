/// What a reader hands on, in input order.
package enum TraceRecord: Sendable {
  /// The header line of an allocator log, as written.
  case logHeader(LogHeader)
  case events(EventBatch)
  /// A `stack` definition of an allocator log.
  case stack(StackDefinition)
  case snapshot(Snapshot)
  case captureLine(CaptureLine)
}

package struct LogHeader: Hashable, Sendable {
  package var source: Int
  /// The ordinal of the first event after it.
  package var firstEvent: UInt64
  /// The line without its end.
  package var text: String
  /// The `key=value` pairs in it.
  package var values: [String: String]

  package init(source: Int, firstEvent: UInt64, text: String, values: [String: String]) {
    self.source = source
    self.firstEvent = firstEvent
    self.text = text
    self.values = values
  }

  package var pageSize: UInt64? { values["pagesize"].flatMap { UInt64($0) } }
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
