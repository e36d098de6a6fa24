import ThreadPool
import TraceModel

/// The row group of events in the making, whose batches a pool's jobs take one after the other.
struct GroupEncoding {
  private let pool: ThreadPool
  /// What is known of addresses by the batches that are done; nil where addresses are left out.
  private let model: AddressModel?
  private var group: (events: EventGroup, jobs: JobChain<EventBatch>)?

  init(keepsAddresses: Bool, pool: ThreadPool) {
    self.pool = pool
    model = keepsAddresses ? AddressModel() : nil
  }

  var keepsAddresses: Bool { model != nil }
  /// Whether the row group's events are matched; nil where there is none.
  var isMatched: Bool? { group?.events.isMatched }

  /// Takes the next batch of the row group, or begins one with it.
  mutating func append(_ batch: EventBatch) {
    if group == nil {
      let events = EventGroup(from: batch, model: model)
      group = (events, JobChain(pool, .soon) { events.append($0) })
    }
    group?.jobs.append(batch)
  }

  /// Ends the row group, all of whose batches are taken then; nil where there is none.
  mutating func finish() -> EventGroup? {
    group?.jobs.finish()
    defer { group = nil }
    return group?.events
  }
}
