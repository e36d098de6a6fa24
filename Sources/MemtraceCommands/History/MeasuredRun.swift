import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

/// What a history keeps of a store.
struct MeasuredRun {
  private(set) var rows: [HistoryRow] = []
  private(set) var details: [HistoryDetail] = []

  init(_ store: TraceFile) throws {
    let source = StoreFootprint(store: store)
    let snapshots = try store.snapshots()
    let rule = SeriesKindRule(
      hasSeveralThreads: store.summary.threadPeaks.count > 1
        || Set(snapshots.map(\.thread)).count > 1)
    let isFromEvents = try source.source() == .events
    let peak = try source.peak(.committed, by: isFromEvents ? [.category, .site] : [.category])
    rows = HistoryRow.rows(of: peak, rule: rule)
    if isFromEvents {
      details = HistoryDetail.details(of: peak, frames: try store.frames(ofSites: peak.rows))
    }
    if isFromEvents, store.summary.residentPeak != nil || store.summary.residentFootprint != nil {
      rows += HistoryRow.rows(of: try source.peak(.resident), rule: rule)
    }
    if let best = SnapshotFootprint.peak(of: snapshots) {
      // A log without call stacks cannot split what the dumps tell apart.
      rows += HistoryRow.rows(of: best.footprint, rule: rule).filter { row in
        isFromEvents && !peak.covers.contains(row.category)
      }
      rows += HistoryRow.rows(
        of: SnapshotFootprint.used(of: best.snapshot, index: best.index), rule: rule)
    }
  }
}
