import TraceModel
import TraceStore

/// One of several stores that become one.
struct MergedPart {
  let store: TraceFile
  /// The events that it holds of the trace which it is a slice of; nil for a whole store.
  var slice: TraceSlice? { store.metadata.slice }
  var hasEvents: Bool { store.summary.eventCount > 0 }
  var path: String { store.path }

  init(path: String) throws {
    store = try TraceFile(path: path)
    if hasEvents, store.metadata.leavesAddressesOut { throw store.noAddresses }
  }

  private var firstTime: UInt64 { store.summary.firstTime ?? 0 }
  private var lastTime: UInt64 { store.summary.lastTime ?? 0 }

  /// Whether it begins with what an earlier part of its trace left.
  var continues: Bool { (slice?.events.lowerBound ?? 0) > 0 }

  /// Parts with events in their order, then those with dumps only.
  static func ordered(_ parts: [MergedPart]) -> [MergedPart] {
    let areSlices = parts.allSatisfy { $0.slice != nil || !$0.hasEvents }
    let logs = parts.enumerated().filter(\.element.hasEvents).sorted { left, right in
      let (first, second) = (left.element, right.element)
      if areSlices, let one = first.slice?.events, let two = second.slice?.events {
        return (one.lowerBound, one.upperBound, left.offset)
          < (two.lowerBound, two.upperBound, right.offset)
      }
      return (first.firstTime, first.lastTime, left.offset)
        < (second.firstTime, second.lastTime, right.offset)
    }
    return logs.map(\.element) + parts.filter { !$0.hasEvents }
  }

  /// Throws where this part's events do not follow those of the one before it.
  func check(after before: MergedPart) throws(TraceError) {
    try checkProcess(with: before)
    guard let own = slice?.events, continues || before.slice != nil else {
      guard firstTime >= before.lastTime else { throw overlap(with: before) }
      return
    }
    let end = before.slice?.events.upperBound ?? before.store.summary.eventCount
    if own.lowerBound < end, own.lowerBound > 0 || before.slice != nil {
      throw TraceError(
        .malformed,
        "its events \(own.lowerBound) to \(min(end, own.upperBound) - 1) of the trace are in "
          + "\(before.path), too",
        at: SourceLocation(file: path), remedy: "cut slices that follow one another")
    }
    guard own.lowerBound == end else {
      throw TraceError(
        .malformed,
        "the trace's events \(end) to \(own.lowerBound - 1) are missing between \(before.path) and it",
        at: SourceLocation(file: path), remedy: "cut slices that follow one another")
    }
  }

  /// Throws where both say whose events they hold, and that is not one process: their addresses mean
  /// different memory.
  private func checkProcess(with before: MergedPart) throws(TraceError) {
    let own = Set(try store.logHeaders().compactMap(\.process))
    let other = Set(try before.store.logHeaders().compactMap(\.process))
    guard let one = own.min(), let another = other.min(), own.isDisjoint(with: other) else {
      return
    }
    throw TraceError(
      .malformed,
      "it is of process \(one), and \(before.path) of process \(another): these are two runs",
      at: SourceLocation(file: path), remedy: "memtrace diff compares two runs")
  }

  private func overlap(with before: MergedPart) -> TraceError {
    TraceError(
      .malformed,
      "it begins at \(firstTime) ns, before \(before.path) ends at \(before.lastTime) ns: which "
        + "block a free of the one ends in the other cannot be known",
      at: SourceLocation(file: path),
      remedy: "record the process into one log, or ingest its logs in order")
  }
}
