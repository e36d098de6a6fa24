/// Walks a batch row by row, with the values of its further keys.
package struct EventCursor: Sendable {
  let batch: EventBatch
  private(set) var row = 0
  /// The places of a shape's further keys among `fields`.
  private let furtherFields: [[Int]]
  private let fields: [EventField]
  private let values: [[UInt64]]
  private var positions: [Int]
  /// Where the rows that are being collected have its shapes and texts.
  var shapePlaces: [UInt16?] = []
  var textPlaces: [UInt64?] = []
  /// The collection that the places are of.
  private var collection: Int?

  package init(_ batch: EventBatch) {
    self.batch = batch
    var fields: [EventField] = []
    furtherFields = batch.shapeTable.map { shape in
      shape.fields.filter { !EventBatch.isCore($0) }.map { field in
        if let known = fields.firstIndex(of: field) { return known }
        fields.append(field)
        return fields.count - 1
      }
    }
    self.fields = fields
    values = fields.map { batch.extras[$0] ?? [] }
    positions = Array(repeating: 0, count: fields.count)
  }

  /// Forgets the places in another collection.
  mutating func belong(to collection: Int) {
    guard self.collection != collection else { return }
    self.collection = collection
    shapePlaces = Array(repeating: nil, count: batch.shapeTable.count)
    textPlaces = Array(repeating: nil, count: batch.strings.count)
  }

  var hasFurtherValues: Bool { !furtherFields[Int(batch.shapes[row])].isEmpty }

  /// Goes on to the next row.
  package mutating func skip() {
    next { _, _ in }
  }

  /// Goes on to the next row, with the values of the further keys of this one.
  @inline(__always)
  mutating func next(_ take: (EventField, UInt64) -> Void) {
    for field in furtherFields[Int(batch.shapes[row])] {
      let position = positions[field]
      positions[field] = position + 1
      take(fields[field], position < values[field].count ? values[field][position] : 0)
    }
    row += 1
  }
}
