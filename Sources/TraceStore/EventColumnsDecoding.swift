import TraceModel

extension EventColumns {
  /// The batch whose columns these are; columns that were not read leave zeros or nothing.
  static func batch(
    _ columns: ColumnSet, group: RowGroup, selection: Selection
  ) throws(TraceError) -> EventBatch {
    var batch = EventBatch(firstEvent: group.firstRow)
    batch.shapeTable = try shapes(columns.blob(.shapeTable))
    let shapeColumn = try columns.values(.shapes, count: group.rows)
    batch.shapes.reserveCapacity(group.rows)
    for shape in shapeColumn {
      guard shape < UInt64(batch.shapeTable.count) else { throw ByteReader.damaged }
      batch.shapes.append(UInt16(truncatingIfNeeded: shape))
    }
    batch.times = try columns.values(.times, count: group.rows)
    batch.threads = try columns.values(.threads, count: group.rows)
    let traits = batch.shapeTable.map(ShapeColumns.init)
    batch.sizes = try spread(
      columns.values(.sizes), over: batch.shapes, where: traits.map(\.hasSize))
    batch.stacks = try spread(
      columns.values(.stacks), over: batch.shapes, where: traits.map(\.hasStack))
    if selection != .aggregated {
      batch.addresses = try spread(
        columns.values(.addresses), over: batch.shapes, where: traits.map(\.hasAddress))
      batch.olds = try spread(
        columns.values(.olds), over: batch.shapes, where: traits.map(\.hasOld))
      try readExtras(columns, into: &batch)
    }
    if selection != .recorded { batch.derived = try derived(columns, batch: batch, traits: traits) }
    return batch
  }

  private static func shapes(_ blob: [UInt8]) throws(TraceError) -> [EventShape] {
    var reader = ByteReader(blob)
    var shapes: [EventShape] = []
    while !reader.isAtEnd {
      let operation = EventOperation(name: try reader.text())
      let count = try reader.count(limit: blob.count)
      var fields: [EventField] = []
      for _ in 0..<count { fields.append(try field(&reader)) }
      shapes.append(EventShape(operation, fields))
    }
    guard shapes.count <= Int(UInt16.max) else { throw ByteReader.damaged }
    return shapes
  }

  private static func field(_ reader: inout ByteReader) throws(TraceError) -> EventField {
    guard let kind = ValueKind(rawValue: UInt8(try reader.count(limit: 255))) else {
      throw ByteReader.damaged
    }
    return EventField(try reader.text(), kind)
  }

  /// Puts the values of a column at the rows that have one, zero elsewhere.
  private static func spread(
    _ values: [UInt64], over shapes: [UInt16], where present: [Bool]
  ) throws(TraceError) -> [UInt64] {
    var dense = [UInt64](repeating: 0, count: shapes.count)
    var next = 0
    for (row, shape) in shapes.enumerated() where present[Int(shape)] {
      guard next < values.count else { throw ByteReader.damaged }
      dense[row] = values[next]
      next += 1
    }
    guard next == values.count else { throw ByteReader.damaged }
    return dense
  }

  private static func readExtras(
    _ columns: ColumnSet, into batch: inout EventBatch
  ) throws(TraceError) {
    batch.strings = try columns.texts(.texts)
    var reader = ByteReader(columns.blob(.extraFields))
    var number = ColumnID.firstExtra
    while !reader.isAtEnd {
      let field = try field(&reader)
      let values = columns.values(number: number)
      if field.kind == .text, let largest = values.max(), largest >= UInt64(batch.strings.count) {
        throw ByteReader.damaged
      }
      batch.extras[field] = values
      number += 1
    }
    var expected: [EventField: Int] = [:]
    for shape in batch.shapes {
      for field in batch.shapeTable[Int(shape)].fields where !EventBatch.isCore(field) {
        expected[field, default: 0] += 1
      }
    }
    for (field, count) in expected where batch.extras[field]?.count != count {
      throw ByteReader.damaged
    }
  }

