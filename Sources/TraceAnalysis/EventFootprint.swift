package import TraceModel

/// Footprints of moments of an event log.
package enum EventFootprint {
  /// A row for each category and thread.
  package static func footprint(
    of cells: [CellBytes], measure: Measure, at peak: Peak, covers: Set<MemoryCategory>
  ) -> Footprint {
    let rows = cells.compactMap { cell -> FootprintRow? in
      let bytes = measure == .reserved ? cell.reserved : cell.committed
      guard bytes != 0 else { return nil }
      return FootprintRow(
        cell.cell.category, ByteCount(bytes), thread: "\(cell.cell.thread)", count: cell.count)
    }
    return footprint(rows, measure: measure, at: peak, covers: covers)
  }

  /// A row for each category, thread and call stack.
  package static func footprint(
    of sites: SiteAggregator, at peak: Peak, covers: Set<MemoryCategory>
  ) -> Footprint {
    let rows = sites.sites.compactMap { site, totals -> FootprintRow? in
      guard totals.bytes != 0 else { return nil }
      return FootprintRow(
        site.category, ByteCount(totals.bytes), thread: "\(site.thread)",
        site: site.stack.map { "\($0.rawValue)" }, count: totals.blocks)
    }
    return footprint(rows, measure: .committed, at: peak, covers: covers)
  }

  private static func footprint(
    _ rows: [FootprintRow], measure: Measure, at peak: Peak, covers: Set<MemoryCategory>
  ) -> Footprint {
    var footprint = Footprint(
      measure: measure, source: .events, rows: rows, covers: covers.union([.unattributed]),
      timeNanoseconds: peak.time, event: peak.event)
    footprint.sortRows()
    return footprint
  }
}
