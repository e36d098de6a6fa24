import TraceModel

/// One value of an event in the making.
enum EventValue {
  case number(UInt64)
  case text(String)
}

/// Collects events into batches of bounded size.
struct EventBatchBuilder {
  private static let commonShapes = CommonShape.allCases.map(\.shape)
  private static let commonIDs = Dictionary(
    uniqueKeysWithValues: commonShapes.enumerated().map { ($1, UInt16($0)) })

  private var batch: EventBatch
  private var shapeIDs = commonIDs
  private var texts = TextTable()

  init(firstEvent: UInt64) {
    batch = EventBatch(firstEvent: firstEvent)
    begin(at: firstEvent)
  }

  /// The ordinal that the next event gets.
  var nextEvent: UInt64 { batch.firstEvent + UInt64(batch.count) }

  var isEmpty: Bool { batch.isEmpty }

  var isFull: Bool {
    batch.count >= InputLimits.batchRows || batch.shapeTable.count >= InputLimits.batchShapes
      || texts.byteCount >= InputLimits.batchTextBytes
  }

  /// Hands out the batch and begins the next one.
  mutating func take() -> EventBatch {
    let next = nextEvent
    var full = batch
    full.strings = texts.texts
    begin(at: next)
    return full
  }

  private mutating func begin(at firstEvent: UInt64) {
    batch = EventBatch(firstEvent: firstEvent, shapeTable: EventBatchBuilder.commonShapes)
    shapeIDs = EventBatchBuilder.commonIDs
    texts = TextTable()
  }

  /// How many more rows fit.
  var room: Int { InputLimits.batchRows - batch.count }

  /// Appends rows of common shapes; `keys` are the places of their next further keys.
  mutating func append(_ rows: EventRows, _ range: Range<Int>, keys: inout EventRows.KeyPlaces) {
    if batch.isEmpty { reserve() }
    let count = range.count
    let from = range.lowerBound
    unsafe batch.shapes.append(
      contentsOf: UnsafeBufferPointer(start: rows.shapes + from, count: count))
    unsafe batch.times.append(
      contentsOf: UnsafeBufferPointer(start: rows.times + from, count: count))
    unsafe batch.threads.append(
      contentsOf: UnsafeBufferPointer(start: rows.threads + from, count: count))
    unsafe batch.addresses.append(
      contentsOf: UnsafeBufferPointer(start: rows.addresses + from, count: count))
    unsafe batch.olds.append(
      contentsOf: UnsafeBufferPointer(start: rows.olds + from, count: count))
    unsafe batch.sizes.append(
      contentsOf: UnsafeBufferPointer(start: rows.sizes + from, count: count))
    unsafe batch.stacks.append(
      contentsOf: UnsafeBufferPointer(start: rows.stacks + from, count: count))
    guard rows.hasFurtherKeys else { return }
    var next = keys
    for row in range {
      let shape = unsafe rows.shapes[row]
      next.usage += CommonShape.hasUsage(shape) ? 1 : 0
      next.align += CommonShape.isAligned(shape) ? 1 : 0
    }
    append(usages: rows.isRuntimeUsage[keys.usage..<next.usage])
    if next.align > keys.align {
      batch.extras[CommonShape.align, default: []] += rows.aligns[keys.align..<next.align]
    }
    keys = next
  }

  private mutating func append(usages: ArraySlice<Bool>) {
    guard !usages.isEmpty else { return }
    var numbers: [UInt64?] = [nil, nil]
    var values: [UInt64] = []
    for isRuntime in usages {
      let number =
        numbers[isRuntime ? 1 : 0] ?? texts.number(of: isRuntime ? "runtime" : "linear")
      numbers[isRuntime ? 1 : 0] = number
      values.append(number)
    }
    batch.extras[EventShape.usage, default: []] += values
  }

  private mutating func reserve() {
    batch.shapes.reserveCapacity(InputLimits.batchRows)
    batch.times.reserveCapacity(InputLimits.batchRows)
    batch.threads.reserveCapacity(InputLimits.batchRows)
    batch.addresses.reserveCapacity(InputLimits.batchRows)
    batch.olds.reserveCapacity(InputLimits.batchRows)
    batch.sizes.reserveCapacity(InputLimits.batchRows)
    batch.stacks.reserveCapacity(InputLimits.batchRows)
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
    var (address, old, size, stack): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    for (field, value) in fields {
      let number =
        switch value {
        case .number(let number): number
        case .text(let text): texts.number(of: text)
        }
      switch field {
      case EventShape.address: address = number
      case EventShape.old: old = number
      case EventShape.size: size = number
      case EventShape.stack: stack = number
      default: batch.extras[field, default: []].append(number)
      }
    }
    batch.shapes.append(id)
    batch.times.append(time)
    batch.threads.append(thread)
    batch.addresses.append(address)
    batch.olds.append(old)
    batch.sizes.append(size)
    batch.stacks.append(stack)
  }
}