  private static func derived(
    _ columns: ColumnSet, batch: EventBatch, traits: [ShapeColumns]
  ) throws(TraceError) -> DerivedColumns {
    var derived = DerivedColumns()
    let categories = columns.values(.categories)
    let releases = columns.values(.releases)
    derived.categories = Array(repeating: DerivedColumns.noCategory, count: batch.count)
    derived.releases = Array(repeating: 0, count: batch.count)
    var nextCategory = 0
    var nextRelease = 0
    for row in 0..<batch.count {
      let trait = traits[Int(batch.shapes[row])]
      if trait.begins {
        guard nextCategory < categories.count else { throw ByteReader.damaged }
        let code = categories[nextCategory]
        guard code == UInt64(DerivedColumns.noCategory) || category(code) != nil else {
          throw ByteReader.damaged
        }
        derived.categories[row] = UInt8(code)
        nextCategory += 1
      }
      if trait.ends {
        guard nextRelease < releases.count else { throw ByteReader.damaged }
        derived.releases[row] = releases[nextRelease]
        nextRelease += 1
      }
    }
    let missed = columns.values(.missedRows)
    for (row, release) in zip(missed, try columns.values(.missedReleases, count: missed.count)) {
      guard row < UInt64(batch.count) else { throw ByteReader.damaged }
      derived.releases[Int(row)] = release
    }
    derived.farReleases = try farReleases(columns)
    derived.adjustments = try AdjustmentColumns.adjustments.adjustments(columns, rows: batch.count)
    derived.instanceChanges = try instanceChanges(columns, rows: batch.count)
    derived.checkpoint = try checkpoint(columns)
    try check(derived, firstEvent: batch.firstEvent)
    return derived
  }

  /// A release must name an earlier event whose block began, or stand among the far ones.
  private static func check(
    _ derived: DerivedColumns, firstEvent: UInt64
  ) throws(TraceError) {
    var far = 0
    for (row, release) in derived.releases.enumerated() where release != 0 {
      if release <= firstEvent {
        far += 1
      } else {
        guard release - 1 - firstEvent < UInt64(row),
          derived.categories[Int(release - 1 - firstEvent)] != DerivedColumns.noCategory
        else { throw ByteReader.damaged }
      }
    }
    guard far == derived.farReleases.count else { throw ByteReader.damaged }
  }

  private static func farReleases(_ columns: ColumnSet) throws(TraceError) -> [ReleasedBlock] {
    let sizes = columns.values(.farSizes)
    let threads = try columns.values(.farThreads, count: sizes.count)
    let categories = try columns.values(.farCategories, count: sizes.count)
    let stacks = try columns.values(.farStacks, count: sizes.count)
    var blocks: [ReleasedBlock] = []
    blocks.reserveCapacity(sizes.count)
    for row in sizes.indices {
      guard let category = category(categories[row]) else { throw ByteReader.damaged }
      blocks.append(
        ReleasedBlock(
          size: sizes[row], thread: threads[row], category: category.code,
          stack: present(stacks[row])))
    }
    return blocks
  }

  static func instanceChanges(
    _ columns: ColumnSet, rows: Int
  ) throws(TraceError) -> [InstanceChange] {
    let changes = try AdjustmentColumns.instances.adjustments(columns, rows: rows)
    let instances = try columns.values(.instances, count: changes.count)
    return zip(instances, changes).map(InstanceChange.init)
  }

  private static func checkpoint(_ columns: ColumnSet) throws(TraceError) -> [CellBytes] {
    let categories = columns.values(.checkpointCategories)
    let threads = try columns.values(.checkpointThreads, count: categories.count)
    let committed = try columns.values(.checkpointCommitted, count: categories.count)
    let reserved = try columns.values(.checkpointReserved, count: categories.count)
    let counts = try columns.values(.checkpointCounts, count: categories.count)
    var cells: [CellBytes] = []
    for index in categories.indices {
      guard let category = category(categories[index]) else { throw ByteReader.damaged }
      cells.append(
        CellBytes(
          cell: Cell(category: category, thread: threads[index]),
          committed: ZigZag.decode(committed[index]), reserved: ZigZag.decode(reserved[index]),
          count: ZigZag.decode(counts[index])))
    }
    return cells
  }

  static func category(_ code: UInt64) -> MemoryCategory? {
    code > UInt64(UInt8.max) ? nil : MemoryCategory(rawValue: UInt8(code))
  }

  static func present(_ code: UInt64) -> UInt64? { code == 0 ? nil : code &- 1 }
}
