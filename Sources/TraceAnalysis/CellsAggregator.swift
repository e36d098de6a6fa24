package import TraceModel

/// Live bytes by category and thread after chosen events.
///
/// Begins anywhere: each batch carries the live bytes before its first row.
package struct CellsAggregator: Aggregator {
  /// For each chosen event, in order, the cells that hold anything.
  package private(set) var results: [[CellBytes]] = []
  private let events: [UInt64]

  /// Takes the ordinals of the chosen events, in order.
  package init(after events: [UInt64]) {
    self.events = events
  }

  package mutating func consume(_ batch: EventBatch) {
    let end = batch.firstEvent + UInt64(batch.count)
    guard results.count < events.count, events[results.count] < end else { return }
    var cells: [Cell: CellBytes] = [:]
    for bytes in batch.derived.checkpoint { cells[bytes.cell] = bytes }
    var next = results.count
    var results = results
    let events = events
    batch.forEachEffect { effect in
      while next < events.count, events[next] < batch.firstEvent + UInt64(effect.row) {
        results.append(CellsAggregator.present(cells))
        next += 1
      }
      let cell = effect.cell
      var bytes = cells[cell] ?? CellBytes(cell: cell)
      bytes.committed &+= effect.committed
      bytes.reserved &+= effect.reserved
      bytes.count &+= effect.count
      cells[cell] = bytes
    }
    while next < events.count, events[next] < end {
      results.append(CellsAggregator.present(cells))
      next += 1
    }
    self.results = results
  }

  private static func present(_ cells: [Cell: CellBytes]) -> [CellBytes] {
    cells.values.filter { !$0.isZero }.sorted { $0.cell < $1.cell }
  }
}
