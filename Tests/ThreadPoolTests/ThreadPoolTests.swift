import Glibc
import Synchronization
import Testing
import ThreadPool

@Suite struct ThreadPoolTests {
  private static let threadCounts = [1, 2, 3, 7]

  private struct Refusal: Error, Equatable {
    var number: Int
  }

  @Test(arguments: threadCounts)
  func `each future has its own job's result, in whatever order they are taken`(count: Int) {
    let pool = ThreadPool(threads: count)
    #expect(pool.threadCount == count)
    for isBackwards in [false, true] {
      let numbers = Array(0..<300)
      let futures = numbers.map { number in
        pool.run {
          // Unequal work, so that jobs end in another order than they began.
          (0..<(number * 7919 % 1000)).reduce(number) { $0 ^ ($1 & 0) }
        }
      }
      let order = isBackwards ? numbers.reversed() : numbers
      #expect(order.map { futures[$0].take() } == order)
    }
  }

  @Test(arguments: threadCounts)
  func `a job's error comes to whoever takes its result, and to nobody else`(count: Int) {
    let pool = ThreadPool(threads: count)
    let futures = (0..<100).map { number in
      pool.run { () throws(Refusal) -> Int in
        guard number % 3 != 1 else { throw Refusal(number: number) }
        return number
      }
    }
    for (number, future) in futures.enumerated() {
      do throws(Refusal) {
        #expect(try future.take() == number)
        #expect(number % 3 != 1)
      } catch {
        #expect(error == Refusal(number: number))
      }
    }
  }

  @Test(arguments: threadCounts)
  func `a job may queue further ones, which whoever waits works on`(count: Int) {
    let pool = ThreadPool(threads: count)
    let rounds = (0..<50).map { number in
      pool.run { (0..<4).map { part in pool.run { number * 4 + part } } }
    }
    let sums = rounds.map { $0.take().reduce(0) { $0 + $1.take() } }
    #expect(sums == (0..<50).map { 16 * $0 + 6 })
  }

  /// What a job and the test tell each other.
  private final class Signals: Sendable {
    let hasBegun = Atomic(false)
    let mayEnd = Atomic(false)
  }

  @Test func `who waits for a job takes none that awaits input, which the pool's thread does`() {
    let pool = ThreadPool(threads: 2)
    let signals = Signals()
    let busy = pool.run {
      signals.hasBegun.store(true, ordering: .releasing)
      while !signals.mayEnd.load(ordering: .acquiring) { usleep(100) }
    }
    while !signals.hasBegun.load(ordering: .acquiring) { usleep(100) }
    let input = pool.run(.input) { 1 }
    #expect(pool.run(.soon) { 2 }.take() == 2)
    #expect(pool.run(.later) { 3 }.take() == 3)
    #expect(!input.isSettled)
    signals.mayEnd.store(true, ordering: .releasing)
    #expect(input.take() == 1)
    busy.take()
  }

  @Test func `without another thread, who waits takes what awaits input`() {
    #expect(ThreadPool(threads: 1).run(.input) { 1 }.take() == 1)
  }

  @Test(arguments: threadCounts)
  func `thousands of waiting jobs all run once`(count: Int) {
    let pool = ThreadPool(threads: count)
    let tally = Tally()
    let futures = (0..<4000).map { number in
      pool.run {
        tally.count.add(1, ordering: .relaxed)
        return number
      }
    }
    #expect(futures.reduce(0) { max($0, $1.take()) } == 3999)
    #expect(tally.count.load(ordering: .relaxed) == 4000)
  }

  private final class Tally: Sendable {
    let count = Atomic(0)
    let flag = Atomic(false)
  }

  @Test func `a pool of one thread is the caller's, and works when the caller waits`() {
    let pool = ThreadPool(threads: 1)
    let tally = Tally()
    let future = pool.run {
      tally.count.add(1, ordering: .relaxed)
      return pthread_self()
    }
    usleep(10_000)
    #expect(tally.count.load(ordering: .relaxed) == 0)
    #expect(future.take() == pthread_self())
    #expect(tally.count.load(ordering: .relaxed) == 1)
  }

  @Test(arguments: [2, 3, 7])
  func `other threads work while nobody waits`(count: Int) {
    let pool = ThreadPool(threads: count)
    let tally = Tally()
    let caller = pthread_self()
    let future = pool.run { () -> Bool in
      tally.count.add(1, ordering: .relaxed)
      while !tally.flag.load(ordering: .relaxed) { usleep(100) }
      return pthread_self() != caller
    }
    while tally.count.load(ordering: .relaxed) == 0 { usleep(100) }
    tally.flag.store(true, ordering: .relaxed)
    #expect(future.take())
  }

  @Test(arguments: [2, 7])
  func `a pool that nobody uses any more ends, its jobs done`(count: Int) {
    let tally = Tally()
    var pool: ThreadPool? = ThreadPool(threads: count)
    for _ in 0..<200 {
      _ = pool?.run {
        usleep(10)
        tally.count.add(1, ordering: .relaxed)
      }
    }
    pool = nil
    #expect(tally.count.load(ordering: .relaxed) == 200)
  }

  @Test func `a pool has a thread at least`() {
    for count in [0, -1, .min] {
      let pool = ThreadPool(threads: count)
      #expect(pool.threadCount == 1)
      #expect(pool.run { 5 }.take() == 5)
    }
    #expect(ThreadPool.defaultThreadCount >= 1)
  }
}
