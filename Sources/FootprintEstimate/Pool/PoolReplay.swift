/// Runs a sequence on a simulated pool.
struct PoolReplay {
  /// What was reached when an event had succeeded.
  struct Mark {
    /// The end of the highest chunk that was ever used.
    var highestEnd: Int
    /// The most that chunks in use took.
    var highestUse: Int
    /// What they take.
    var use: Int
  }

  /// The event that found no room; nil where all went well.
  private(set) var failedEvent: Int?
  /// The simulation was ended because it took too long.
  private(set) var gaveUp = false
  /// Before each of the events that were asked for.
  private(set) var marks: [Mark] = []
  /// Events and the allocator's steps.
  private(set) var work = 0

  /// Runs the events before `count`; `stops` are ascending.
  init(
    _ sequence: AllocationSequence, count: Int, poolBytes: Int, layout: EmsLayout, work limit: Int,
    stops: [Int] = [], refusesOptional: Bool = false
  ) {
    var heap = EmsHeap(poolBytes: poolBytes, layout: layout, steps: limit)
    var nextStop = 0
    func mark() -> Mark {
      Mark(highestEnd: heap.highestEnd, highestUse: heap.highestUse, use: heap.usedBytes)
    }
    var places = [EmsHeap.Block](repeating: -1, count: Int(sequence.blockCount))
    events: for index in 0..<min(count, sequence.events.count) {
      while nextStop < stops.count, stops[nextStop] <= index {
        marks.append(mark())
        nextStop += 1
      }
      work += 1
      let event = sequence.events[index]
      let block = Int(event.block)
      guard places.indices.contains(block) else { continue }
      do throws(EmsHeap.Refusal) {
        switch event.operation {
        case .allocate: places[block] = try heap.allocate(Int(event.size))
        case .allocateOptionally where refusesOptional: break
        case .allocateOptionally:
          if let place = try PoolReplay.optional(Int(event.size), &heap) { places[block] = place }
        case .reallocate where places[block] >= 0:
          places[block] = try heap.reallocate(places[block], to: Int(event.size))
        case .free where places[block] >= 0:
          try heap.free(places[block])
          places[block] = -1
        case .freeIfGiven where places[block] >= 0:
          let other = Int(event.size)
          guard places.indices.contains(other), places[other] >= 0 else { continue events }
          try heap.free(places[block])
          places[block] = -1
        case .reallocate, .free, .freeIfGiven: break
        }
      } catch {
        gaveUp = error == .tooMuchWork
        failedEvent = index
        break events
      }
    }
    while failedEvent == nil, nextStop < stops.count {
      marks.append(mark())
      nextStop += 1
    }
    work += limit - heap.stepsLeft
  }

  private static func optional(
    _ bytes: Int, _ heap: inout EmsHeap
  ) throws(EmsHeap.Refusal) -> EmsHeap.Block? {
    do throws(EmsHeap.Refusal) {
      return try heap.allocate(bytes)
    } catch {
      if error == .tooMuchWork { throw error }
      return nil
    }
  }
}
