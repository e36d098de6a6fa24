import ThreadPool
import TraceModel

/// The addresses of batches, each worked out with what is known by the one before.
///
/// Rationale: a pool's jobs do it in order while batches still come. What has come when a job ends is
/// the next one's, so that nobody waits before a row group ends.
struct Addressing {
  private let pool: ThreadPool
  /// What is known by the batches that are done.
  private var model = AddressModel()
  private var waiting: [EventBatch] = []
  private var job: Future<[AddressColumns], Never>?
  private var done: [AddressColumns] = []

  init(pool: ThreadPool) {
    self.pool = pool
  }

  /// Takes the next batch of the trace.
  mutating func append(_ batch: EventBatch) {
    waiting.append(batch)
    if job?.isSettled ?? true { startNext() }
  }

  /// The addresses of the batches since the last time.
  mutating func finish() -> [AddressColumns] {
    while job != nil || !waiting.isEmpty { startNext() }
    defer { done = [] }
    return done
  }

  /// Waits for the job, and hands what has come meanwhile to the next one.
  private mutating func startNext() {
    if let job { done += job.take() }
    job = nil
    guard !waiting.isEmpty else { return }
    let batches = waiting
    let model = model
    waiting = []
    job = pool.run(.soon) { batches.map { AddressColumns($0, model: model) } }
  }
}
