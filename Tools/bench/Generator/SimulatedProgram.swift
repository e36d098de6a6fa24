/// A program of several threads that allocate, free and reallocate in bursts, the number of live blocks
/// growing to a target and then swinging about it.
struct SimulatedProgram {
  private enum Burst {
    case growing, shrinking
    /// Blocks that are freed as soon as they are used.
    case temporaries
  }

  private struct Thread {
    /// The blocks that it allocated, the newest last.
    var live: [SimulatedHeap.Place] = []
    var burst = Burst.growing
    var eventsLeft = 0
    /// What a loop's body asks for, again and again.
    var loop: [CallStacks.Request] = []
    var step = 0
  }

  private static let eventsPerTurn = 64
  private static let eventsPerBurst = 96
  private static let longestLoop = 4
  private static let recentBlocks = 64

  private var random: SplitMix64
  private let stacks: CallStacks
  private var heap: SimulatedHeap
  private var threads: [Thread]
  private let liveTarget: Int
  private var current = 0
  private var turn = 0
  private var time: UInt64 = 0

  private(set) var liveBlocks = 0
  private(set) var liveBytes: UInt64 = 0

  init(_ options: GeneratorOptions) {
    random = SplitMix64(seed: options.seed)
    stacks = CallStacks(count: options.stacks, random: &random)
    heap = SimulatedHeap(threads: options.threads)
    threads = Array(repeating: Thread(), count: options.threads)
    liveTarget = options.live
  }

  mutating func next() -> HeapEvent {
    if turn == 0 {
      current = random.below(threads.count)
      turn = 1 + random.below(Self.eventsPerTurn)
    }
    turn -= 1
    if threads[current].eventsLeft == 0 { beginBurst() }
    threads[current].eventsLeft -= 1
    switch threads[current].burst {
    case .growing:
      return random.happens(percent: 3) ? reallocation() : allocation()
    case .shrinking:
      return random.happens(percent: 5) ? foreignRelease() : release()
    case .temporaries:
      return threads[current].eventsLeft % 2 == 1 ? allocation() : release(depth: 0)
    }
  }

  private mutating func beginBurst() {
    let missing = Double(liveTarget - liveBlocks) / Double(liveTarget)
    let growth = min(0.9, max(0.1, 0.5 + 4 * missing))
    if random.happens(percent: 40) {
      threads[current].burst = .temporaries
    } else {
      threads[current].burst = random.unit() < growth ? .growing : .shrinking
    }
    let longest = max(1, min(Self.eventsPerBurst, liveTarget / threads.count))
    threads[current].eventsLeft = 2 * (1 + random.below(longest) / 2)
    threads[current].step = 0
    threads[current].loop.removeAll(keepingCapacity: true)
    for _ in 0...random.below(Self.longestLoop) {
      threads[current].loop.append(stacks.request(&random))
    }
  }

  /// The next request of the loop; in one of five cases the stack asks for another size.
  private mutating func request() -> CallStacks.Request {
    var request = threads[current].loop[threads[current].step]
    threads[current].step = (threads[current].step + 1) % threads[current].loop.count
    if random.happens(percent: 20) { request.size = stacks.size(of: request.stack, &random) }
    return request
  }

  // MARK: Events

  private mutating func allocation() -> HeapEvent {
    let request = request()
    let place = heap.allocate(request.size, thread: current)
    threads[current].live.append(place)
    liveBlocks += 1
    liveBytes += UInt64(request.size)
    return event(.malloc, place, size: request.size, stack: request.stack)
  }

  /// Grows a recent block by half or to the double, as strings and vectors do.
  private mutating func reallocation() -> HeapEvent {
    guard let index = recentBlock(of: current) else { return allocation() }
    let place = threads[current].live[index]
    let oldSize = heap.size(of: place)
    let size = min(
      oldSize + max(1, oldSize / UInt32(1 + random.below(2))), UInt32(SizeDistribution.largest))
    let moved = heap.reallocate(place, size: size, thread: current)
    threads[current].live[index] = moved
    liveBytes = liveBytes - UInt64(oldSize) + UInt64(size)
    var event = event(.realloc, moved, size: size, stack: request().stack)
    event.old = heap.address(of: place)
    return event
  }

  /// Mostly the newest block, sometimes a recent one, seldom any.
  private mutating func release() -> HeapEvent {
    let choice = random.below(100)
    if choice < 70 { return release(depth: 0) }
    let count = threads[current].live.count
    guard count > 0 else { return allocation() }
    return release(depth: random.below(choice < 95 ? min(count, Self.recentBlocks) : count))
  }

  private mutating func release(depth: Int) -> HeapEvent {
    guard threads[current].live.count > depth else { return allocation() }
    return release(of: current, at: threads[current].live.count - 1 - depth)
  }

  /// Frees what another thread allocated.
  private mutating func foreignRelease() -> HeapEvent {
    let owner = random.below(threads.count)
    guard let index = recentBlock(of: owner) else { return release() }
    return release(of: owner, at: index)
  }

  private mutating func release(of owner: Int, at index: Int) -> HeapEvent {
    let place = threads[owner].live[index]
    let last = threads[owner].live.removeLast()
    if index < threads[owner].live.count { threads[owner].live[index] = last }
    liveBlocks -= 1
    liveBytes -= UInt64(heap.size(of: place))
    heap.free(place, thread: current)
    return event(.free, place)
  }

  private mutating func recentBlock(of owner: Int) -> Int? {
    let count = threads[owner].live.count
    return count > 0 ? count - 1 - random.below(min(count, Self.recentBlocks)) : nil
  }

  private mutating func event(
    _ operation: HeapEvent.Operation, _ place: SimulatedHeap.Place, size: UInt32? = nil,
    stack: UInt32? = nil
  ) -> HeapEvent {
    passTime(operation)
    return HeapEvent(
      time: time, thread: UInt64(current) + 1, operation: operation,
      address: heap.address(of: place), size: size.map(UInt64.init), stack: stack.map(UInt64.init))
  }

  /// Mostly some tens of nanoseconds; one event in 16 waits longer, one in 512 much longer.
  private mutating func passTime(_ operation: HeapEvent.Operation) {
    let bits = random.next()
    let step = operation == .free ? 20 + bits & 31 : 40 + bits & 127
    let wait: UInt64 = (bits >> 16) & 511 == 0 ? 8 : (bits >> 16) & 15 == 0 ? 3 : 0
    time += step << wait
  }
}
