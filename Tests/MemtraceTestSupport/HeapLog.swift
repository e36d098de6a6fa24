import TraceModel

extension RandomLog {
  /// A log of a program whose allocator hands freed blocks out again, the last one first.
  ///
  /// Blocks that another thread frees, reallocations in place and to elsewhere, and blocks beyond
  /// the small ones are among them.
  package static func heap(
    seed: UInt64, count: Int, threads: UInt64 = 3, base: UInt64 = 0x5555_0000_0000
  ) -> RandomLog {
    var heap = SimulatedHeap(seed: seed, threads: max(1, threads), top: base)
    return RandomLog(events: (0..<count).map { heap.event(time: UInt64($0) * 37) })
  }

  /// The same events with every address, thread and size as the closures make it of the old one;
  /// the address of no block stays.
  package func respelt(
    address: (UInt64) -> UInt64 = { $0 }, thread: (UInt64) -> UInt64 = { $0 },
    size: (UInt64) -> UInt64 = { $0 }
  ) -> RandomLog {
    RandomLog(
      events: events.map { event in
        var event = event
        if event.address != 0 { event.address = address(event.address) }
        if let old = event.old, old != 0 { event.old = address(old) }
        event.thread = thread(event.thread)
        event.size = event.size.map(size)
        return event
      })
  }
}

private struct SimulatedHeap {
  struct Block {
    var address: UInt64
    var size: UInt64
  }

  private var random: SeededGenerator
  private let threads: UInt64
  private var top: UInt64
  private var live: [Block] = []
  /// By thread and class of sizes.
  private var freed: [[UInt64]: [UInt64]] = [:]

  init(seed: UInt64, threads: UInt64, top: UInt64) {
    random = SeededGenerator(seed: seed)
    self.threads = threads
    self.top = top
  }

  mutating func event(time: UInt64) -> LogEvent {
    let thread = 100 + (random.once(in: 3) ? random.next() % threads : 0)
    let stack = random.once(in: 2) ? random.next() % 9 : nil
    switch random.next() % 10 {
    case 0...3 where !live.isEmpty:
      let block = takeLive()
      free(block, thread)
      return LogEvent(time: time, thread: thread, .free, block.address)
    case 4 where !live.isEmpty:
      let old = takeLive()
      let size = anySize()
      let staysInPlace = SimulatedHeap.classOf(size) <= SimulatedHeap.classOf(old.size)
      if !staysInPlace { free(old, thread) }
      let address = staysInPlace ? old.address : allocate(size, thread)
      live.append(Block(address: address, size: size))
      return LogEvent(
        time: time, thread: thread, .realloc, address, old: old.address, size: size, stack: stack)
    default:
      let size = anySize()
      let address = allocate(size, thread)
      live.append(Block(address: address, size: size))
      return LogEvent(time: time, thread: thread, .malloc, address, size: size, stack: stack)
    }
  }

  private static func classOf(_ size: UInt64) -> UInt64 { max(32, (size + 23) / 16 * 16) }

  private mutating func anySize() -> UInt64 {
    random.once(in: 40)
      ? 100_000 + random.next() % 100_000
      : [24, 60, 100, 1000][
        Int(random.next() % 4)]
  }

  private mutating func takeLive() -> Block {
    let recent = min(UInt64(live.count), random.once(in: 4) ? 1000 : 5)
    return live.remove(at: live.count - 1 - Int(random.next() % recent))
  }

  private mutating func free(_ block: Block, _ thread: UInt64) {
    freed[[thread, SimulatedHeap.classOf(block.size)], default: []].append(block.address)
  }

  private mutating func allocate(_ size: UInt64, _ thread: UInt64) -> UInt64 {
    let chunk = SimulatedHeap.classOf(size)
    if !random.once(in: 9), let address = freed[[thread, chunk]]?.popLast() { return address }
    top += random.once(in: 5) ? 4096 : 0
    defer { top += chunk }
    return top
  }
}
