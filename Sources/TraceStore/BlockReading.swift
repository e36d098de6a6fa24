import TraceModel

/// Which rows begin and end blocks, and which end what.
///
/// Rationale: what a row does is not to be foreseen. One pass that asks nothing lists the rows of
/// either kind, the others go through these lists.
extension EventColumns {
  /// `derived` has its first allocation and far releases; nothing begins or ends in its rows.
  static func readBlocks(
    _ columns: ColumnSet, of batch: EventBatch, _ traits: [ShapeColumns],
    into derived: inout DerivedColumns
  ) throws(TraceError) {
    let categories = try allocationCategories(columns)
    let releases = try columns.values(.releasedAllocations)
    let (begins, ends) = rows(of: batch, traits)
    guard begins.count == categories.count, ends.count == releases.count else {
      throw ByteReader.damaged
    }
    put(categories, at: begins, into: &derived.categories)
    let far = read(
      releases, of: ends, begins, categories, from: derived.firstAllocation,
      into: &derived.releases)
    derived.allocationRows = begins
    guard let far else { throw ByteReader.damaged }
    let missed = try columns.values(.missedRows)
    let allocations = try columns.values(.missedAllocations, count: missed.count)
    guard !missed.isEmpty else {
      // There must be as many far blocks as releases of them.
      guard far == derived.farReleases.count else { throw ByteReader.damaged }
      return
    }
    for (row, allocation) in zip(missed, allocations) {
      guard row < UInt64(batch.count) else { throw ByteReader.damaged }
      derived.releases[Int(row)] = allocation &+ 1
    }
    try check(derived)
  }

  /// The category of each allocation of the row group, by code.
  private static func allocationCategories(_ columns: ColumnSet) throws(TraceError) -> [UInt8] {
    let known = UInt64(MemoryCategory.allCases.count)
    let none = UInt64(DerivedColumns.noCategory)
    if let column = columns[.categories], column.encoding == .runLength, column.valueCount > 0 {
      return try VarintCoding.decodeRuns(column.content, count: column.valueCount) { code in
        code < known || code == none ? UInt8(truncatingIfNeeded: code) : nil
      }
    }
    let codes = try columns.values(.categories)
    guard codes.allSatisfy({ $0 < known || $0 == none }) else { throw ByteReader.damaged }
    return codes.map { UInt8(truncatingIfNeeded: $0) }
  }

  private static func put(_ categories: [UInt8], at rows: [Int32], into column: inout [UInt8]) {
    let categories = categories.span
    let rows = rows.span
    var column = column.mutableSpan
    for allocation in 0..<min(rows.count, categories.count) {
      column[Int(rows[allocation])] = categories[allocation]
    }
  }

  /// The rows in which a block may begin, and those in which one normally ends.
  private static func rows(
    of batch: EventBatch, _ traits: [ShapeColumns]
  ) -> (begins: [Int32], ends: [Int32]) {
    let kinds = traits.map { ($0.begins ? 1 : 0) | ($0.ends ? 2 : 0) as UInt8 }
    let rows = batch.count
    var begins: [Int32] = []
    let ends = unsafe [Int32](unsafeUninitializedCapacity: rows) { ends, ended in
      begins = unsafe [Int32](unsafeUninitializedCapacity: rows) { begins, begun in
        var nextBegin = 0
        var nextEnd = 0
        unsafe batch.shapes.withUnsafeBufferPointer { shapes in
          unsafe kinds.withUnsafeBufferPointer { kinds in
            for row in 0..<rows {
              let kind = unsafe Int(kinds[Int(shapes[row])])
              // Of no more rows than were seen, this one is written over where it is of neither.
              unsafe begins[nextBegin] = Int32(truncatingIfNeeded: row)
              unsafe ends[nextEnd] = Int32(truncatingIfNeeded: row)
              nextBegin &+= kind & 1
              nextEnd &+= kind &>> 1
            }
          }
        }
        begun = nextBegin
        ended = nextEnd
      }
    }
    return (begins, ends)
  }

  /// Puts releases at their rows; how many are of earlier row groups' allocations, nil where one is
  /// of none before it with a block.
  private static func read(
    _ codes: [UInt64], of rows: [Int32], _ begins: [Int32], _ categories: [UInt8],
    from first: UInt64, into releases: inout [UInt64]
  ) -> Int? {
    let none = DerivedColumns.noCategory
    let begins = begins.span
    let categories = categories.span
    let rows = rows.span
    let codes = codes.span
    var far = 0
    var last: UInt64 = 0
    var releases = releases.mutableSpan
    for index in 0..<min(codes.count, rows.count) {
      let code = codes[index]
      guard code != 0 else { continue }
      last = last &+ UInt64(bitPattern: ZigZag.decode(code &- 1))
      let row = rows[index]
      releases[Int(row)] = last &+ 1
      guard last >= first else {
        far += 1
        continue
      }
      let place = last &- first
      guard place < UInt64(categories.count), begins[Int(place)] < row,
        categories[Int(place)] != none
      else { return nil }
    }
    return far
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
}
