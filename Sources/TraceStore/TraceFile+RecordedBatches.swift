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

extension TraceFile {
  /// The times of a row group's events.
  package func times(of group: RowGroup) throws(TraceError) -> [UInt64] {
    try Interruption.check()
    let columns = try GroupReader(input: input, group: group).columns {
      $0 == ColumnID.times.rawValue
    }
    return try group.locating(in: path) { () throws(TraceError) -> [UInt64] in
      try columns.values(.times, count: group.rows)
    }
  }
}
