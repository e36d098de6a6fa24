/// What a run asks of the global heap, in order.
package struct AllocationSequence: Sendable {
  /// A block, by the order of its first event.
  package typealias Block = UInt32

  package struct Event: Hashable, Sendable {
    package enum Operation: UInt8, Hashable, Sendable {
      case allocate
      /// WAMR goes on where it fails.
      case allocateOptionally
      case reallocate
      case free
      /// Freed where the optional block that `size` names was given.
      case freeIfGiven
    }

    package var size: UInt32
    package var block: Block
    package var operation: Operation
    package var phase: AllocationPhase
    package var purpose: AllocationPurpose

    /// It asks for a block.
    package var isRequest: Bool { operation != .free && operation != .freeIfGiven }
  }

  package private(set) var events: [Event] = []
  package private(set) var blockCount: Block = 0
  /// False where small blocks were put together or left out because there are too many.
  package private(set) var isComplete = true
  package var phase = AllocationPhase.initialization
  /// Some block is larger than any that the allocator can give.
  package private(set) var isImpossible = false
  /// Chunks of small blocks that are not events of their own yet.
  private var pending = 0

  /// How many events are kept; beyond, small blocks are put together.
  package static let limit = 1_000_000
  /// Stands for a block that is not followed by itself.
  private static let summarized = Block.max
  private static let summaryBytes = 65_536
  /// Blocks of at least this size are always events of their own.
  private static let largeBytes = 4096

  package init() {}

  /// How closely short-lived blocks are followed, which is less and less when events run out.
  package enum Detail: Int, Comparable, Sendable {
    /// Permanent blocks only.
    case permanent
    /// Short-lived blocks of one kind as one.
    case grouped
    case all

    package static func < (left: Detail, right: Detail) -> Bool { left.rawValue < right.rawValue }
  }

  package var detail: Detail {
    if events.count < AllocationSequence.limit * 4 / 10 { return .all }
    return events.count < AllocationSequence.limit * 7 / 10 ? .grouped : .permanent
  }

  @discardableResult
  package mutating func allocate(
    _ size: Int64, _ purpose: AllocationPurpose, optional: Bool = false
  ) -> Block {
    if size > Int64(EmsLayout.largestChunk) { isImpossible = true }
    let isLarge = size >= AllocationSequence.largeBytes
    guard events.count < AllocationSequence.limit || isLarge && hasRoom else {
      summarize(size)
      return AllocationSequence.summarized
    }
    append(optional ? .allocateOptionally : .allocate, size, blockCount, purpose)
    blockCount &+= 1
    return blockCount - 1
  }

  /// Allocates nothing where `size` is 0, as most of WAMR's code does.
  package mutating func allocateUnlessEmpty(_ size: Int64, _ purpose: AllocationPurpose) {
    if size > 0 { allocate(size, purpose) }
  }

  package mutating func reallocate(
    _ block: Block, to size: Int64, _ purpose: AllocationPurpose
  ) {
    guard block != AllocationSequence.summarized, hasRoom else { return leaveOut() }
    append(.reallocate, size, block, purpose)
  }

  package mutating func free(_ block: Block, _ purpose: AllocationPurpose) {
    guard block != AllocationSequence.summarized, hasRoom else { return leaveOut() }
    append(.free, 0, block, purpose)
  }

  /// Frees `block` where the optional block `other` was given.
  package mutating func free(_ block: Block, ifGiven other: Block, _ purpose: AllocationPurpose) {
    guard block != AllocationSequence.summarized, hasRoom else { return leaveOut() }
    append(.freeIfGiven, Int64(other), block, purpose)
  }

  /// Says that something was left out.
  package mutating func leaveOut() { isComplete = false }

  /// Room for what was not followed: a hundredth of what is in use now.
  package mutating func addReserve() {
    finish()
    guard !isComplete else { return }
    var sizes = [UInt32](repeating: 0, count: Int(blockCount))
    var sum: Int64 = 0
    for event in events {
      let block = Int(event.block)
      guard sizes.indices.contains(block) else { continue }
      sum -= Int64(sizes[block])
      sizes[block] = event.isRequest ? event.size : 0
      sum += Int64(sizes[block])
    }
    pending = Int(clamping: max(4096, sum / 100))
    finish()
  }

  /// Makes an event of what was put together.
  private mutating func finish() {
    guard pending > 0 else { return }
    append(.allocate, Int64(pending), blockCount, .summary)
    pending = 0
    blockCount &+= 1
  }

  /// Below the bound that not even large blocks may cross.
  private var hasRoom: Bool { events.count < AllocationSequence.limit * 5 / 4 }

  private mutating func append(
    _ operation: Event.Operation, _ size: Int64, _ block: Block, _ purpose: AllocationPurpose
  ) {
    events.append(
      Event(
        size: UInt32(clamping: size), block: block, operation: operation, phase: phase,
        purpose: purpose))
  }

  private mutating func summarize(_ size: Int64) {
    isComplete = false
    let chunk = Int(max(16, (min(size, 1 << 30) + 4 + 7) & ~7))
    pending += chunk
    if pending >= AllocationSequence.summaryBytes { finish() }
  }
}
