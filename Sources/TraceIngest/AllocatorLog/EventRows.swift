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

  /// Whether its rows have the key `align`.
  var isAligned: Bool { rawValue >= CommonShape.memalign.rawValue }
}

/// Rows of common shapes, as columns in memory that is used again for the next block of lines.
///
/// Rationale: one job fills them and hands them on; nothing is allocated, zeroed or checked for
/// uniqueness per event. A writer must not go beyond `capacity`.
@safe final class EventRows: @unchecked Sendable {
  /// No line of an event is shorter, with its end.
  static let shortestLine = 16

  let capacity: Int
  let shapes: UnsafeMutablePointer<UInt16>
  let times: UnsafeMutablePointer<UInt64>
  let threads: UnsafeMutablePointer<UInt64>
  let addresses: UnsafeMutablePointer<UInt64>
  let olds: UnsafeMutablePointer<UInt64>
  let sizes: UnsafeMutablePointer<UInt64>
  let stacks: UnsafeMutablePointer<UInt64>
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

  init(capacity: Int) {
    self.capacity = capacity
    unsafe shapes = .allocate(capacity: capacity)
    unsafe times = .allocate(capacity: capacity)
    unsafe threads = .allocate(capacity: capacity)
    unsafe addresses = .allocate(capacity: capacity)
    unsafe olds = .allocate(capacity: capacity)
    unsafe sizes = .allocate(capacity: capacity)
    unsafe stacks = .allocate(capacity: capacity)
  }

  deinit {
    unsafe shapes.deallocate()
    unsafe times.deallocate()
    unsafe threads.deallocate()
    unsafe addresses.deallocate()
    unsafe olds.deallocate()
    unsafe sizes.deallocate()
    unsafe stacks.deallocate()
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
    precondition(count < capacity, "a line shorter than any event")
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
