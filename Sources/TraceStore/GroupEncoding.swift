import ThreadPool
import TraceModel

/// The row group of events in the making, whose batches a pool's jobs take one after the other.
///
/// Rationale: what has come when a job ends is the next one's, so that nobody waits before the row
/// group ends.
struct GroupEncoding {
  private let pool: ThreadPool
  /// What is known of addresses by the batches that are done; nil where addresses are left out.
  private let model: AddressModel?
  private var group: EventGroup?
  private var waiting: [EventBatch] = []
  private var job: Future<Void, Never>?

  init(keepsAddresses: Bool, pool: ThreadPool) {
    self.pool = pool
    model = keepsAddresses ? AddressModel() : nil
  }

  var keepsAddresses: Bool { model != nil }
  /// Whether the row group's events are matched; nil where there is none.
  var isMatched: Bool? { group?.isMatched }

  /// Takes the next batch of the row group, or begins one with it.
  mutating func append(_ batch: EventBatch) {
    if group == nil { group = EventGroup(from: batch, model: model) }
    waiting.append(batch)
    if pool.threadCount == 1 {
      // Nobody else takes it while it is in the cache.
      catchUp()
    } else if job?.isSettled ?? true {
      startNext()
    }
  }

  /// Ends the row group, all of whose batches are taken then; nil where there is none.
  mutating func finish() -> EventGroup? {
    catchUp()
    defer { group = nil }
    return group
  }

  private mutating func catchUp() {
    while job != nil || !waiting.isEmpty { startNext() }
  }

  /// Waits for the job, and hands what has come meanwhile to the next one.
  private mutating func startNext() {
    job?.take()
    job = nil
    guard let group, !waiting.isEmpty else { return }
    let batches = waiting
    waiting = []
    job = pool.run(.soon) {
      for batch in batches { group.append(batch) }
    }
  }
}
