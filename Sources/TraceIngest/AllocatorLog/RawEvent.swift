import TraceModel

/// One value of an event in the making.
enum EventValue {
  case number(UInt64)
  case text(String)
}

/// An event as its line says it, before the values are given their kinds.
struct RawEvent {
  var time: UInt64
  var thread: UInt64
  var operation: EventOperation
  /// Keys in the order of the line; an empty key is a bare word.
  var keys: [(name: String, value: String)]

  /// The keys without which an operation means nothing.
  private static func requiredKeys(_ operation: EventOperation) -> [String] {
    switch operation {
    case .malloc, .calloc, .memalign, .alignedAlloc, .posixMemalign, .valloc, .pvalloc:
      ["addr", "size"]
    case .realloc: ["addr", "size"]
    case .free: ["addr"]
    case .mmap, .munmap: ["addr", "size"]
    case .mprotect: ["addr", "size", "prot"]
    case .mremap: ["old", "oldsize", "addr", "size"]
    case .pthreadCreate: ["thread", "stacksize"]
    default: []
    }
  }

  /// Appends the event to a batch's rows; a reason where it is none.
  func append(to rows: inout EventRows) -> String? {
    var fields: [(field: EventField, value: EventValue)] = []
    var seen: Set<String> = []
    let required = RawEvent.requiredKeys(operation)
    for (name, text) in keys {
      guard name.isEmpty || seen.insert(name).inserted else { return "a key stands twice" }
      let kind = EventShape.kind(of: name, in: operation)
      // The store keeps a stack's number + 1: the largest is kept as text and means no stack.
      let number = kind == .text ? nil : RawEvent.number(text, kind)
      if let number, number < .max || EventField(name, kind) != EventShape.stack {
        fields.append((EventField(name, kind), .number(number)))
      } else if kind != .text, required.contains(name) {
        return "\(name)= is no number of 64 bits"
      } else {
        fields.append((EventField(name, .text), .text(text)))
      }
    }
    for name in required where !seen.contains(name) { return "\(name)= is missing" }
    // The sort is stable by construction: unknown keys keep the order of the line.
    let ranked = fields.enumerated().sorted { left, right in
      let leftRank = EventShape.rank(of: left.element.field.name, in: operation)
      let rightRank = EventShape.rank(of: right.element.field.name, in: operation)
      return (leftRank, left.offset) < (rightRank, right.offset)
    }
    rows.append(operation, time: time, thread: thread, fields: ranked.map(\.element))
    return nil
  }

  private static func number(_ text: String, _ kind: ValueKind) -> UInt64? {
    let bytes = Array(text.utf8)
    let range = 0..<bytes.count
    return kind == .signed
      ? NumberText.signed(bytes.span, range) : NumberText.unsigned(bytes.span, range)
  }
}
