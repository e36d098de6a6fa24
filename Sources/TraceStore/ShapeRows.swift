import TraceModel

/// The shapes that a row group's rows have.
struct ShapeRows {
  /// In the order of their first row.
  private let table: [EventShape]
  private let known: [EventShape: Int]
  /// Each row's place in the table, where a byte can say it.
  private let places: [UInt8]
  /// What each row has, as ``ShapeFlags``.
  let flags: [UInt8]
  private let batches: [EventBatch]

  /// Of a batch's shape: bit 31 where a row had it, its place from bit 8 on, its flags.
  private static let isMet: UInt32 = 1 << 31

  init(_ batches: [EventBatch]) {
    self.batches = batches
    let rows = batches.reduce(0) { $0 + $1.count }
    var places = [UInt8](repeating: 0, count: rows)
    var flags = places
    var table: [EventShape] = []
    var known: [EventShape: Int] = [:]
    var placeSpan = places.mutableSpan
    var flagSpan = flags.mutableSpan
    var first = 0
    for batch in batches {
      var entries = [UInt32](repeating: 0, count: batch.shapeTable.count)
      let shapes = batch.shapes.span
      for row in shapes.indices {
        let shape = unsafe Int(shapes[unchecked: row])
        var entry = entries[shape]
        if entry == 0 {
          entry = ShapeRows.entry(batch.shapeTable[shape], &table, &known)
          entries[shape] = entry
        }
        unsafe placeSpan[unchecked: first &+ row] = UInt8(truncatingIfNeeded: entry >> 8)
        unsafe flagSpan[unchecked: first &+ row] = UInt8(truncatingIfNeeded: entry)
      }
      first += batch.count
    }
    self.places = places
    self.flags = flags
    self.table = table
    self.known = known
  }

  private static func entry(
    _ shape: EventShape, _ table: inout [EventShape], _ known: inout [EventShape: Int]
  ) -> UInt32 {
    let place = known[shape] ?? table.count
    if place == table.count {
      table.append(shape)
      known[shape] = place
    }
    return isMet | UInt32(truncatingIfNeeded: place) << 8 | UInt32(ShapeFlags.of(shape))
  }

  var columns: [Column] {
    let table = Column(.shapeTable, blob: EventColumns.encode(self.table))
    guard self.table.count <= 256 else { return [table, Column(.shapes, .fixed, widePlaces)] }
    let shapes = Column(
      number: ColumnID.shapes.rawValue, .packed, valueCount: places.count,
      content: places.isEmpty ? [] : FixedWidthCoding.packed(bytes: places.span))
    return [table, shapes]
  }

  private var widePlaces: [UInt64] {
    batches.flatMap { batch in
      let places = batch.shapeTable.map { UInt64(known[$0] ?? 0) }
      return batch.shapes.map { places[Int($0)] }
    }
  }
}
