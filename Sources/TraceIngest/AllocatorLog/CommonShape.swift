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
}
