import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

extension DiffSide {
  /// The footprint that a file holds, under the name that the user gave it.
  init(path: String, from requested: FootprintSource? = nil) throws {
    try self.init(try FootprintInput(path: path), path: path, from: requested)
  }

  /// The footprint of an input that is open.
  init(_ input: FootprintInput, path: String, from requested: FootprintSource? = nil) throws {
    switch input {
    case .estimate(let estimate): self.init(estimate, name: path)
    case .store(let store): try self.init(store, from: requested)
    }
  }

  /// What a store measured, with the dump whose lines `--fields` compares.
  init(_ store: TraceFile, from requested: FootprintSource? = nil) throws {
    let snapshots = try store.snapshots()
    let latest = snapshots.lastIndex { $0.isComplete }
    let split = latest.map { SnapshotFootprint.footprint(of: snapshots[$0], index: $0) }
    let isFromEvents = store.summary.eventCount > 0 && requested != .snapshots
    let shown = isFromEvents ? latest : SnapshotFootprint.peak(of: snapshots)?.index
    self.init(
      try StoreFootprint(store: store, requested: requested).peakOrNothing(), name: store.path,
      labels: store.metadata.labels, globalHeapSplit: isFromEvents ? split : nil,
      snapshot: shown.map { snapshots[$0] })
  }
}

extension StoreFootprint {
  /// The committed peak; a store without what it needs covers nothing, and a diff then says so.
  fileprivate func peakOrNothing() throws -> Footprint {
    do {
      return try peak(.committed)
    } catch let error as TraceError where error.code == .insufficientData {
      return Footprint(measure: .committed, source: .snapshots, rows: [], covers: [])
    }
  }
}
