import TraceModel

/// Records that wait for an earlier one that is still open, in the order of their first lines.
struct RecordQueue {
  /// More are not held back: then a record may come after one that begins later.
  private static let maxHeld = 65536

  private var records: [(line: Int, record: TraceRecord)] = []

  mutating func append(_ record: TraceRecord, line: Int) {
    let place = records.lastIndex { $0.line <= line }.map { $0 + 1 } ?? 0
    records.insert((line, record), at: place)
  }

  /// Takes what begins before `line`, or everything.
  mutating func take(before line: Int?) -> [TraceRecord] {
    var count = records.count
    if let line, count <= RecordQueue.maxHeld {
      count = records.firstIndex { $0.line >= line } ?? count
    }
    defer { records.removeFirst(count) }
    return records.prefix(count).map(\.record)
  }
}
