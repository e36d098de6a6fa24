import MemtraceTestSupport
import TraceAnalysis
import TraceIngest
import TraceModel

/// A log, read and matched: what ingest would put into a store.
struct LogReading {
  var batches: [EventBatch] = []
  var summary: TraceSummary
  var diagnostics: [Diagnostic] = []
  private var rules: AttributionRules?
  private var headers: [LogHeader] = []
  private var stacks: [StackDefinition] = []

  init(sample name: String) throws {
    try self.init(path: Samples.path("logs/\(name)"))
  }

  init(_ text: String, rules: AttributionRules? = nil) throws {
    let file = try TemporaryFile(text)
    try self.init(path: file.path, rules: rules)
  }

  private init(path: String, rules: AttributionRules? = nil) throws {
    let input = try InputFile(path: path)
    let reader = try TraceReaderRegistry.detect(
      try input.head(limit: InputLimits.headBytes), file: path)
    var lines = LineBlocks(input)
    var context = ReadContext(source: 0, file: "log", firstEvent: 0, isStrict: false)
    var matcher = EventMatcher(rules: rules)
    var headers: [LogHeader] = []
    var stacks: [StackDefinition] = []
    var matched: [EventBatch] = []
    try reader.read(&lines, context: &context) { record in
      switch record {
      case .logHeader(let header):
        LogReading.tell(&matcher, header)
        headers.append(header)
      case .stacks(let batch):
        matcher.define(batch)
        stacks += batch.definitions
      case .events(var batch):
        matcher.match(&batch)
        matched.append(batch)
      default: break
      }
    }
    batches = matched
    summary = matcher.summary
    (self.rules, self.headers, self.stacks) = (rules, headers, stacks)
    diagnostics = context.diagnostics.diagnostics
  }

  /// Knows the headers and call stacks and has matched nothing.
  func freshMatcher() -> EventMatcher {
    var matcher = EventMatcher(rules: rules)
    for header in headers { LogReading.tell(&matcher, header) }
    matcher.define(StackBatch(stacks))
    return matcher
  }

  private static func tell(_ matcher: inout EventMatcher, _ header: LogHeader) {
    if let size = header.pageSize { matcher.pageSize = size }
    matcher.mainThread = header.process
    matcher.scope = header.scope ?? matcher.scope
  }

  var eventCount: Int { Int(summary.eventCount) }

  /// The cells after every event.
  var cells: [[CellBytes]] {
    var aggregator = CellsAggregator(after: Array(0..<summary.eventCount))
    for batch in batches { aggregator.consume(batch) }
    return aggregator.results
  }

  /// Committed bytes of a category after every event.
  func committed(_ category: MemoryCategory) -> [Int64] {
    cells.map { cells in
      cells.filter { $0.cell.category == category }.reduce(0) { $0 + $1.committed }
    }
  }

  func reserved(_ category: MemoryCategory) -> [Int64] {
    cells.map { cells in
      cells.filter { $0.cell.category == category }.reduce(0) { $0 + $1.reserved }
    }
  }

  /// What module instances hold after an event; the last one without.
  func instances(after event: UInt64 = .max) -> [InstanceAggregator.Holding: Int64] {
    var aggregator = InstanceAggregator(through: event)
    for batch in batches {
      aggregator.consume(batch.derived.instanceChanges, firstEvent: batch.firstEvent)
    }
    return aggregator.holdings.mapValues(\.committed)
  }

  /// The heap events, for the naive replay.
  var heapLog: [LogEvent?] {
    var events: [LogEvent?] = []
    for batch in batches {
      var extras = ExtraCursor(batch)
      for row in 0..<batch.count {
        let shape = batch.shapeTable[Int(batch.shapes[row])]
        let values = extras.take(shape)
        guard shape.operation.isAllocation || [.realloc, .free].contains(shape.operation) else {
          events.append(nil)
          continue
        }
        events.append(
          LogEvent(
            time: batch.times[row], thread: batch.threads[row], shape.operation,
            batch.addresses[row], old: batch.olds[row], size: batch.sizes[row],
            usage: values.text("usage")))
      }
    }
    return events
  }
}
