import TraceAnalysis
import TraceModel

/// Matched batches, cut before an event: the rest behind the opening events that stand for what is
/// cut off.
struct CutLog {
  var batches: [EventBatch] = []
  var summary: TraceSummary
  /// The opening events' ordinals in the whole log.
  private(set) var opening: [UInt64] = []

  /// `matcher` makes one that has matched nothing: copies of one would share their blocks.
  init(_ whole: [EventBatch], before cut: UInt64, matcher: () -> EventMatcher) {
    var chooser = OpeningEvents(matcher())
    for batch in whole where batch.firstEvent < cut {
      chooser.consume(CutLog.rows(of: batch) { $0 < cut })
    }
    var selection = chooser.selection
    var cutBatches: [EventBatch] = []
    var count: UInt64 = 0
    for isOpening in [true, false] {
      for batch in whole {
        let part = CutLog.rows(of: batch, firstEvent: count) { event in
          guard event < cut else { return !isOpening }
          let shape = batch.shapes[Int(event - batch.firstEvent)]
          return isOpening
            && selection.keeps(batch.shapeTable[Int(shape)].operation, event: event)
        }
        count += UInt64(part.count)
        if !part.isEmpty { cutBatches.append(part) }
      }
      if isOpening { opening = Array(repeating: 0, count: Int(count)) }
    }
    var matcher = matcher()
    matcher.openingEvents = UInt64(opening.count)
    for index in cutBatches.indices { matcher.match(&cutBatches[index]) }
    batches = cutBatches
    summary = matcher.summary
  }

  /// The cells after the last opening event and after every other one.
  var cells: [[CellBytes]] {
    let first = UInt64(max(opening.count, 1) - 1)
    var aggregator = CellsAggregator(after: Array(first..<summary.eventCount))
    for batch in batches { aggregator.consume(batch) }
    return opening.isEmpty ? [[]] + aggregator.results : aggregator.results
  }

  /// What module instances hold at the end.
  func instances() -> [InstanceAggregator.Holding: Int64] {
    var aggregator = InstanceAggregator(through: .max)
    for batch in batches {
      aggregator.consume(batch.derived.instanceChanges, firstEvent: batch.firstEvent)
    }
    return aggregator.holdings.mapValues(\.committed)
  }

  private static func rows(
    of batch: EventBatch, firstEvent: UInt64? = nil, where keeps: (UInt64) -> Bool
  ) -> EventBatch {
    var rows = CollectedEvents()
    var cursor = EventCursor(batch)
    for row in 0..<UInt64(batch.count) {
      if keeps(batch.firstEvent + row) { rows.add(&cursor) } else { cursor.skip() }
    }
    return rows.take(firstEvent: firstEvent ?? batch.firstEvent)
  }
}
