import TraceAnalysis
import TraceModel

extension TraceIngestion {
  /// Every message about what the matcher put up with.
  static let oddityMessages: Set<String> = {
    var one = TraceSummary()
    one.backwardTimes = 1
    one.impossibleSizes = 1
    one.missedFrees = 1
    one.unmatchedFrees = 1
    one.unmatchedUnmaps = 1
    return Set(oddities(in: one, since: TraceSummary()).map(\.message))
  }()

  /// Says what the matcher put up with in all events, whose old diagnostics were left out.
  mutating func addOddities() {
    let logs = metadata.sources.filter(\.hasEvents)
    let place = logs.count == 1 ? logs.first.map { SourceLocation(file: $0.name) } : nil
    for var oddity in TraceIngestion.oddities(in: matcher.summary, since: TraceSummary()) {
      oddity.location = place
      metadata.diagnostics.append(oddity)
    }
  }
}
