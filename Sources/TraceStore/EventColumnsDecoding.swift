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
    let shapeColumn = try columns.values(.shapes, count: group.rows)
    let shapeCount = UInt64(batch.shapeTable.count)
    batch.shapes.reserveCapacity(group.rows)
    for shape in shapeColumn {
      guard shape < shapeCount else { throw ByteReader.damaged }
      batch.shapes.append(UInt16(truncatingIfNeeded: shape))
    }
    let traits = batch.shapeTable.map(ShapeColumns.init)
    batch.times =
      version < 3
      ? try columns.values(.times, count: group.rows)
      : try times(columns, shapes: batch.shapes, isRelease: traits.map(\.isRelease))
    batch.threads = try columns.values(.threads, count: group.rows)
    batch.sizes = try spread(
      columns.values(.sizes), over: batch.shapes, where: traits.map(\.hasSize))
    batch.stacks = try spread(
      columns.values(.stacks), over: batch.shapes, where: traits.map(\.hasStack))
    if selection != .aggregated { try readExtras(columns, into: &batch) }
    if version < 3 {
      if selection != .aggregated {
        batch.addresses = try spread(
          columns.values(.addresses), over: batch.shapes, where: traits.map(\.hasAddress))
        batch.olds = try spread(
          columns.values(.olds), over: batch.shapes, where: traits.map(\.hasOld))
      }
      if selection != .recorded {
        batch.derived = try EarlierEventColumns.derived(columns, batch: batch, traits: traits)
      }
      return batch
    }
    let isMatched = try columns.values(.firstAllocation).count == 1
    batch.derived =
      isMatched || selection == .aggregated
      ? try derived(columns, batch: batch, traits: traits, selection)
      : DerivedColumns(unmatched: batch.count)
    if selection != .aggregated {
      batch.addresses = Array(repeating: 0, count: batch.count)
      batch.olds = batch.addresses
    }
    try reading?.fill(&batch, from: columns)
    if selection == .recorded { batch.derived = DerivedColumns() }
    return batch
  }

  private static func times(
    _ columns: ColumnSet, shapes: [UInt16], isRelease: [Bool]
  ) throws(TraceError) -> [UInt64] {
    let start = try columns.values(.startTime)
    let steps = try columns.values(.timeSteps)
    let releaseSteps = try columns.values(.releaseTimeSteps)
    guard start.count == min(1, shapes.count), steps.count + releaseSteps.count == shapes.count
    else { throw ByteReader.damaged }
    var time = start.first ?? 0
    var next = 0
    var nextRelease = 0
    var isWhole = true
    let times = unsafe [UInt64](unsafeUninitializedCapacity: shapes.count) { buffer, count in
      for row in 0..<shapes.count {
        if isRelease[Int(shapes[row])] {
          guard nextRelease < releaseSteps.count else { break }
          time &+= releaseSteps[nextRelease]
          nextRelease += 1
        } else {
          guard next < steps.count else { break }
          time &+= steps[next]
          next += 1
        }
        unsafe buffer[row] = time
        count = row + 1
      }
      isWhole = count == shapes.count
    }
    guard isWhole else { throw ByteReader.damaged }
    return times
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
    var next = 0
    let dense = unsafe [UInt64](unsafeUninitializedCapacity: shapes.count) { buffer, count in
      for row in 0..<shapes.count {
        var value: UInt64 = 0
        if present[Int(shapes[row])] {
          if next < values.count { value = values[next] }
          next += 1
        }
        unsafe buffer[row] = value
      }
      count = shapes.count
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
    _ columns: ColumnSet, batch: EventBatch, traits: [ShapeColumns], _ selection: Selection
  ) throws(TraceError) -> DerivedColumns {
    var derived = DerivedColumns(unmatched: batch.count)
    let first = try columns.values(.firstAllocation, count: 1)
    derived.firstAllocation = first[0]
    // The ordinals of the batch's own allocations must not wrap.
    guard first[0] <= UInt64.max >> 1 else { throw ByteReader.damaged }
    try readCategories(columns, of: batch, traits, into: &derived)
    try readReleases(columns, of: batch, traits, into: &derived)
    derived.farReleases = try farReleases(columns)
    try check(derived)
    guard selection != .recorded else { return derived }
    derived.adjustments = try AdjustmentColumns.adjustments.adjustments(columns, rows: batch.count)
    derived.instanceChanges = try instanceChanges(columns, rows: batch.count)
    derived.checkpoint = try checkpoint(columns)
    return derived
  }

  private static func readCategories(
    _ columns: ColumnSet, of batch: EventBatch, _ traits: [ShapeColumns],
    into derived: inout DerivedColumns
  ) throws(TraceError) {
    let codes = try columns.values(.categories)
    let known = UInt64(MemoryCategory.allCases.count)
    let begins = traits.map(\.begins)
    var rows: [Int32] = []
    rows.reserveCapacity(codes.count)
    for row in 0..<batch.count where begins[Int(batch.shapes[row])] {
      guard rows.count < codes.count else { throw ByteReader.damaged }
      let code = codes[rows.count]
      guard code < known || code == UInt64(DerivedColumns.noCategory) else {
        throw ByteReader.damaged
      }
      derived.categories[row] = UInt8(truncatingIfNeeded: code)
      rows.append(Int32(truncatingIfNeeded: row))
    }
    guard rows.count == codes.count else { throw ByteReader.damaged }
    derived.allocationRows = rows
  }

  private static func readReleases(
    _ columns: ColumnSet, of batch: EventBatch, _ traits: [ShapeColumns],
    into derived: inout DerivedColumns
  ) throws(TraceError) {
    let codes = try columns.values(.releasedAllocations)
    let ends = traits.map(\.ends)
    var next = 0
    var last: UInt64 = 0
    for row in 0..<batch.count where ends[Int(batch.shapes[row])] {
      guard next < codes.count else { throw ByteReader.damaged }
      let code = codes[next]
      next += 1
      guard code != 0 else { continue }
      last = last &+ UInt64(bitPattern: ZigZag.decode(code &- 1))
      derived.releases[row] = last &+ 1
    }
    guard next == codes.count else { throw ByteReader.damaged }
    let missed = try columns.values(.missedRows)
    let allocations = try columns.values(.missedAllocations, count: missed.count)
    for (row, allocation) in zip(missed, allocations) {
      guard row < UInt64(batch.count) else { throw ByteReader.damaged }
      derived.releases[Int(row)] = allocation &+ 1
    }
  }

  /// A release must name an allocation of an earlier row whose block began, or stand among the far
  /// ones.
  static func check(_ derived: DerivedColumns) throws(TraceError) {
    var far = 0
    let first = derived.firstAllocation
    for row in 0..<derived.releases.count {
      let release = derived.releases[row]
      guard release != 0 else { continue }
      if release <= first {
        far += 1
        continue
      }
      let place = release - 1 - first
      guard place < UInt64(derived.allocationRows.count) else { throw ByteReader.damaged }
      let origin = Int(derived.allocationRows[Int(place)])
      guard origin < row, derived.categories[origin] != DerivedColumns.noCategory else {
        throw ByteReader.damaged
      }
    }
    guard far == derived.farReleases.count else { throw ByteReader.damaged }
  }

  static func farReleases(_ columns: ColumnSet) throws(TraceError) -> [ReleasedBlock] {
    let sizes = try columns.values(.farSizes)
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
