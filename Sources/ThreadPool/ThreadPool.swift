import Glibc

/// Runs jobs on threads of its own and on the one that waits for them.
///
/// Rationale: a caller that waits for a result works on what is queued meanwhile, so that a pool of
/// N threads is the caller and N - 1 others, and a pool of one is plain sequential code. Who waits for
/// an urgent job takes urgent ones only, which are short: it goes on as soon as its own is done. Jobs
/// must not wait for other jobs, and for other programs only where they say so: who waits does not take
/// them, and so never waits for more than what was asked for.
package final class ThreadPool: Sendable {
  /// The caller's thread and those of the pool.
  package let threadCount: Int
  private let queue: JobQueue
  private let threads: [pthread_t]

  /// At most so many threads; where the system gives fewer, the pool has fewer.
  package init(threads count: Int) {
    let queue = JobQueue()
    var started: [pthread_t] = []
    for _ in 1..<max(1, count) {
      guard let thread = ThreadPool.start(serving: queue) else { break }
      started.append(thread)
    }
    self.queue = queue
    threadCount = started.count + 1
    threads = started
    if started.isEmpty { queue.serveAlone() }
  }

  /// As many threads as the machine runs at once.
  package static var defaultThreadCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  deinit {
    queue.close()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Queues a job; its result, or its error, is the future's.
  package func run<Value, Failure>(
    _ urgency: Urgency = .later, _ job: @escaping @Sendable () throws(Failure) -> sending Value
  ) -> Future<Value, Failure> {
    let future = Future<Value, Failure>(queue, urgency)
    queue.add(urgency) { future.settle(job) }
    return future
  }

  /// How soon the result of a job is asked for.
  package enum Urgency: Sendable {
    case soon
    case later
    /// Soon, and perhaps not before another program has written something.
    case input
  }

  private static func start(serving queue: JobQueue) -> pthread_t? {
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        let queue = unsafe Unmanaged<JobQueue>.fromOpaque(context).takeRetainedValue()
        while let job = queue.next() { job() }
        return nil
      }, unsafe Unmanaged.passRetained(queue).toOpaque())
    guard status == 0 else {
      unsafe Unmanaged.passUnretained(queue).release()
      return nil
    }
    return thread
  }
}

/// The result of a job, when it is there.
package final class Future<Value, Failure: Error>: @unchecked Sendable {
  private let queue: JobQueue
  /// Written by the job before, read by the waiter after, the queue's lock says that it is done.
  private var result: Result<Value, Failure>?

  private let urgency: ThreadPool.Urgency

  fileprivate init(_ queue: JobQueue, _ urgency: ThreadPool.Urgency) {
    self.queue = queue
    self.urgency = urgency
  }

  fileprivate func settle(_ job: () throws(Failure) -> Value) {
    let outcome: Result<Value, Failure>
    do {
      outcome = .success(try job())
    } catch {
      outcome = .failure(error)
    }
    queue.announce { self.result = outcome }
  }

  /// Whether the job is done: ``take()`` does not wait.
  package var isSettled: Bool { queue.asked { result != nil } }

  /// Waits for the job, running others meanwhile; to be asked once.
  package func take() throws(Failure) -> sending Value {
    queue.work(on: urgency, until: { self.result != nil })
    let taken = result
    result = nil
    guard let taken else { preconditionFailure("a future is taken once") }
    nonisolated(unsafe) let value = try taken.get()
    return unsafe value
  }
}

/// The jobs that wait, and the lock under which results are handed over.
private final class JobQueue: @unchecked Sendable {
  private let access = Lock()
  private var urgentJobs: [(run: @Sendable () -> Void, awaitsInput: Bool)] = []
  private var otherJobs: [@Sendable () -> Void] = []
  private var isClosed = false
  /// Nobody works on jobs but who waits for one.
  private var isAlone = false

  func add(_ urgency: ThreadPool.Urgency, _ job: @escaping @Sendable () -> Void) {
    change {
      if urgency == .later {
        otherJobs.append(job)
      } else {
        urgentJobs.append((job, urgency == .input))
      }
    }
  }

  /// Says that no thread serves the queue.
  func serveAlone() {
    change { isAlone = true }
  }

  func close() {
    change { isClosed = true }
  }

  /// Runs `body` under the lock and wakes whoever waits.
  func announce(_ body: () -> Void) { change(body) }

  /// Looks at something under the lock.
  func asked(_ question: () -> Bool) -> Bool {
    access.lock()
    defer { access.unlock() }
    return question()
  }

  /// The next job, when there is one; nil when the queue is closed.
  func next() -> (@Sendable () -> Void)? {
    access.lock()
    defer { access.unlock() }
    while true {
      if let job = pop(.later, takesInput: true) { return job }
      if isClosed { return nil }
      access.waitForChange()
    }
  }

  /// Works on jobs until a condition holds, and waits where there is none.
  func work(on urgency: ThreadPool.Urgency, until isDone: () -> Bool) {
    access.lock()
    while !isDone() {
      if let job = pop(urgency, takesInput: isAlone) {
        access.unlock()
        job()
        access.lock()
      } else {
        access.waitForChange()
      }
    }
    access.unlock()
  }

  private func change(_ body: () -> Void) {
    access.lock()
    body()
    access.announceChange()
    access.unlock()
  }

  /// Who has no urgent result to wait for takes what nobody else may take first.
  private func pop(_ urgency: ThreadPool.Urgency, takesInput: Bool) -> (@Sendable () -> Void)? {
    if urgency != .soon, !otherJobs.isEmpty { return otherJobs.removeFirst() }
    let next = urgentJobs.firstIndex { takesInput || !$0.awaitsInput }
    return next.map { urgentJobs.remove(at: $0).run }
  }
}
