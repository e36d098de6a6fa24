import TraceAnalysis
import TraceModel
import TraceReport
import TraceStore

/// Sites of a store at a moment, with their frames.
struct SiteQuery {
  let store: TraceFile
  /// What the system mapped for the host, which has no call stack.
  var leavesImagesOut = false

  func selection(at moment: Moment, limit: Int) throws -> SiteSelection {
    guard store.summary.eventCount > 0 else {
      throw TraceError(
        .insufficientData, "the store has no events", at: SourceLocation(file: store.path),
        remedy: "call stacks come from an allocator log; a dump has none")
    }
    if case .peak = moment, !leavesImagesOut, limit <= LargestSites.limit,
      let kept = store.summary.peakSites
    {
      return try selection(of: kept, moment: moment, limit: limit)
    }
    let last: UInt64? =
      switch moment {
      case .peak: store.summary.committedPeak.event
      case .end: .max
      case .time(let time): try lastEvent(until: time)
      }
    var sites = SiteAggregator(through: last ?? 0)
    if let last { try store.fold(&sites, through: last) }
    let shown = sites.liveSites.filter { site in
      !leavesImagesOut || site.category != .host || site.stack != nil
    }
    return try selection(of: LargestSites(of: shown, limit: limit), moment: moment, limit: limit)
  }

  /// What ingest found out, or a scan.
  private func selection(
    of kept: LargestSites, moment: Moment, limit: Int
  ) throws -> SiteSelection {
    let stacks = CallStacks(try store.stacks())
    let reports = kept.largest.map { site in
      let stack = site.stack.map(StackID.init(rawValue:))
      return SiteReport(
        stack: stack, category: site.category, thread: "\(site.thread)",
        bytes: ByteCount(site.bytes), blocks: site.blocks, allocations: site.allocations,
        allocatedBytes: ByteCount(site.allocatedBytes), frames: stacks.frames(of: stack))
    }
    var selection = SiteSelection(reports, moment: moment.name, limit: limit)
    selection.restCount += kept.restCount
    selection.restBytes += ByteCount(kept.restBytes)
    selection.restBlocks += kept.restBlocks
    return selection
  }

  /// The last event before the clock passes a time; nil where the first is later.
  private func lastEvent(until time: UInt64) throws -> UInt64? {
    var last: UInt64?
    for group in store.rangeGroups {
      let batch = try store.aggregates(of: group, .times)
      for row in 0..<batch.count {
        guard batch.times[row] <= time else { return try known(last) }
        last = batch.firstEvent + UInt64(row)
      }
    }
    return try known(last)
  }

  /// Refuses a moment before a slice, whose opening events say nothing of it.
  private func known(_ last: UInt64?) throws -> UInt64? {
    guard last != nil || store.metadata.openingEvents == 0 else {
      throw TraceError(
        .insufficientData, "the slice begins at \(store.summary.firstTime ?? 0) ns",
        at: SourceLocation(file: store.path), remedy: "ask the whole trace for earlier moments")
    }
    return last
  }
}
