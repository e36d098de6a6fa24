package import TraceModel

/// A fold over the batches of a trace, in order.
package protocol Aggregator {
  mutating func consume(_ batch: EventBatch)
}
