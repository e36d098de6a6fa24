/// How a key's values are kept and spelt when a log is written again.
package enum ValueKind: UInt8, Sendable {
  case decimal = 0
  case hexadecimal = 1
  case signed = 2
  case text = 3
}

/// One key of an event, beyond time and thread.
package struct EventField: Hashable, Sendable {
  /// The key; empty for a bare word such as `load` in `image load`.
  package var name: String
  package var kind: ValueKind

  package init(_ name: String, _ kind: ValueKind) {
    self.name = name
    self.kind = kind
  }
}

/// Operation and keys of an event: rows of equal shape have values in the same columns.
package struct EventShape: Hashable, Sendable {
  package let operation: EventOperation
  /// In canonical order; the core keys have columns of their own, the others follow them.
  package let fields: [EventField]
  /// Of the keys that every batch is asked for, those that are among the fields.
  ///
  /// Rationale: names are compared once a shape, not once a batch.
  package let keys: Keys

  package struct Keys: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package static let address = Keys(rawValue: 1)
    package static let old = Keys(rawValue: 2)
    package static let size = Keys(rawValue: 4)
    package static let stack = Keys(rawValue: 8)
    package static let usage = Keys(rawValue: 16)
    /// `result`, of whatever kind.
    package static let result = Keys(rawValue: 32)

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    fileprivate init(_ field: EventField) {
      self =
        switch field {
        case EventShape.address: .address
        case EventShape.old: .old
        case EventShape.size: .size
        case EventShape.stack: .stack
        case EventShape.usage: .usage
        default: field.name == "result" ? .result : []
        }
    }
  }

  package init(_ operation: EventOperation, _ fields: [EventField]) {
    self.operation = operation
    self.fields = fields
    keys = Keys(fields.map(Keys.init))
  }

  package static let old = EventField("old", .hexadecimal)
  package static let address = EventField("addr", .hexadecimal)
  package static let size = EventField("size", .decimal)
  package static let stack = EventField("stack", .decimal)
  package static let usage = EventField("usage", .text)

  /// The order in which keys are written; keys not named here follow in their order of appearance.
  private static let canonicalOrder: [String: Int] = {
    let names = [
      "", "old", "oldsize", "thread", "self", "addr", "size", "align", "stacksize", "guard",
      "prot", "flags", "fd", "offset", "advice", "file", "buildid", "rss", "pss", "name",
      "usage", "stack", "result",
    ]
    return Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
  }()

  /// Where a key stands among the keys of an event of this operation.
  package static func rank(of name: String, in operation: EventOperation) -> Int {
    // A thread's stack is an address and stands before its size, a call stack's id stands last.
    if name == "stack", operation == .threadStart { return canonicalOrder["self"] ?? 0 }
    return canonicalOrder[name] ?? canonicalOrder.count
  }

  /// How the values of a key are kept, by operation: numbers where the log defines numbers.
  package static func kind(of name: String, in operation: EventOperation) -> ValueKind {
    switch name {
    case "addr", "old", "thread", "self", "flags": .hexadecimal
    case "stack": operation == .threadStart ? .hexadecimal : .decimal
    case "size", "oldsize", "align", "stacksize", "guard", "rss", "pss", "offset": .decimal
    case "fd", "result", "advice": .signed
    default: .text
    }
  }
}
