import MemtraceTestSupport
import TraceModel
import TraceStore

/// An event of any shape, for batches made by hand.
struct BatchRow {
  enum Value {
    case number(UInt64)
    case text(String)
  }

  var time: UInt64
  var thread: UInt64
  var operation: EventOperation
  var values: [(field: EventField, value: Value)]

  init(
    _ time: UInt64, _ thread: UInt64, _ operation: String,
    _ values: [(field: EventField, value: Value)] = []
  ) {
    self.time = time
    self.thread = thread
    self.operation = EventOperation(name: operation)
    self.values = values
  }

  var shape: EventShape { EventShape(operation, values.map(\.field)) }

  static func batch(_ rows: [BatchRow], firstEvent: UInt64 = 0) -> EventBatch {
    var batch = EventBatch(firstEvent: firstEvent)
    for row in rows {
      let known = batch.shapeTable.firstIndex(of: row.shape)
      if known == nil { batch.shapeTable.append(row.shape) }
      batch.shapes.append(UInt16(known ?? batch.shapeTable.count - 1))
      batch.times.append(row.time)
      batch.threads.append(row.thread)
      var core: [EventField: UInt64] = [:]
      for (field, value) in row.values {
        let number =
          switch value {
          case .number(let number): number
          case .text(let text): UInt64(text.interned(in: &batch.strings))
          }
        if EventBatch.isCore(field) {
          core[field] = number
        } else {
          batch.extras[field, default: []].append(number)
        }
      }
      batch.addresses.append(core[EventShape.address] ?? 0)
      batch.olds.append(core[EventShape.old] ?? 0)
      batch.sizes.append(core[EventShape.size] ?? 0)
      batch.stacks.append(core[EventShape.stack] ?? 0)
    }
    return batch
  }

  /// Rows of known and unknown operations with known and unknown keys and extreme values.
  static func random(_ random: inout SeededGenerator, count: Int) -> [BatchRow] {
    let operations = [
      "malloc", "calloc", "realloc", "free", "mmap", "munmap", "mprotect", "sample", "mark",
      "image", "thread", "pthread_create", "thread-start", "thread-exit", "mremap", "madvise",
      "brk",
      "ünbekannt",
    ]
    let fields = [
      EventShape.address, EventShape.old, EventShape.size, EventShape.stack, EventShape.usage,
      EventField("", .text), EventField("name", .text), EventField("fd", .signed),
      EventField("flags", .hexadecimal), EventField("align", .decimal),
      EventField("size", .text), EventField("key", .text), EventField("clé", .text),
      EventField("oldsize", .decimal), EventField("thread", .hexadecimal),
      EventField("self", .hexadecimal), EventField("stacksize", .decimal),
      EventField("prot", .text), EventField("rss", .decimal), EventField("result", .signed),
      EventField("advice", .signed),
    ]
    let texts = [
      "", "load", "two words", "  spaces  ", "ünïcödé", "a=b", "runtime", "linear", "none", "rw",
    ]
    let extremes: [UInt64] = [0, 1, 127, 128, .max, .max - 1, 1 << 63]
    return (0..<count).map { _ in
      let chosen = fields.filter { _ in random.once(in: 3) }
      return BatchRow(
        random.anyMagnitude(), random.anyMagnitude(),
        operations[Int(random.next() % UInt64(operations.count))],
        chosen.map { field in
          if field.kind == .text {
            return (field, .text(texts[Int(random.next() % UInt64(texts.count))]))
          }
          let isExtreme = random.once(in: 4)
          return (
            field,
            .number(
              isExtreme
                ? extremes[Int(random.next() % UInt64(extremes.count))] : random.anyMagnitude())
          )
        })
    }
  }
}

extension String {
  fileprivate func interned(in strings: inout [String]) -> Int {
    if let place = strings.firstIndex(of: self) { return place }
    strings.append(self)
    return strings.count - 1
  }
}

/// What a log recorded, to compare one batch with another.
struct RecordedColumns: Equatable {
  var firstEvent: UInt64
  var shapeTable: [EventShape]
  var shapes: [UInt16]
  var core: [[UInt64]]
  var extras: [EventField: [UInt64]]
  var strings: [String]

  init(_ batch: EventBatch) {
    firstEvent = batch.firstEvent
    shapeTable = batch.shapeTable
    shapes = batch.shapes
    core = [
      batch.times, batch.threads, batch.addresses, batch.olds, batch.sizes, batch.stacks,
    ]
    extras = batch.extras
    strings = batch.strings
  }
}
