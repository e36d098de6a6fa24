package import TraceModel

/// A fold over the batches of a trace, in order.
package protocol Aggregator {
  /// What it looks at; the rest may be absent from its batches.
  static var parts: EventParts { get }

  mutating func consume(_ batch: EventBatch)
}
