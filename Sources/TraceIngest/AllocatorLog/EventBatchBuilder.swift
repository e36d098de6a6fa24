import TraceModel

/// One value of an event in the making.
enum EventValue {
  case number(UInt64)
  case text(String)
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

  private(set) var batch: EventBatch
  private var shapeIDs: [EventShape: UInt16] = [:]
  private var textIDs: [String: UInt64] = [:]
  private var textBytes = 0

  init(firstEvent: UInt64) {
    batch = EventBatch(firstEvent: firstEvent)
    begin(at: firstEvent)
  }

  /// The ordinal that the next event gets.
  var nextEvent: UInt64 { batch.firstEvent + UInt64(batch.count) }

  var isFull: Bool {
    batch.count >= InputLimits.batchRows || batch.shapeTable.count >= InputLimits.batchShapes
      || textBytes >= InputLimits.batchTextBytes
  }

  /// Hands out the batch and begins the next one.
  mutating func take() -> EventBatch {
    let full = batch
    begin(at: nextEvent)
    return full
  }

  private mutating func begin(at firstEvent: UInt64) {
    batch = EventBatch(firstEvent: firstEvent, shapeTable: EventBatchBuilder.commonShapes)
    batch.reserveCapacity(InputLimits.batchRows)
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
    batch.shapes.append(shape.rawValue)
    batch.times.append(time)
    batch.threads.append(thread)
    batch.addresses.append(address)
    batch.olds.append(old)
    batch.sizes.append(size)
    batch.stacks.append(stack)
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
    batch.shapes.append(id)
    batch.times.append(time)
    batch.threads.append(thread)
    var core: (address: UInt64, old: UInt64, size: UInt64, stack: UInt64) = (0, 0, 0, 0)
    for (field, value) in fields {
      let number =
        switch value {
        case .number(let number): number
        case .text(let text): intern(text)
        }
      switch field {
      case EventShape.address: core.address = number
      case EventShape.old: core.old = number
      case EventShape.size: core.size = number
      case EventShape.stack: core.stack = number
      default: batch.extras[field, default: []].append(number)
      }
    }
    batch.addresses.append(core.address)
    batch.olds.append(core.old)
    batch.sizes.append(core.size)
    batch.stacks.append(core.stack)
  }

  private mutating func intern(_ text: String) -> UInt64 {
    if let id = textIDs[text] { return id }
    let id = UInt64(batch.strings.count)
    textIDs[text] = id
    batch.strings.append(text)
    textBytes += text.utf8.count
    return id
  }
}
