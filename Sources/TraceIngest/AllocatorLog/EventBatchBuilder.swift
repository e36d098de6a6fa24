import TraceModel

/// One value of an event in the making.
enum EventValue {
  case number(UInt64)
  case text(String)
}

/// A text that equals only texts of the same bytes; to `String`, accents may be spelt two ways.
private struct ExactText: Hashable {
  var text: String

  static func == (left: ExactText, right: ExactText) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(text)
  }
}

/// Collects events into batches of bounded size.
struct EventBatchBuilder {
  /// Shapes that are known without looking at an event's keys.
  enum CommonShape: UInt16, CaseIterable {
    case malloc
    case mallocStack
    case mallocUsage
    case calloc
    case callocStack
    case realloc
    case reallocStack
    case free
    case freeUsage

    var shape: EventShape {
      let block = [EventShape.address, EventShape.size]
      let moved = [EventShape.old, EventShape.address, EventShape.size]
      return switch self {
      case .malloc: EventShape(.malloc, block)
      case .mallocStack: EventShape(.malloc, block + [EventShape.stack])
      case .mallocUsage: EventShape(.malloc, block + [EventShape.usage])
      case .calloc: EventShape(.calloc, block)
      case .callocStack: EventShape(.calloc, block + [EventShape.stack])
      case .realloc: EventShape(.realloc, moved)
      case .reallocStack: EventShape(.realloc, moved + [EventShape.stack])
      case .free: EventShape(.free, [EventShape.address])
      case .freeUsage: EventShape(.free, [EventShape.address, EventShape.usage])
      }
    }
  }

  private static let commonShapes = CommonShape.allCases.map(\.shape)

  /// One event's core values, side by side: one append an event, columns only when the batch is full.
  private struct Row {
    var time: UInt64
    var thread: UInt64
    var address: UInt64
    var old: UInt64
    var size: UInt64
    var stack: UInt64
    var shape: UInt16
  }

  private var batch: EventBatch
  private var rows: [Row] = []
  private var shapeIDs: [EventShape: UInt16] = [:]
  private var textIDs: [ExactText: UInt64] = [:]
  private var textBytes = 0

  init(firstEvent: UInt64) {
    batch = EventBatch(firstEvent: firstEvent)
    begin(at: firstEvent)
  }

  /// The ordinal that the next event gets.
  var nextEvent: UInt64 { batch.firstEvent + UInt64(rows.count) }

  var isEmpty: Bool { rows.isEmpty }

  var isFull: Bool {
    rows.count >= InputLimits.batchRows || batch.shapeTable.count >= InputLimits.batchShapes
      || textBytes >= InputLimits.batchTextBytes
  }

  /// Hands out the batch and begins the next one.
  mutating func take() -> EventBatch {
    let next = nextEvent
    var full = batch
    full.shapes = rows.map(\.shape)
    full.times = rows.map(\.time)
    full.threads = rows.map(\.thread)
    full.addresses = rows.map(\.address)
    full.olds = rows.map(\.old)
    full.sizes = rows.map(\.size)
    full.stacks = rows.map(\.stack)
    begin(at: next)
    return full
  }

  private mutating func begin(at firstEvent: UInt64) {
    batch = EventBatch(firstEvent: firstEvent, shapeTable: EventBatchBuilder.commonShapes)
    rows.removeAll(keepingCapacity: true)
    shapeIDs = [:]
    for (index, shape) in EventBatchBuilder.commonShapes.enumerated() {
      shapeIDs[shape] = UInt16(index)
    }
    textIDs = [:]
    textBytes = 0
  }

  @inline(__always)
  mutating func append(
    _ shape: CommonShape, time: UInt64, thread: UInt64, address: UInt64, old: UInt64 = 0,
    size: UInt64 = 0, stack: UInt64 = 0
  ) {
    rows.append(
      Row(
        time: time, thread: thread, address: address, old: old, size: size, stack: stack,
        shape: shape.rawValue))
  }

  /// Adds the usage of the event just appended.
  mutating func appendUsage(_ usage: String) {
    batch.extras[EventShape.usage, default: []].append(intern(usage))
  }

  /// Appends an event of any shape; `fields` are in canonical order.
  mutating func append(
    _ operation: EventOperation, time: UInt64, thread: UInt64,
    fields: [(field: EventField, value: EventValue)]
  ) {
    let shape = EventShape(operation, fields.map(\.field))
    let id = shapeIDs[shape] ?? UInt16(batch.shapeTable.count)
    if Int(id) == batch.shapeTable.count {
      shapeIDs[shape] = id
      batch.shapeTable.append(shape)
    }
    var row = Row(
      time: time, thread: thread, address: 0, old: 0, size: 0, stack: 0, shape: id)
    for (field, value) in fields {
      let number =
        switch value {
        case .number(let number): number
        case .text(let text): intern(text)
        }
      switch field {
      case EventShape.address: row.address = number
      case EventShape.old: row.old = number
      case EventShape.size: row.size = number
      case EventShape.stack: row.stack = number
      default: batch.extras[field, default: []].append(number)
      }
    }
    rows.append(row)
  }

  private mutating func intern(_ text: String) -> UInt64 {
    if let id = textIDs[ExactText(text: text)] { return id }
    let id = UInt64(batch.strings.count)
    textIDs[ExactText(text: text)] = id
    batch.strings.append(text)
    textBytes += text.utf8.count
    return id
  }
}
