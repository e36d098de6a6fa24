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
    batch.shapes = try places(
      columns.values(.shapes, count: group.rows), below: batch.shapeTable.count)
    let traits = batch.shapeTable.map(ShapeColumns.init)
    if selection.parts.contains(.times) {
      batch.times =
        version < 3
        ? try columns.values(.times, count: group.rows)
        : try times(columns, shapes: batch.shapes, isRelease: traits.map(\.isRelease))
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

  /// Places in a table, each of which must be there.
  private static func places(_ values: [UInt64], below limit: Int) throws(TraceError) -> [UInt16] {
    var largest: UInt64 = 0
    let places = unsafe [UInt16](unsafeUninitializedCapacity: values.count) { buffer, count in
      for row in 0..<values.count {
        largest = max(largest, values[row])
        unsafe buffer[row] = UInt16(truncatingIfNeeded: values[row])
      }
      count = values.count
    }
    guard values.isEmpty || largest < UInt64(limit) else { throw ByteReader.damaged }
    return places
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
    var next = 0
    let rows = shapes.count
    let dense = unsafe [UInt64](unsafeUninitializedCapacity: rows) { buffer, count in
      unsafe shapes.withUnsafeBufferPointer { shapes in
        unsafe present.withUnsafeBufferPointer { present in
          for row in 0..<rows {
            var value: UInt64 = 0
            if unsafe present[Int(shapes[row])] {
              if next < values.count { value = values[next] }
              next += 1
            }
            unsafe buffer[row] = value
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
    try readBlocks(columns, of: batch, traits, into: &derived)
    derived.farReleases = try farReleases(columns)
    try checkFar(derived, columns)
    guard selection.isDerived else { return derived }
    derived.adjustments = try AdjustmentColumns.adjustments.adjustments(columns, rows: batch.count)
    derived.instanceChanges = try instanceChanges(columns, rows: batch.count)
    derived.checkpoint = try checkpoint(columns)
    return derived
  }

  /// Which rows begin and end blocks, and which end what: one pass over the rows.
  private static func readBlocks(
    _ columns: ColumnSet, of batch: EventBatch, _ traits: [ShapeColumns],
    into derived: inout DerivedColumns
  ) throws(TraceError) {
    let categories = try columns.values(.categories)
    let releases = try columns.values(.releasedAllocations)
    let known = UInt64(MemoryCategory.allCases.count)
    let first = derived.firstAllocation
    let rows = batch.count
    let kinds = traits.map { ($0.begins ? 1 : 0) | ($0.ends ? 2 : 0) as UInt8 }
    var isSound = true
    var nextRelease = 0
    let allocationRows = unsafe [Int32](
      unsafeUninitializedCapacity: categories.count
    ) { allocations, begun in
      unsafe derived.categories.withUnsafeMutableBufferPointer { rowCategories in
        unsafe derived.releases.withUnsafeMutableBufferPointer { rowReleases in
          unsafe batch.shapes.withUnsafeBufferPointer { shapes in
            unsafe kinds.withUnsafeBufferPointer { kinds in
              var last: UInt64 = 0
              for row in 0..<rows {
                let kind = unsafe kinds[Int(shapes[row])]
                if kind & 2 != 0 {
                  guard nextRelease < releases.count else {
                    isSound = false
                    return
                  }
                  let code = releases[nextRelease]
                  nextRelease += 1
                  if code != 0 {
                    last = last &+ UInt64(bitPattern: ZigZag.decode(code &- 1))
                    unsafe rowReleases[row] = last &+ 1
                    // Of an allocation of this row group it must be one before, with a block.
                    let place = Int64(bitPattern: last &- first)
                    if last >= first {
                      guard place >= 0, place < Int64(begun),
                        unsafe rowCategories[Int(allocations[Int(place)])]
                          != DerivedColumns.noCategory
                      else {
                        isSound = false
                        return
                      }
                    }
                  }
                }
                if kind & 1 != 0 {
                  guard begun < categories.count else {
                    isSound = false
                    return
                  }
                  let code = categories[begun]
                  guard code < known || code == UInt64(DerivedColumns.noCategory) else {
                    isSound = false
                    return
                  }
                  unsafe rowCategories[row] = UInt8(truncatingIfNeeded: code)
                  unsafe allocations[begun] = Int32(truncatingIfNeeded: row)
                  begun += 1
                }
              }
            }
          }
        }
      }
    }
    guard isSound, nextRelease == releases.count, allocationRows.count == categories.count else {
      throw ByteReader.damaged
    }
    derived.allocationRows = allocationRows
    let missed = try columns.values(.missedRows)
    let allocations = try columns.values(.missedAllocations, count: missed.count)
    for (row, allocation) in zip(missed, allocations) {
      guard row < UInt64(rows) else { throw ByteReader.damaged }
      derived.releases[Int(row)] = allocation &+ 1
    }
  }

  /// There must be as many far blocks as releases of them; missed ones are looked at here, too.
  private static func checkFar(
    _ derived: DerivedColumns, _ columns: ColumnSet
  ) throws(TraceError) {
    guard try columns.values(.missedRows).isEmpty else { return try check(derived) }
    let first = derived.firstAllocation
    var far = 0
    for release in derived.releases where release &- 1 < first { far += 1 }
    guard far == derived.farReleases.count else { throw ByteReader.damaged }
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
