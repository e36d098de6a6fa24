import TraceModel

/// The rows of a batch in the making.
///
/// Rationale: what a line says is written once, into the memory that the batch's columns are made of;
/// nothing is copied, zeroed or checked for uniqueness per event.
@safe struct EventRows: ~Copyable {
  /// No line of a common event is shorter, with its end.
  static let shortestLine = 16

  private static let commonShapes = CommonShape.allCases.map(\.shape)
  private static let commonIDs = Dictionary(
    uniqueKeysWithValues: commonShapes.enumerated().map { ($1, UInt16($0)) })

  /// A row must not be written beyond it.
  let capacity: Int
  let shapes: UnsafeMutablePointer<UInt16>
  let times: UnsafeMutablePointer<UInt64>
  let threads: UnsafeMutablePointer<UInt64>
  let addresses: UnsafeMutablePointer<UInt64>
  let olds: UnsafeMutablePointer<UInt64>
  let sizes: UnsafeMutablePointer<UInt64>
  let stacks: UnsafeMutablePointer<UInt64>
  var count = 0
  private var shapeTable = commonShapes
  private var shapeIDs = commonIDs
  private var texts = TextTable()
  /// The two keys beyond the core ones that common rows may have, in row order.
  private var usages: [UInt64] = []
  private var aligns: [UInt64] = []
  private var extras: [EventField: [UInt64]] = [:]
  private var runtimeUsage: UInt64?
  private var linearUsage: UInt64?

  /// A batch of the rows that `fill` appends, so many at the most.
  static func batch(capacity: Int, _ fill: (inout EventRows) -> Void) -> EventBatch {
    var batch = EventBatch()
    var count = 0
    unsafe batch.shapes = column(capacity) { shapes in
      unsafe batch.times = column(capacity) { times in
        unsafe batch.threads = column(capacity) { threads in
          unsafe batch.addresses = column(capacity) { addresses in
            unsafe batch.olds = column(capacity) { olds in
              unsafe batch.sizes = column(capacity) { sizes in
                unsafe batch.stacks = column(capacity) { stacks in
                  var rows = unsafe EventRows(
                    capacity: capacity, shapes: shapes, times: times, threads: threads,
                    addresses: addresses, olds: olds, sizes: sizes, stacks: stacks)
                  fill(&rows)
                  rows.tell(&batch)
                  count = rows.count
                  return count
                }
                return count
              }
              return count
            }
            return count
          }
          return count
        }
        return count
      }
      return count
    }
    return batch
  }

  /// A column of as many values as `fill` says that it has written.
  private static func column<Value: BitwiseCopyable>(
    _ capacity: Int, _ fill: (UnsafeMutablePointer<Value>) -> Int
  ) -> [Value] {
    unsafe Array(unsafeUninitializedCapacity: capacity) { memory, count in
      guard let start = memory.baseAddress else { return }
      count = unsafe fill(start)
    }
  }

  private init(
    capacity: Int, shapes: UnsafeMutablePointer<UInt16>, times: UnsafeMutablePointer<UInt64>,
    threads: UnsafeMutablePointer<UInt64>, addresses: UnsafeMutablePointer<UInt64>,
    olds: UnsafeMutablePointer<UInt64>, sizes: UnsafeMutablePointer<UInt64>,
    stacks: UnsafeMutablePointer<UInt64>
  ) {
    self.capacity = capacity
    unsafe self.shapes = shapes
    unsafe self.times = times
    unsafe self.threads = threads
    unsafe self.addresses = addresses
    unsafe self.olds = olds
    unsafe self.sizes = sizes
    unsafe self.stacks = stacks
  }

  /// What a batch has beside its columns.
  private func tell(_ batch: inout EventBatch) {
    batch.shapeTable = shapeTable
    batch.extras = extras
    if !usages.isEmpty { batch.extras[EventShape.usage] = usages }
    if !aligns.isEmpty { batch.extras[CommonShape.align] = aligns }
    batch.strings = texts.texts
  }

  var isEmpty: Bool { count == 0 }

  /// Whether the next row belongs to another batch.
  var isFull: Bool {
    count == capacity || shapeTable.count >= InputLimits.batchShapes
      || texts.byteCount >= InputLimits.batchTextBytes
  }

  @inline(__always)
  mutating func append(
    _ shape: CommonShape, time: UInt64, thread: UInt64, address: UInt64, old: UInt64 = 0,
    size: UInt64 = 0, stack: UInt64 = 0
  ) {
    append(
      shape.rawValue, time: time, thread: thread, address: address, old: old, size: size,
      stack: stack)
  }

  @inline(__always)
  private mutating func append(
    _ shape: UInt16, time: UInt64, thread: UInt64, address: UInt64, old: UInt64, size: UInt64,
    stack: UInt64
  ) {
    precondition(count < capacity, "more rows than a batch has")
    unsafe shapes[count] = shape
    unsafe times[count] = time
    unsafe threads[count] = thread
    unsafe addresses[count] = address
    unsafe olds[count] = old
    unsafe sizes[count] = size
    unsafe stacks[count] = stack
    count += 1
  }

  /// Says what the next row of a shape with `align` has there.
  mutating func append(align: UInt64) { aligns.append(align) }

  /// Says what the next row of a shape with `usage` has there: `runtime`, or `linear`.
  mutating func append(isRuntimeUsage: Bool) {
    let known = isRuntimeUsage ? runtimeUsage : linearUsage
    let number = known ?? texts.number(of: isRuntimeUsage ? "runtime" : "linear")
    if isRuntimeUsage { runtimeUsage = number } else { linearUsage = number }
    usages.append(number)
  }

  /// Appends an event of any shape; `fields` are in canonical order.
  mutating func append(
    _ operation: EventOperation, time: UInt64, thread: UInt64,
    fields: [(field: EventField, value: EventValue)]
  ) {
    let shape = EventShape(operation, fields.map(\.field))
    let id = shapeIDs[shape] ?? UInt16(shapeTable.count)
    if Int(id) == shapeTable.count {
      shapeIDs[shape] = id
      shapeTable.append(shape)
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
      case EventShape.usage: usages.append(number)
      case CommonShape.align: aligns.append(number)
      default: extras[field, default: []].append(number)
      }
    }
    append(
      id, time: time, thread: thread, address: address, old: old, size: size, stack: stack)
  }
}
