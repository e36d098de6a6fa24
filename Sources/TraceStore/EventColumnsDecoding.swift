import TraceModel

extension EventColumns {
  /// The batch whose columns these are; columns that were not read leave zeros or nothing.
  ///
  /// Without `reading`, which knows the row groups before, version 3 has no addresses.
  static func batch(
    _ columns: ColumnSet, group: RowGroup, selection: Selection, version: UInt32,
    reading: inout AddressReading?
  ) throws(TraceError) -> EventBatch {
    var batch = EventBatch(firstEvent: group.firstRow)
    batch.shapeTable = try shapes(columns.blob(.shapeTable))
    batch.shapes = try places(columns, rows: group.rows, below: batch.shapeTable.count)
    let traits = batch.shapeTable.map(ShapeColumns.init)
    if selection.parts.contains(.times) {
      batch.times =
        version < 3
        ? try columns.values(.times, count: group.rows)
        : try TimeColumns.times(
          columns, shapes: batch.shapes, kinds: traits.map(\.stepKind), version: version)
    }
    batch.threads = try columns.values(.threads, count: group.rows)
    batch.sizes = try spread(
      columns.values(.sizes), over: batch.shapes, where: traits.map(\.hasSize))
    if selection.parts.contains(.stacks) {
      batch.stacks = try spread(
        columns.values(.stacks), over: batch.shapes, where: traits.map(\.hasStack))
    }
    if selection.isRecorded { try readExtras(columns, into: &batch) }
    if version < 3 {
      if selection.isRecorded {
        batch.addresses = try spread(
          columns.values(.addresses), over: batch.shapes, where: traits.map(\.hasAddress))
        batch.olds = try spread(
          columns.values(.olds), over: batch.shapes, where: traits.map(\.hasOld))
      }
      if selection.isDerived {
        batch.derived = try EarlierEventColumns.derived(columns, batch: batch, traits: traits)
      }
      return batch
    }
    let isMatched = try columns.values(.firstAllocation).count == 1
    batch.derived =
      isMatched || !selection.isRecorded
      ? try derived(columns, batch: batch, traits: traits, selection)
      : DerivedColumns(unmatched: batch.count)
    if selection.isRecorded {
      batch.addresses = Array(repeating: 0, count: batch.count)
      batch.olds = batch.addresses
    }
    try reading?.fill(&batch, from: columns)
    if !selection.isDerived { batch.derived = DerivedColumns() }
    return batch
  }

  /// The rows' places in the table of shapes, each of which must be there.
  private static func places(
    _ columns: ColumnSet, rows: Int, below limit: Int
  ) throws(TraceError) -> [UInt16] {
    let places: [UInt16]
    var largest: UInt16 = 0
    if let column = columns[.shapes], column.encoding == .packed {
      guard column.valueCount == rows else { throw ByteReader.damaged }
      places = try FixedWidthCoding.decodePackedNarrow(column.content, count: rows)
    } else {
      let values = try columns.values(.shapes, count: rows)
      guard values.allSatisfy({ $0 <= UInt64(UInt16.max) }) else { throw ByteReader.damaged }
      places = values.map { UInt16(truncatingIfNeeded: $0) }
    }
    for place in places { largest = max(largest, place) }
    guard places.isEmpty || Int(largest) < limit else { throw ByteReader.damaged }
    return places
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
    guard shapes.count <= TraceFileFormat.Limit.shapes else { throw ByteReader.damaged }
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
    let rows = shapes.count
    let masks = present.map { $0 ? UInt64.max : 0 }
    var next = 0
    let dense = unsafe [UInt64](unsafeUninitializedCapacity: rows) { buffer, count in
      var row = 0
      unsafe values.withUnsafeBufferPointer { values in
        unsafe shapes.withUnsafeBufferPointer { shapes in
          unsafe masks.withUnsafeBufferPointer { masks in
            while row < rows, next < values.count {
              let mask = unsafe masks[Int(shapes[row])]
              unsafe buffer[row] = values[next] & mask
              next &+= Int(truncatingIfNeeded: mask & 1)
              row &+= 1
            }
            // No row may have a value where none is left.
            while row < rows {
              next &+= unsafe Int(truncatingIfNeeded: masks[Int(shapes[row])] & 1)
              unsafe buffer[row] = 0
              row &+= 1
            }
          }
        }
      }
      count = rows
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
      let values = try columns.values(number: number)
      if field.kind == .text, let largest = values.max(), largest >= UInt64(batch.strings.count) {
        throw ByteReader.damaged
      }
      batch.extras[field] = values
      number += 1
    }
    var rows = batch.shapeTable.map { _ in 0 }
    for shape in batch.shapes { rows[Int(shape)] += 1 }
    var expected: [EventField: Int] = [:]
    for (shape, count) in zip(batch.shapeTable, rows) where count > 0 {
      for field in shape.fields where !EventBatch.isCore(field) {
        expected[field, default: 0] += count
      }
    }
    for (field, count) in expected where batch.extras[field]?.count != count {
      throw ByteReader.damaged
    }
  }

  private static func derived(
    _ columns: ColumnSet, batch: EventBatch, traits: [ShapeColumns], _ selection: Selection
  ) throws(TraceError) -> DerivedColumns {
    var derived = DerivedColumns(unmatched: batch.count)
    let first = try columns.values(.firstAllocation, count: 1)
    derived.firstAllocation = first[0]
    // The ordinals of the batch's own allocations must not wrap.
    guard first[0] <= UInt64.max >> 1 else { throw ByteReader.damaged }
    derived.farReleases = try farReleases(columns)
    try readBlocks(columns, of: batch, traits, into: &derived)
    guard selection.isDerived else { return derived }
    derived.adjustments = try AdjustmentColumns.adjustments.adjustments(columns, rows: batch.count)
    derived.instanceChanges = try instanceChanges(columns, rows: batch.count)
    derived.checkpoint = try checkpoint(columns)
    return derived
  }

  static func farReleases(_ columns: ColumnSet) throws(TraceError) -> [ReleasedBlock] {
    let sizes = try columns.values(.farSizes)
    let threads = try columns.values(.farThreads, count: sizes.count)
    let categories = try columns.values(.farCategories, count: sizes.count)
    let stacks = try columns.values(.farStacks, count: sizes.count)
    let known = UInt64(MemoryCategory.allCases.count)
    guard categories.allSatisfy({ $0 < known }) else { throw ByteReader.damaged }
    return sizes.indices.map { row in
      ReleasedBlock(
        size: sizes[row], thread: threads[row],
        category: UInt8(truncatingIfNeeded: categories[row]), stack: present(stacks[row]))
    }
  }

  static func instanceChanges(
    _ columns: ColumnSet, rows: Int
  ) throws(TraceError) -> [InstanceChange] {
    let changes = try AdjustmentColumns.instances.adjustments(columns, rows: rows)
    let instances = try columns.values(.instances, count: changes.count)
    return zip(instances, changes).map(InstanceChange.init)
  }

  static func checkpoint(_ columns: ColumnSet) throws(TraceError) -> [CellBytes] {
    let categories = try columns.values(.checkpointCategories)
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
