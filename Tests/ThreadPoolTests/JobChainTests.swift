import Synchronization
import Testing
import ThreadPool

@Suite struct JobChainTests {
  /// What the jobs of a chain do to one another.
  private final class Trace: Sendable {
    let taken = Mutex<[Int]>([])
    let atWork = Atomic<Int>(0)
    let overlaps = Atomic<Int>(0)
    /// How many things were brought and are not done, at the most.
    let mostWaiting = Atomic<Int>(0)
    let brought = Atomic<Int>(0)

    func take(_ number: Int) {
      if atWork.add(1, ordering: .sequentiallyConsistent).newValue > 1 {
        overlaps.add(1, ordering: .relaxed)
      }
      let done = taken.withLock { taken in
        taken.append(number)
        return taken.count
      }
      mostWaiting.max(brought.load(ordering: .relaxed) - done, ordering: .relaxed)
      atWork.subtract(1, ordering: .sequentiallyConsistent)
    }
  }

  @Test(arguments: [1, 2, 3, 7], [ThreadPool.Urgency.soon, .later])
  func `things are taken in order, one at a time`(threads: Int, urgency: ThreadPool.Urgency) {
    let trace = Trace()
    let pool = ThreadPool(threads: threads)
    var chain = JobChain(pool, urgency) { trace.take($0) }
    for number in 0..<5000 {
      // Others work, too.
      if number % 100 == 0 { _ = pool.run { number } }
      chain.append(number)
      if number == 2500 {
        chain.finish()
        #expect(trace.taken.withLock(\.count) == 2501)
      }
    }
    chain.finish()
    #expect(trace.taken.withLock { $0 } == Array(0..<5000))
    #expect(trace.overlaps.load(ordering: .relaxed) == 0)
  }

  @Test(arguments: [0, 1, 5])
  func `no more wait than may, besides those of the job`(limit: Int) {
    let trace = Trace()
    var chain = JobChain(ThreadPool(threads: 2), limit: limit) { trace.take($0) }
    for number in 0..<2000 {
      trace.brought.add(1, ordering: .relaxed)
      chain.append(number)
    }
    chain.finish()
    // As many again are at work, and one is brought.
    #expect(trace.mostWaiting.load(ordering: .relaxed) <= 2 * (limit + 1))
  }

  @Test func `in a pool of one thread a thing is done when it was brought`() {
    let trace = Trace()
    var chain = JobChain(ThreadPool(threads: 1)) { trace.take($0) }
    for number in 0..<10 {
      chain.append(number)
      #expect(trace.taken.withLock(\.count) == number + 1)
    }
  }
}
