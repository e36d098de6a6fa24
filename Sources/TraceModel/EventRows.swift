/// Rows of several batches, collected into batches of their own.
package struct EventRows: Sendable {
  private static let rowLimit = 65_536
  private static let shapeLimit = Int(UInt16.max) - 1

  private var batch = EventBatch()
  private var shapes: [EventShape: UInt16] = [:]
  /// By their bytes: to `String`, accents may be spelt two ways.
  private var strings: [[UInt8]: UInt64] = [:]

  package init() {}

  package var count: Int { batch.count }

  /// Whether the rows must be taken before the next one is added.
  package var isFull: Bool {
    batch.count >= EventRows.rowLimit || batch.shapeTable.count >= EventRows.shapeLimit
  }

  /// Adds the row that a cursor stands at, and moves it on.
  package mutating func add(_ cursor: inout EventRowCursor) {
    let row = cursor.row
    let source = cursor.batch
    let shape = source.shapeTable[Int(source.shapes[row])]
    batch.shapes.append(place(of: shape))
    batch.times.append(source.times[row])
    batch.threads.append(source.threads[row])
    batch.addresses.append(source.addresses[row])
    batch.olds.append(source.olds[row])
    batch.sizes.append(source.sizes[row])
    batch.stacks.append(source.stacks[row])
    cursor.next { field, value in
      var value = value
      if field.kind == .text {
        value = place(of: value < source.strings.count ? source.strings[Int(value)] : "")
      }
      batch.extras[field, default: []].append(value)
    }
  }

  /// Hands out what was collected, as events from an ordinal on, and begins again.
  package mutating func take(firstEvent: UInt64) -> EventBatch {
    var taken = batch
    taken.firstEvent = firstEvent
    self = EventRows()
    return taken
  }

  private mutating func place(of shape: EventShape) -> UInt16 {
    if let known = shapes[shape] { return known }
    let place = UInt16(batch.shapeTable.count)
    batch.shapeTable.append(shape)
    shapes[shape] = place
    return place
  }

  private mutating func place(of text: String) -> UInt64 {
    let bytes = Array(text.utf8)
    if let known = strings[bytes] { return known }
    let place = UInt64(batch.strings.count)
    batch.strings.append(text)
    strings[bytes] = place
    return place
  }
}
