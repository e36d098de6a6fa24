package import TraceModel

extension TraceFile {
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
