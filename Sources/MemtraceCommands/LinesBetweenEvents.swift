import TraceModel
import TraceStore

/// The header and stack lines of a store, to be taken with the batch of events that they stand in.
///
/// Ingest knows the lines between a batch's events, and those behind the last events of an input,
/// before it matches the batch; whoever matches the events again does the same.
struct LinesBetweenEvents {
  private(set) var headers: ArraySlice<LogHeader>
  private(set) var stacks: ArraySlice<StackDefinition>
  private let inputEnds: Set<UInt64>

  init(_ store: TraceFile) throws {
    headers = try store.logHeaders()[...]
    stacks = try store.stacks()[...]
    inputEnds = Set(store.metadata.sources.filter(\.hasEvents).map(\.firstEvent))
      .union([store.summary.eventCount])
  }

  /// Takes the lines that must be known before a batch is matched.
  mutating func take(
    for batch: borrowing EventBatch
  ) -> (headers: [LogHeader], stacks: [StackDefinition]) {
    let end = batch.firstEvent + UInt64(batch.count)
    let limit = inputEnds.contains(end) ? end : end - 1
    let taken = (
      headers.prefix { $0.firstEvent <= limit }, stacks.prefix { $0.firstEvent <= limit }
    )
    headers = headers.dropFirst(taken.0.count)
    stacks = stacks.dropFirst(taken.1.count)
    return (Array(taken.0), Array(taken.1))
  }
}
