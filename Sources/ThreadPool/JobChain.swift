/// Things that jobs of a pool take in order, one job at a time.
///
/// Rationale: what has come when a job ends is the next job's, so that nobody waits before the end. In
/// a pool of one thread nobody else would take a thing while it is in the cache: whoever brings it does.
package struct JobChain<Item: Sendable> {
  private let pool: ThreadPool
  private let urgency: ThreadPool.Urgency
  /// How many things may wait for a job.
  private let limit: Int
  private let body: @Sendable (Item) -> Void
  private var waiting: [Item] = []
  private var job: Future<Void, Never>?

  /// One whose jobs run `body` for each thing; where more than `limit` wait, whoever brings more
  /// waits, too.
  package init(
    _ pool: ThreadPool, _ urgency: ThreadPool.Urgency = .later, limit: Int = .max,
    _ body: @escaping @Sendable (Item) -> Void
  ) {
    self.pool = pool
    self.urgency = urgency
    self.limit = limit
    self.body = body
  }

  /// Brings the next thing.
  package mutating func append(_ item: Item) {
    waiting.append(item)
    if pool.threadCount == 1 {
      finish()
    } else if job?.isSettled ?? true || waiting.count > limit {
      startNext()
    }
  }

  /// Waits until all that was brought is done.
  package mutating func finish() {
    while job != nil || !waiting.isEmpty { startNext() }
  }

  /// Waits for the job, and hands what has come meanwhile to the next one.
  private mutating func startNext() {
    job?.take()
    job = nil
    guard !waiting.isEmpty else { return }
    let items = waiting
    let body = body
    waiting = []
    job = pool.run(urgency) {
      for item in items { body(item) }
    }
  }
}
