import TraceModel
import TraceStore

extension TraceFile {
  /// The row groups of events without a slice's opening events.
  var rangeGroups: [RowGroup] { eventGroups.filter { $0.firstEvent >= metadata.openingEvents } }

  /// What was live when a slice began, and the event after which it stood; nil for a whole trace.
  func opening() throws -> (bytes: Int64, event: UInt64)? {
    guard metadata.openingEvents > 0 else { return nil }
    let event = metadata.openingEvents - 1
    let cells = try cells(after: [event]).first ?? []
    return (cells.reduce(0) { $0 &+ $1.committed }, event)
  }
}
