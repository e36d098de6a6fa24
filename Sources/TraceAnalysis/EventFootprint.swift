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
    of sites: SiteAggregator, measure: Measure, at peak: Peak, covers: Set<MemoryCategory>
  ) -> Footprint {
    let rows = sites.list.compactMap { site, totals -> FootprintRow? in
      let bytes = measure == .reserved ? totals.reserved : totals.bytes
      guard bytes != 0 else { return nil }
      return FootprintRow(
        site.category, ByteCount(bytes), thread: "\(site.thread)",
        site: site.stack.map { "\($0.rawValue)" }, count: totals.blocks)
    }
    return footprint(rows, measure: measure, at: peak, covers: covers)
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

extension Footprint {
  /// Resident bytes of mappings; what shares pages with others is unattributed.
  package init(_ resident: ResidentFootprint) {
    let rest = FootprintRow(.unattributed, resident.rest)
    self.init(
      measure: .resident, source: .events,
      rows: resident.categories.sorted { $0.key < $1.key }
        .map { FootprintRow($0.key, $0.value) } + [rest],
      covers: Set(resident.categories.keys).union([.unattributed]),
      timeNanoseconds: resident.time, event: resident.event)
    sortRows()
  }

  /// Gives what module instances hold rows of their own, taken out of the rows that held it.
  package mutating func tellApart(_ instances: InstanceAggregator) {
    struct Place: Hashable {
      var category: MemoryCategory
      var thread: String?
      var site: String?
    }
    let hasSites = rows.contains { $0.site != nil }
    var places: [Place: Int] = [:]
    for (index, row) in rows.enumerated() where row.container == nil {
      places[Place(category: row.category, thread: row.thread, site: row.site)] = index
    }
    var own: [FootprintRow] = []
    for (holding, totals) in instances.holdings {
      let bytes = ByteCount(measure == .reserved ? totals.reserved : totals.committed)
      let thread = "\(holding.thread)"
      let site = hasSites ? holding.stack.map { "\($0)" } : nil
      guard bytes != .zero,
        let place = places[Place(category: holding.category, thread: thread, site: site)]
      else { continue }
      rows[place].bytes -= bytes
      rows[place].count -= totals.count
      own.append(
        FootprintRow(
          holding.category, bytes, thread: thread, instance: "\(holding.instance)", site: site,
          count: totals.count))
    }
    rows = rows.filter { $0.bytes != .zero } + own
    sortRows()
  }
}
