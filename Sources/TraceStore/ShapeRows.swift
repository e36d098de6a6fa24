import TraceModel

/// The shapes that a row group's rows have.
struct ShapeRows {
  /// In the order of their first row.
  private var table: [EventShape] = []
  private var known: [EventShape: Int] = [:]
  /// Each row's place in the table, as long as a byte can say all of them.
  private var places: [UInt8] = []
  /// Each row's place, as soon as there are more.
  private var widePlaces: [UInt64] = []
  /// What each row has, as ``ShapeFlags``.
  private(set) var flags: [UInt8] = []

  /// Of a batch's shape: bit 31 where a row had it, its place from bit 8 on, its flags.
  private static let isMet: UInt32 = 1 << 31
  private static let mostPlacesInBytes = 256

  init(capacity: Int) {
    places.reserveCapacity(capacity)
    flags.reserveCapacity(capacity)
  }

  /// Takes the rows of the next batch.
  mutating func append(_ batch: EventBatch) {
    let first = flags.count
    var entries = [UInt32](repeating: 0, count: batch.shapeTable.count)
    // Variables of its own, whose memory nobody else has.
    var (table, known, places, flags) = (table, known, places, flags)
    (self.places, self.flags) = ([], [])
    places.append(contentsOf: repeatElement(0, count: batch.count))
    flags.append(contentsOf: repeatElement(0, count: batch.count))
    var placeSpan = places.mutableSpan
    var flagSpan = flags.mutableSpan
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
    (self.table, self.known, self.places, self.flags) = (table, known, places, flags)
    guard table.count > ShapeRows.mostPlacesInBytes else { return }
    if widePlaces.isEmpty { widePlaces = places[..<first].map(UInt64.init) }
    widePlaces += batch.shapes.map { UInt64(entries[Int($0)] & ~ShapeRows.isMet) >> 8 }
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
    guard self.table.count <= ShapeRows.mostPlacesInBytes else {
      return [table, Column(.shapes, .fixed, widePlaces)]
    }
    let shapes = Column(
      number: ColumnID.shapes.rawValue, .packed, valueCount: places.count,
      content: places.isEmpty ? [] : FixedWidthCoding.packed(bytes: places.span))
    return [table, shapes]
  }
}
