package import TraceModel

/// The events of a store as its log had them, from the first one on: where a block is follows from
/// where those before it were.
package struct RecordedEvents {
  private let file: TraceFile
  private var groups: ArraySlice<RowGroup>
  private var addresses: AddressReading?

  fileprivate init(_ file: TraceFile) {
    self.file = file
    groups = file.eventGroups[...]
    addresses = file.metadata.leavesAddressesOut ? nil : AddressReading()
  }

  /// The next row group's events, without derived columns; nil at the end.
  package mutating func next() throws(TraceError) -> EventBatch? {
    guard let group = groups.popFirst() else { return nil }
    return try file.batch(group, .recorded, addresses: &addresses)
  }
}

extension TraceFile {
  /// Reads the events as the log had them; where the store keeps no addresses, they are 0.
  package func recordedEvents() -> RecordedEvents { RecordedEvents(self) }

  /// Hands out the events as the log had them, in order, without derived columns; ends with the row
  /// group that holds the event `last`.
  package func forEachRecordedBatch(
    through last: UInt64 = .max, _ body: (EventBatch) throws -> Void
  ) throws {
    var events = recordedEvents()
    while let batch = try events.next() {
      try body(batch)
      guard batch.firstEvent + UInt64(batch.count) <= last else { return }
    }
  }
}
