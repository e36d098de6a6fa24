import TraceModel

/// What versions 1 and 2 say of blocks: releases name events rather than allocations.
enum EarlierEventColumns {
  static func derived(
    _ columns: ColumnSet, batch: EventBatch, traits: [ShapeColumns]
  ) throws(TraceError) -> DerivedColumns {
    var derived = DerivedColumns(unmatched: batch.count)
    let categories = try columns.values(.categories)
    let releases = try columns.values(.releases)
    /// For each row the number of allocations before it.
    var places: [UInt64] = []
    places.reserveCapacity(batch.count)
    var events = [UInt64](repeating: 0, count: batch.count)
    var nextRelease = 0
    for row in 0..<batch.count {
      let trait = traits[Int(batch.shapes[row])]
      places.append(UInt64(derived.allocationRows.count))
      if trait.begins {
        guard derived.allocationRows.count < categories.count else { throw ByteReader.damaged }
        let code = categories[derived.allocationRows.count]
        guard code == UInt64(DerivedColumns.noCategory) || EventColumns.category(code) != nil
        else { throw ByteReader.damaged }
        derived.categories[row] = UInt8(code)
        derived.allocationRows.append(Int32(row))
      }
      if trait.ends {
        guard nextRelease < releases.count else { throw ByteReader.damaged }
        events[row] = releases[nextRelease]
        nextRelease += 1
      }
    }
    let missed = try columns.values(.missedRows)
    for (row, release) in zip(missed, try columns.values(.missedReleases, count: missed.count)) {
      guard row < UInt64(batch.count) else { throw ByteReader.damaged }
      events[Int(row)] = release
    }
    derived.farReleases = try EventColumns.farReleases(columns)
    // How many allocations there were before is not known, nor asked: one stands for all of them.
    derived.firstAllocation = derived.farReleases.isEmpty ? 0 : 1
    for (row, event) in events.enumerated() where event != 0 {
      guard event > batch.firstEvent else {
        derived.releases[row] = 1
        continue
      }
      let origin = event - 1 - batch.firstEvent
      guard origin < UInt64(row), traits[Int(batch.shapes[Int(origin)])].begins else {
        throw ByteReader.damaged
      }
      derived.releases[row] = derived.firstAllocation + places[Int(origin)] + 1
    }
    derived.adjustments = try AdjustmentColumns.adjustments.adjustments(columns, rows: batch.count)
    derived.instanceChanges = try EventColumns.instanceChanges(columns, rows: batch.count)
    derived.checkpoint = try EventColumns.checkpoint(columns)
    try EventColumns.check(derived)
    return derived
  }
}
