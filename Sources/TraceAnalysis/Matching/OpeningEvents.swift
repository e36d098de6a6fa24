package import TraceModel

/// Chooses which of the events before a range say what is live when it begins.
///
/// Of the heap events these are the ones whose blocks are live then. All others but readings of a
/// moment are kept, since what mappings and threads became cannot be told by fewer. Heap events that
/// tell module instances apart are kept, too, with those that end their blocks: which instance a later
/// block belongs to follows from them.
package struct OpeningEvents {
  /// What it has matched so far; whoever hands on batches says of it what stands between them.
  package var matcher: EventMatcher
  /// Heap events that are kept whether their blocks are live or not.
  private var kept: Set<UInt64> = []
  /// The ordinals of those in which a block may begin, among all such events.
  private var keptAllocations: Set<UInt64> = []

  /// Takes a matcher that has seen nothing.
  package init(_ matcher: EventMatcher) {
    self.matcher = matcher
    self.matcher.attribution?.instances.turns = []
  }

  /// Takes the next events before the range.
  package mutating func consume(_ batch: consuming EventBatch) {
    matcher.match(&batch)
    let turns = Set(matcher.attribution?.instances.turns ?? [])
    matcher.attribution?.instances.turns?.removeAll(keepingCapacity: true)
    guard !turns.isEmpty || !kept.isEmpty else { return }
    // A row in which two blocks end names one of them only.
    let endsBeside = Set(batch.derived.adjustments.lazy.filter { $0.count < 0 }.map(\.row))
    var allocation = batch.derived.firstAllocation
    for row in 0..<batch.count {
      let operation = batch.shapeTable[Int(batch.shapes[row])].operation
      guard operation.isOfHeap else { continue }
      let event = batch.firstEvent + UInt64(row)
      let release = batch.derived.releases[row]
      if turns.contains(event) || endsBeside.contains(row)
        || (release != 0 && keptAllocations.contains(release - 1))
      {
        kept.insert(event)
        if operation.mayBeginBlock { keptAllocations.insert(allocation) }
      }
      if operation.mayBeginBlock { allocation += 1 }
    }
  }

  /// What was chosen, to be found again among the same events.
  package var selection: OpeningSelection {
    OpeningSelection(
      allocations: matcher.liveAllocations, events: kept.sorted(), keptAllocations: keptAllocations)
  }

  /// Live bytes when the range begins.
  package var cells: [CellBytes] { matcher.liveCells }
}

/// Finds the chosen ones of the events before a range, which it is shown in order from the first on.
package struct OpeningSelection: Sendable {
  /// The heap's events among the chosen ones.
  package let heapCount: UInt64
  private var allocations: ArraySlice<UInt64>
  private var events: ArraySlice<UInt64>
  private var allocation: UInt64 = 0

  /// Chooses nothing.
  package init() {
    self.init(allocations: [], events: [], keptAllocations: [])
  }

  /// `allocations` are ordinals among the events in which a block may begin, `events` among all; a kept
  /// event of `keptAllocations` may be both.
  init(allocations: [UInt64], events: [UInt64], keptAllocations: Set<UInt64>) {
    heapCount = UInt64(
      events.count + allocations.count - allocations.count { keptAllocations.contains($0) })
    self.allocations = allocations[...]
    self.events = events[...]
  }

  /// Whether the next event, which has an operation and an ordinal, is a chosen one.
  package mutating func keeps(_ operation: EventOperation, event: UInt64) -> Bool {
    guard operation.isOfHeap else { return operation.isLasting }
    var isChosen = false
    if events.first == event {
      events.removeFirst()
      isChosen = true
    }
    guard operation.mayBeginBlock else { return isChosen }
    if allocations.first == allocation {
      allocations.removeFirst()
      isChosen = true
    }
    allocation += 1
    return isChosen
  }
}

extension EventOperation {
  /// Whether a heap block begins or ends with it.
  package var isOfHeap: Bool { mayBeginBlock || self == .free }

  /// Whether it is none of the heap's and says something that holds when a later range begins.
  package var isLasting: Bool {
    switch self {
    case .sample, .mark, .other("resident"): false
    default: !isOfHeap
    }
  }
}
