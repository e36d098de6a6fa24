import ThreadPool
import TraceAnalysis
import TraceIngest
import TraceModel
import TraceStore

/// The engine's stages over one log, each on one thread.
final class Stages {
  let log: String
  let store: String
  private(set) var batches: [EventBatch] = []
  private(set) var text: [UInt8] = []
  private var unmatched: [EventBatch] = []
  private var decoded: [EventBatch] = []

  /// Reads the log once; `store` is a file that may be written.
  init(log: String, store: String) throws {
    self.log = log
    self.store = store
    text = try InputFile.contents(of: log, limit: 1 << 30)
    try parse { unmatched.append($0) }
    try match()
    try encode(to: store)
    try decode()
  }

  var events: Int { unmatched.reduce(0) { $0 + $1.count } }

  var all: [MicroBenchmark] {
    [
      MicroBenchmark(name: "parse", round: { try self.parse { _ in } }),
      MicroBenchmark(name: "match", round: { try self.match() }),
      MicroBenchmark(name: "encode", round: { try self.encode(to: "/dev/null") }),
      MicroBenchmark(name: "decode", round: { try self.decode() }),
      MicroBenchmark(name: "scan sites", round: { self.scanSites() }),
      MicroBenchmark(name: "scan timeline", round: { try self.scanTimeline() }),
    ]
  }

  /// Nanoseconds for each event of what every reader of the text must do at least.
  func reading(rounds: Int) -> Double {
    var best = Double.infinity
    for _ in 0..<rounds {
      let start = ContinuousClock.now
      var digits = 0
      for byte in text where byte &- UInt8(ascii: "0") <= 9 { digits += 1 }
      let elapsed = ContinuousClock.now - start
      precondition(digits > 0, "a log has digits")
      best = min(best, MicroBenchmark.nanoseconds(elapsed))
    }
    return best / Double(events)
  }

  /// Memory of a batch is the next one's where nobody keeps it, as in ingest.
  private func parse(_ take: (EventBatch) -> Void) throws {
    var lines = LineBlocks(try InputFile(path: log))
    var context = ReadContext(source: 0, file: log, firstEvent: 0, isStrict: true)
    try TraceReaderRegistry.reader(named: "memtrace-log").read(&lines, context: &context) {
      if case .events(let batch) = $0 { take(batch) }
    }
  }

  private func match() throws {
    var matcher = EventMatcher()
    batches = unmatched
    for index in batches.indices { matcher.match(&batches[index]) }
  }

  private func encode(to path: String) throws {
    var matcher = EventMatcher()
    let writer = try TraceWriter(path: path, replaces: true)
    for batch in batches { try writer.append(.events(batch)) }
    // What stands in the summary costs nothing by the event; a store needs one.
    if path == store { for var batch in unmatched { matcher.match(&batch) } }
    try writer.finish(metadata: TraceMetadata(), summary: matcher.summary)
  }

  private func decode() throws {
    let file = try TraceFile(path: store)
    decoded = try file.eventGroups.map { try file.aggregates(of: $0) }
  }

  private func scanSites() {
    var sites = SiteAggregator()
    for batch in decoded { sites.consume(batch) }
    precondition(!sites.list.isEmpty, "a log has sites")
  }

  private func scanTimeline() throws {
    let first = decoded.first?.times.first ?? 0
    let last = decoded.last?.times.last ?? 0
    var timeline = TimelineAggregator(buckets: 1000, from: first, through: last)
    for batch in decoded { timeline.consume(batch) }
    precondition(!timeline.finish().isEmpty, "a log has a timeline")
  }
}
