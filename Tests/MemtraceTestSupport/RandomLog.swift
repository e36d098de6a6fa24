package import TraceModel

/// One heap event, as a line of an allocator log has it.
package struct LogEvent: Hashable, Sendable {
  package var time: UInt64
  package var thread: UInt64
  package var operation: EventOperation
  package var address: UInt64
  /// nil where the operation has no such key.
  package var old: UInt64?
  package var size: UInt64?
  package var usage: String?
  package var stack: UInt64?

  package init(
    time: UInt64,
    thread: UInt64,
    _ operation: EventOperation,
    _ address: UInt64,
    old: UInt64? = nil,
    size: UInt64? = nil,
    usage: String? = nil,
    stack: UInt64? = nil
  ) {
    self.time = time
    self.thread = thread
    self.operation = operation
    self.address = address
    self.old = old
    self.size = size
    self.usage = usage
    self.stack = stack
  }

  package var shape: EventShape {
    var fields: [EventField] = []
    if old != nil { fields.append(EventShape.old) }
    fields.append(EventShape.address)
    if size != nil { fields.append(EventShape.size) }
    if usage != nil { fields.append(EventShape.usage) }
    if stack != nil { fields.append(EventShape.stack) }
    return EventShape(operation, fields)
  }

  /// The line in canonical spelling, without its end.
  package var line: String {
    var text = "\(time) tid=\(thread) \(operation.name)"
    if let old { text += " old=\(LogEvent.pointer(old))" }
    text += " addr=\(LogEvent.pointer(address))"
    if let size { text += " size=\(size)" }
    if let usage { text += " usage=\(usage)" }
    if let stack { text += " stack=\(stack)" }
    return text
  }

  /// The row of a CSV log; a stack has no column there.
  package var row: String {
    let old = old.map { $0 == 0 ? "(nil)" : LogEvent.pointer($0) } ?? "(nil)"
    let address = address == 0 ? "(nil)" : LogEvent.pointer(address)
    return "\(time),\(thread),\(operation.name),\(address),\(old),\(size ?? 0),\(usage ?? "")"
  }

  /// The line of a JSON log as the allocator hooks write it.
  package var object: String {
    let old = old.map { $0 == 0 ? "(nil)" : LogEvent.pointer($0) } ?? "(nil)"
    let address = address == 0 ? "(nil)" : LogEvent.pointer(address)
    let usage = usage.map { ",\"usage\":\"\($0)\"" } ?? ""
    return "{\"ts\":\(time),\"tid\":\(thread),\"op\":\"\(operation.name)\",\"addr\":\"\(address)\","
      + "\"old\":\"\(old)\",\"size\":\(size ?? 0)\(usage)}"
  }

  package static func pointer(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}

/// A log of random heap events: everything that real and late-started recordings hold.
///
/// Few addresses, so that they are used again; missed frees, frees of unknown addresses, failed
/// reallocations, reallocations to size 0, onto live addresses and of unknown blocks.
package struct RandomLog: Sendable {
  package var events: [LogEvent] = []

  package struct Options: Sendable {
    package var addresses: UInt64 = 40
    package var threads: UInt64 = 4
    package var hasStacks = true
    package var hasUsage = true

    package init() {}
  }

  package init(events: [LogEvent]) {
    self.events = events
  }

  package init(seed: UInt64, count: Int, options: Options = Options()) {
    var random = SeededGenerator(seed: seed)
    var time = random.next() % 1_000_000
    for _ in 0..<count {
      time += random.once(in: 5) ? 0 : random.next() % 1000
      events.append(RandomLog.event(&random, time: time, options: options))
    }
  }

  private static func event(
    _ random: inout SeededGenerator,
    time: UInt64,
    options: Options
  ) -> LogEvent {
    func address() -> UInt64 { 0x7000 + (random.next() % options.addresses) * 16 }
    let thread = 100 + random.next() % options.threads
    let size = random.once(in: 20) ? 0 : random.anyMagnitude() % 100_000
    let usage =
      options.hasUsage && random.once(in: 3)
      ? ["runtime", "linear", "other"][Int(random.next() % 3)] : nil
    let stack = options.hasStacks && random.once(in: 3) ? random.next() % 5 : nil
    var event = LogEvent(time: time, thread: thread, .malloc, address(), usage: usage)
    switch random.next() % 10 {
    case 0...3:
      let operations: [EventOperation] = [.malloc, .malloc, .calloc, .memalign, .posixMemalign]
      event.operation = operations[Int(random.next() % 5)]
      event.size = size
      event.stack = stack
      if random.once(in: 30) { event.address = 0 }
    case 4...7:
      event.operation = .free
      if random.once(in: 30) { event.address = 0 }
    default:
      event.operation = .realloc
      event.old = address()
      event.size = size
      event.stack = stack
      switch random.next() % 8 {
      case 0: event.old = 0
      case 1: event.address = 0
      case 2:
        event.address = 0
        event.size = 0
      case 3: event.address = event.old ?? 0
      default: break
      }
    }
    return event
  }

  package var text: String { events.map { $0.line + "\n" }.joined() }

  /// The events as a reader would hand them on, in batches of these sizes, over and over.
  package func batches(of sizes: [Int]) -> [EventBatch] {
    var batches: [EventBatch] = []
    var next = 0
    while next < events.count {
      let end = min(events.count, next + max(1, sizes[batches.count % sizes.count]))
      batches.append(RandomLog.batch(events[next..<end], firstEvent: UInt64(next)))
      next = end
    }
    return batches
  }

  private static func batch(_ events: ArraySlice<LogEvent>, firstEvent: UInt64) -> EventBatch {
    var batch = EventBatch(firstEvent: firstEvent)
    for event in events {
      let shape = event.shape
      let known = batch.shapeTable.firstIndex(of: shape)
      if known == nil { batch.shapeTable.append(shape) }
      batch.shapes.append(UInt16(known ?? batch.shapeTable.count - 1))
      batch.times.append(event.time)
      batch.threads.append(event.thread)
      batch.addresses.append(event.address)
      batch.olds.append(event.old ?? 0)
      batch.sizes.append(event.size ?? 0)
      batch.stacks.append(event.stack ?? 0)
      if let usage = event.usage {
        let text = batch.strings.firstIndex(of: usage)
        if text == nil { batch.strings.append(usage) }
        batch.extras[EventShape.usage, default: []].append(
          UInt64(text ?? batch.strings.count - 1)
        )
      }
    }
    return batch
  }
}
