import TraceAnalysis
import TraceModel
import TraceStore

/// Tells a matcher, batch by batch, what a store's lines between its events say.
struct RecordedMatching {
  private var lines: LinesBetweenEvents
  private let sources: [TraceSource]

  init(_ store: TraceFile) throws {
    lines = try LinesBetweenEvents(store)
    sources = store.metadata.sources
  }

  mutating func prepare(_ matcher: inout EventMatcher, for batch: borrowing EventBatch) {
    let (headers, stacks) = lines.take(for: batch)
    for header in headers {
      if let pageSize = header.pageSize { matcher.pageSize = pageSize }
      matcher.mainThread = header.process
    }
    matcher.define(StackBatch(stacks))
    let first = batch.firstEvent
    matcher.scope = sources.last { $0.firstEvent <= first && $0.hasEvents }?.scope
  }
}
