import TraceModel

/// The columns that changes of live bytes are kept in: those of all, or those of module instances.
struct AdjustmentColumns {
  let rows: ColumnID
  let categories: ColumnID
  let threads: ColumnID
  let owners: ColumnID
  let stacks: ColumnID
  let committed: ColumnID
  let reserved: ColumnID
  let counts: ColumnID

  static let adjustments = AdjustmentColumns(
    rows: .adjustmentRows, categories: .adjustmentCategories, threads: .adjustmentThreads,
    owners: .adjustmentOwners, stacks: .adjustmentStacks, committed: .adjustmentCommitted,
    reserved: .adjustmentReserved, counts: .adjustmentCounts)

  static let instances = AdjustmentColumns(
    rows: .instanceRows, categories: .instanceCategories, threads: .instanceThreads,
    owners: .instanceOwners, stacks: .instanceStacks, committed: .instanceCommitted,
    reserved: .instanceReserved, counts: .instanceCounts)

  func columns(_ changes: [Adjustment]) -> [Column] {
    [
      Column(rows, .delta, changes.map { UInt64($0.row) }),
      Column(categories, .varint, changes.map { UInt64($0.category.code) }),
      Column(threads, .delta, changes.map(\.allocatingThread)),
      Column(owners, .delta, changes.map { EventColumns.optional($0.owner) }),
      Column(stacks, .varint, changes.map { EventColumns.optional($0.stack) }),
      Column(committed, .varint, changes.map { ZigZag.encode($0.committed) }),
      Column(reserved, .varint, changes.map { ZigZag.encode($0.reserved) }),
      Column(counts, .varint, changes.map { ZigZag.encode($0.count) }),
    ]
  }

  func adjustments(_ columns: ColumnSet, rows limit: Int) throws(TraceError) -> [Adjustment] {
    let places = try columns.values(rows)
    let categories = try columns.values(categories, count: places.count)
    let threads = try columns.values(threads, count: places.count)
    let owners = try columns.values(owners, count: places.count)
    let stacks = try columns.values(stacks, count: places.count)
    let committed = try columns.values(committed, count: places.count)
    let reserved = try columns.values(reserved, count: places.count)
    let counts = try columns.values(counts, count: places.count)
    var adjustments: [Adjustment] = []
    for index in places.indices {
      guard places[index] < UInt64(limit),
        let category = EventColumns.category(categories[index])
      else { throw ByteReader.damaged }
      adjustments.append(
        Adjustment(
          row: Int(places[index]), category: category, allocatingThread: threads[index],
          owner: EventColumns.present(owners[index]), stack: EventColumns.present(stacks[index]),
          committed: ZigZag.decode(committed[index]), reserved: ZigZag.decode(reserved[index]),
          count: ZigZag.decode(counts[index])))
    }
    return adjustments
  }
}
