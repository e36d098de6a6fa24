import FootprintEstimate
import MemtraceTestSupport
import Testing

/// The simulated allocator against WAMR's own, and against what any allocator must keep.
@Suite struct PoolEmsHeapTests {
  private static let layout = EmsLayout(heapStructBytes: 384, pointerBytes: 8)

  @Test func `every block of a real run lies where WAMR put it`() throws {
    var compared = 0
    for run in try PoolSamples.runs() {
      var heap = EmsHeap(poolBytes: run.poolBytes, layout: PoolEmsHeapTests.layout)
      var live: [Int: EmsHeap.Block] = [:]
      for words in run.lines where words[0] != "phase" {
        let numbers = words.dropFirst().compactMap { Int($0) }
        let offset: Int
        switch words[0] {
        case "m": offset = PoolEmsHeapTests.allocate(numbers[0], &heap, &live)
        case "r":
          let known = live.removeValue(forKey: numbers[0])
          let old = try #require(known)
          if let block = try? heap.reallocate(old, to: numbers[1]) {
            offset = heap.offset(of: block)
            live[offset] = block
          } else {
            live[numbers[0]] = old
            offset = -1
          }
        default:
          let old = live.removeValue(forKey: numbers[0])
          try heap.free(try #require(old))
          continue
        }
        try #require(
          offset == numbers.last, "\(run.build) \(run.module), \(words.joined(separator: " "))")
        compared += 1
      }
    }
    #expect(compared > 6000)
  }

  private static func allocate(
    _ bytes: Int, _ heap: inout EmsHeap, _ live: inout [Int: EmsHeap.Block]
  ) -> Int {
    guard let block = try? heap.allocate(bytes) else { return -1 }
    live[heap.offset(of: block)] = block
    return heap.offset(of: block)
  }

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func `blocks never overlap and the pool is whole again at the end`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let pool = 16_384
    var heap = EmsHeap(poolBytes: pool, layout: PoolEmsHeapTests.layout)
    var live: [(block: EmsHeap.Block, bytes: Int)] = []
    for _ in 0..<3000 {
      switch Int.random(in: 0..<5, using: &random) {
      case 0, 1:
        let bytes = Int.random(in: 1...600, using: &random)
        if let block = try? heap.allocate(bytes) { live.append((block, bytes)) }
      case 2 where !live.isEmpty:
        let index = Int.random(in: live.indices, using: &random)
        let bytes = Int.random(in: 1...900, using: &random)
        if let block = try? heap.reallocate(live[index].block, to: bytes) {
          live[index] = (block, max(bytes, live[index].bytes))
        }
      default:
        guard !live.isEmpty else { continue }
        let index = Int.random(in: live.indices, using: &random)
        try heap.free(live.remove(at: index).block)
      }
      let places = live.map { (heap.offset(of: $0.block), $0.bytes) }.sorted { $0.0 < $1.0 }
      for (first, second) in zip(places, places.dropFirst()) {
        try #require(first.0 + first.1 <= second.0 - 4)
      }
      if let last = places.last { try #require(last.0 + last.1 <= pool) }
    }
    for entry in live { try heap.free(entry.block) }
    #expect(heap.usedBytes == 0)
    let capacity = PoolEmsHeapTests.layout.capacity(ofPool: pool)
    let block = try heap.allocate(capacity - 4)
    #expect(heap.offset(of: block) == 392)
    #expect(throws: EmsHeap.Refusal.full) { try heap.allocate(1) }
  }

  @Test func `a pool below 256 bytes holds nothing`() {
    var heap = EmsHeap(poolBytes: 255, layout: PoolEmsHeapTests.layout)
    #expect(throws: EmsHeap.Refusal.full) { try heap.allocate(1) }
    var huge = EmsHeap(poolBytes: .max, layout: PoolEmsHeapTests.layout)
    #expect(throws: EmsHeap.Refusal.full) { try huge.allocate(.max) }
  }

  @Test func `a tree that has become a list ends the simulation in time`() throws {
    // Free chunks of rising sizes, each apart from the next one.
    var heap = EmsHeap(poolBytes: 1 << 30, layout: PoolEmsHeapTests.layout, steps: 20_000)
    var blocks: [EmsHeap.Block] = []
    #expect(throws: EmsHeap.Refusal.tooMuchWork) {
      for index in 0..<10_000 {
        blocks.append(try heap.allocate(256 + 8 * index))
        _ = try heap.allocate(8)
      }
      for block in blocks { try heap.free(block) }
    }
  }

  @Test func `marks around blocks count`() {
    let layout = EmsLayout(heapStructBytes: 384, pointerBytes: 8, marksBlocks: true)
    #expect(layout.chunk(for: 16) == 64)
    #expect(layout.smallestChunk == 56)
    #expect(EmsLayout(heapStructBytes: 204, pointerBytes: 4).firstChunk == 212)
  }
}
