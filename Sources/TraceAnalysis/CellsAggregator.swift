package import TraceModel

/// Live bytes by category and thread after chosen events.
///
/// Begins anywhere: each batch carries the live bytes before its first row.
package struct CellsAggregator: Aggregator {
  package static let parts: EventParts = []

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
    var cells = CellSums(batch.derived.checkpoint)
    var next = results.count
    var results = results
    let events = events
    batch.forEachEffect { effect in
      while next < events.count, events[next] < batch.firstEvent + UInt64(effect.row) {
        results.append(cells.present)
        next += 1
      }
      if next < events.count { cells.add(effect) }
    }
    while next < events.count, events[next] < end {
      results.append(cells.present)
      next += 1
    }
    self.results = results
  }
}

/// Live bytes by cell, as effects change them.
private struct CellSums {
  private var sums: [CellBytes] = []
  private var places: [Cell: Int] = [:]
  /// The cell of each category that changed last, by category code.
  private var recent = [(thread: UInt64, place: Int)](repeating: (0, -1), count: 256)

  init(_ checkpoint: [CellBytes]) {
    for bytes in checkpoint { sums[place(of: bytes.cell)] = bytes }
  }

  @inline(__always)
  mutating func add(_ effect: Effect) {
    let last = recent[Int(effect.category)]
    var place = last.place
    if place < 0 || last.thread != effect.thread {
      place = self.place(of: effect.cell)
      recent[Int(effect.category)] = (effect.thread, place)
    }
    sums[place].committed &+= effect.committed
    sums[place].reserved &+= effect.reserved
    sums[place].count &+= effect.count
  }

  private mutating func place(of cell: Cell) -> Int {
    if let known = places[cell] { return known }
    places[cell] = sums.count
    sums.append(CellBytes(cell: cell))
    return sums.count - 1
  }

  /// The cells that hold anything, in order.
  var present: [CellBytes] {
    sums.filter { !$0.isZero }.sorted { $0.cell < $1.cell }
  }
}
