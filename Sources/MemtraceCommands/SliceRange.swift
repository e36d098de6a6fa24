import TraceModel
import TraceStore

extension TraceFile {
  /// The events from the first one at `from` or later to the last one at `to` or earlier.
  ///
  /// nil where there are none. Opening events of a slice are none of its range.
  func range(from: UInt64?, to: UInt64?) throws -> Range<UInt64>? {
    let from = from ?? 0
    let to = to ?? .max
    // Where no time steps back, all events behind the first one that is too late are too late.
    let isOrdered = summary.backwardTimes == 0
    var first: UInt64?
    var end: UInt64?
    for group in rangeGroups {
      let times = try aggregates(of: group, .times).times
      for (row, time) in times.enumerated() {
        let event = group.firstEvent + UInt64(row)
        if first == nil, time >= from { first = event }
        if first != nil, time <= to { end = event + 1 }
      }
      if isOrdered, let last = times.last, last > to { break }
    }
    guard let first, let end, first < end else { return nil }
    return first..<end
  }
}
