/// Rows of several batches, collected into batches of their own.
package struct CollectedEvents: Sendable {
  private static let rowLimit = 65_536
  private static let shapeLimit = Int(UInt16.max) - 1

  private var batch = EventBatch()
  private var shapes: [EventShape: UInt16] = [:]
  private var texts = TextTable()
  /// How many collections were taken.
  private var taken = 0

  package init() {}

  package var count: Int { batch.count }

  /// Whether the rows must be taken before the next one is added.
  package var isFull: Bool {
    batch.count >= CollectedEvents.rowLimit || batch.shapeTable.count >= CollectedEvents.shapeLimit
  }

  /// Adds the row that a cursor stands at, and moves it on.
  package mutating func add(_ cursor: inout EventCursor) {
    cursor.belong(to: taken)
    let row = cursor.row
    let shape = Int(cursor.batch.shapes[row])
    batch.shapes.append(
      cursor.shapePlaces[shape] ?? place(of: cursor.batch.shapeTable[shape]))
    cursor.shapePlaces[shape] = batch.shapes.last
    batch.times.append(cursor.batch.times[row])
    batch.threads.append(cursor.batch.threads[row])
    batch.addresses.append(cursor.batch.addresses[row])
    batch.olds.append(cursor.batch.olds[row])
    batch.sizes.append(cursor.batch.sizes[row])
    batch.stacks.append(cursor.batch.stacks[row])
    guard cursor.hasFurtherValues else { return cursor.skip() }
    let texts = cursor.batch.strings
    var places = cursor.textPlaces
    cursor.textPlaces = []
    cursor.next { field, value in
      var value = value
      if field.kind == .text { value = place(of: Int(clamping: value), in: texts, &places) }
      batch.extras[field, default: []].append(value)
    }
    cursor.textPlaces = places
  }

  /// Hands out what was collected, as events from an ordinal on, and begins again.
  package mutating func take(firstEvent: UInt64) -> EventBatch {
    var collected = batch
    collected.firstEvent = firstEvent
    collected.strings = texts.texts
    let count = taken + 1
    self = CollectedEvents()
    taken = count
    return collected
  }

  private mutating func place(of shape: EventShape) -> UInt16 {
    if let known = shapes[shape] { return known }
    let place = UInt16(batch.shapeTable.count)
    batch.shapeTable.append(shape)
    shapes[shape] = place
    return place
  }

  private mutating func place(
    of text: Int, in texts: [String], _ places: inout [UInt64?]
  ) -> UInt64 {
    guard texts.indices.contains(text) else { return self.texts.number(of: "") }
    let known = places[text] ?? self.texts.number(of: texts[text])
    places[text] = known
    return known
  }
}
