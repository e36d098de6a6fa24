import TraceModel

/// Shapes that are known without looking at an event's keys: nearly every event has one of them.
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
  case memalign
  case memalignStack
  case alignedAlloc
  case alignedAllocStack
  case posixMemalign
  case posixMemalignStack

  var shape: EventShape {
    let block = [EventShape.address, EventShape.size]
    let aligned = block + [CommonShape.align]
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
    case .memalign: EventShape(.memalign, aligned)
    case .memalignStack: EventShape(.memalign, aligned + [EventShape.stack])
    case .alignedAlloc: EventShape(.alignedAlloc, aligned)
    case .alignedAllocStack: EventShape(.alignedAlloc, aligned + [EventShape.stack])
    case .posixMemalign: EventShape(.posixMemalign, aligned)
    case .posixMemalignStack: EventShape(.posixMemalign, aligned + [EventShape.stack])
    }
  }

  static let align = EventField("align", .decimal)

  /// Whether rows of a shape have the key `align`.
  @inline(__always)
  static func isAligned(_ shape: UInt16) -> Bool { shape >= memalign.rawValue }

  /// Whether rows of a shape have the key `usage`.
  @inline(__always)
  static func hasUsage(_ shape: UInt16) -> Bool {
    shape == mallocUsage.rawValue || shape == freeUsage.rawValue
  }
}

/// Rows of common shapes, as columns in memory that is used again for the next block of lines.
///
/// Rationale: one job fills them and hands them on; nothing is allocated, zeroed or checked for
/// uniqueness per event. A writer must not go beyond ``capacity``.
@safe final class EventRows: @unchecked Sendable {
  /// No line of an event is shorter, with its end.
  static let shortestLine = 16

  /// As many as a block has lines at the most.
  static let capacity = (InputLimits.blockBytes + InputLimits.lineBytes) / shortestLine + 1
  /// From one column to the next: a constant, so that one pointer is enough for all of them, and
  /// no power of two, so that rows do not press for the same places of a cache.
  private static let stride = capacity * 8 + 568

  private let columns: UnsafeMutableRawPointer
  var times: UnsafeMutablePointer<UInt64> { unsafe numbers(0) }
  var threads: UnsafeMutablePointer<UInt64> { unsafe numbers(1) }
  var addresses: UnsafeMutablePointer<UInt64> { unsafe numbers(2) }
  var olds: UnsafeMutablePointer<UInt64> { unsafe numbers(3) }
  var sizes: UnsafeMutablePointer<UInt64> { unsafe numbers(4) }
  var stacks: UnsafeMutablePointer<UInt64> { unsafe numbers(5) }
  var shapes: UnsafeMutablePointer<UInt16> {
    unsafe (columns + 6 * EventRows.stride).assumingMemoryBound(to: UInt16.self)
  }
  var count = 0
  /// Of the rows that have the key `usage`, in order: whether it is `runtime` rather than `linear`.
  var isRuntimeUsage: [Bool] = []
  /// Of the rows that have the key `align`, in order: its value.
  var aligns: [UInt64] = []

  var hasFurtherKeys: Bool { !isRuntimeUsage.isEmpty || !aligns.isEmpty }

  /// Where the further keys of the rows not yet taken begin.
  struct KeyPlaces {
    var usage = 0
    var align = 0
  }

  init() {
    let numbers = 6 * EventRows.stride
    unsafe columns = .allocate(byteCount: numbers + EventRows.capacity * 2, alignment: 64)
    unsafe columns.bindMemory(to: UInt64.self, capacity: numbers / 8)
    unsafe (columns + numbers).bindMemory(to: UInt16.self, capacity: EventRows.capacity)
  }

  deinit {
    unsafe columns.deallocate()
  }

  @inline(__always)
  private func numbers(_ column: Int) -> UnsafeMutablePointer<UInt64> {
    unsafe (columns + column * EventRows.stride).assumingMemoryBound(to: UInt64.self)
  }

  func clear() {
    count = 0
    isRuntimeUsage.removeAll(keepingCapacity: true)
    aligns.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  func append(
    _ shape: CommonShape, time: UInt64, thread: UInt64, address: UInt64, old: UInt64 = 0,
    size: UInt64 = 0, stack: UInt64 = 0
  ) {
    precondition(count < EventRows.capacity, "a line shorter than any event")
    unsafe shapes[count] = shape.rawValue
    unsafe times[count] = time
    unsafe threads[count] = thread
    unsafe addresses[count] = address
    unsafe olds[count] = old
    unsafe sizes[count] = size
    unsafe stacks[count] = stack
    count += 1
  }
}
