import MemtraceTestSupport
import ThreadPool
import TraceIngest
import TraceModel

/// An event as the log said it, whatever batch it came in.
struct LoggedEvent: Hashable, CustomStringConvertible {
  var time: UInt64
  var thread: UInt64
  var operation: String
  /// Key, kind and value, in canonical order.
  var keys: [String]

  var description: String { "\(time) tid=\(thread) \(operation) \(keys)" }
}

/// All that a batch says before it is matched.
struct EventColumns: Equatable {
  private let firstEvent: UInt64
  private let shapeTable: [EventShape]
  private let shapes: [UInt16]
  private let numbers: [[UInt64]]
  private let extras: [EventField: [UInt64]]
  private let strings: [String]

  init(_ batch: EventBatch) {
    firstEvent = batch.firstEvent
    shapeTable = batch.shapeTable
    shapes = batch.shapes
    numbers = [
      batch.times, batch.threads, batch.addresses, batch.olds, batch.sizes, batch.stacks,
    ]
    extras = batch.extras
    strings = batch.strings
  }
}

/// What the readers of allocator logs make of an input.
struct AllocatorLogReading {
  /// All of them, read out of the batches when somebody asks.
  var events: [LoggedEvent] { batches.flatMap(AllocatorLogReading.events) }
  var stacks: [StackDefinition] = []
  var headers: [LogHeader] = []
  var batches: [EventBatch] = []
  var diagnostics: [Diagnostic] = []
  var overlong: (first: Int, count: Int)?
  var scope: TraceScope?
  var isIncomplete = false
  var error: TraceError?

  /// Reads with the named reader, or the one that detection finds.
  init(path: String, format: String? = nil, isStrict: Bool = false, threads: Int = 1) throws {
    let input = try InputFile(path: path)
    let head = try input.head(limit: InputLimits.headBytes)
    let reader =
      try format.map { name in try TraceReaderRegistry.reader(named: name) }
      ?? TraceReaderRegistry.detect(head, file: path)
    var lines = LineBlocks(input)
    var context = ReadContext(
      source: 0, file: "log", firstEvent: 0, isStrict: isStrict, pool: ThreadPool(threads: threads))
    var records: [TraceRecord] = []
    do {
      try reader.read(&lines, context: &context) { records.append($0) }
    } catch let caught as TraceError {
      error = caught
    }
    for record in records {
      switch record {
      case .events(let batch): batches.append(batch)
      case .stacks(let batch): stacks += batch.definitions
      case .logHeader(let header): headers.append(header)
      default: break
      }
    }
    diagnostics = context.diagnostics.diagnostics
    overlong = lines.overlongLines
    scope = context.scope
    isIncomplete = context.isIncomplete
  }

  init(_ text: String, format: String? = "memtrace-log", isStrict: Bool = false) throws {
    try self.init(bytes: Array(text.utf8), format: format, isStrict: isStrict)
  }

  init(bytes: [UInt8], format: String? = "memtrace-log", isStrict: Bool = false) throws {
    let file = try TemporaryFile(bytes)
    try self.init(path: file.path, format: format, isStrict: isStrict)
  }

  private static func events(_ batch: EventBatch) -> [LoggedEvent] {
    var extras = ExtraCursor(batch)
    return (0..<batch.count).map { row in
      let shape = batch.shapeTable[Int(batch.shapes[row])]
      var further = extras.take(shape).all[...]
      let keys = shape.fields.map { field -> String in
        switch field {
        case EventShape.address: return "addr:\(batch.addresses[row])"
        case EventShape.old: return "old:\(batch.olds[row])"
        case EventShape.size: return "size:\(batch.sizes[row])"
        case EventShape.stack: return "stack:\(batch.stacks[row])"
        default:
          guard let extra = further.popFirst() else { return "\(field.name) is missing" }
          return switch extra.value {
          case .number(let number): "\(extra.name):\(number)"
          case .signed(let number): "\(extra.name):\(number)"
          case .text(let text): "\(extra.name)=\(text)"
          }
        }
      }
      return LoggedEvent(
        time: batch.times[row], thread: batch.threads[row], operation: shape.operation.name,
        keys: keys)
    }
  }
}
