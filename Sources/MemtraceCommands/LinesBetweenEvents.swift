import TraceModel
import TraceStore

/// The header and stack lines of a store, to be taken with the batch of events that they stand in.
///
/// Ingest knows the lines between a batch's events, and those behind the last event of all, before it
/// matches the batch; whoever matches the events again does the same.
struct LinesBetweenEvents {
  private(set) var headers: ArraySlice<LogHeader>
  private(set) var stacks: ArraySlice<StackDefinition>
  /// Where lines count as standing in the last batch.
  private let end: UInt64?

  /// `leavesEnd`: the lines behind the last event of all are not taken with its batch.
  init(_ store: TraceFile, leavesEnd: Bool = false) throws {
    headers = try store.logHeaders()[...]
    stacks = try store.stacks().definitions[...]
    end = leavesEnd ? nil : store.summary.eventCount
  }

  /// Takes the lines that must be known before a batch is matched.
  mutating func take(
    for batch: borrowing EventBatch
  ) -> (headers: [LogHeader], stacks: [StackDefinition]) {
    let limit = limit(of: batch)
    let taken = (
      headers.prefix { $0.firstEvent <= limit }, stacks.prefix { $0.firstEvent <= limit }
    )
    headers = headers.dropFirst(taken.0.count)
    stacks = stacks.dropFirst(taken.1.count)
    return (Array(taken.0), Array(taken.1))
  }

  /// Lines that stand before this event or an earlier one must be known before a batch is matched.
  func limit(of batch: borrowing EventBatch) -> UInt64 {
    let next = batch.firstEvent + UInt64(batch.count)
    return next == end ? next : next - 1
  }
}
