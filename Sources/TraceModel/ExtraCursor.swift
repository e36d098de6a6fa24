/// Walks the values of a batch's further keys, row by row.
package struct ExtraCursor: Sendable {
  private let extras: [EventField: [UInt64]]
  private let strings: [String]
  private var positions: [EventField: Int] = [:]

  package init(_ batch: EventBatch) {
    extras = batch.extras
    strings = batch.strings
  }

  /// The next value of one text field.
  package mutating func text(_ field: EventField) -> String? {
    guard let value = next(field), value < strings.count else { return nil }
    return strings[Int(value)]
  }

  /// The values of a row of this shape, core keys left out; must be called for every row that has any.
  package mutating func take(_ shape: EventShape) -> ExtraValues {
    var values = ExtraValues()
    for field in shape.fields where !EventBatch.isCore(field) {
      guard let value = next(field) else { continue }
      switch field.kind {
      case .text: values.add(field.name, .text(value < strings.count ? strings[Int(value)] : ""))
      case .signed: values.add(field.name, .signed(Int64(bitPattern: value)))
      case .decimal, .hexadecimal: values.add(field.name, .number(value))
      }
    }
    return values
  }

  private mutating func next(_ field: EventField) -> UInt64? {
    let position = positions[field, default: 0]
    positions[field] = position + 1
    guard let values = extras[field], position < values.count else { return nil }
    return values[position]
  }
}

/// The further keys of one event.
package struct ExtraValues: Sendable {
  package enum Value: Sendable {
    case number(UInt64)
    case signed(Int64)
    case text(String)
  }

  /// In the order of the shape.
  package private(set) var all: [(name: String, value: Value)] = []

  package init() {}

  mutating func add(_ name: String, _ value: Value) {
    all.append((name, value))
  }

  /// A `result` other than 0: the call had no effect.
  package var hasFailed: Bool { number("result").map { $0 != 0 } ?? (text("result") != nil) }

  package func number(_ name: String) -> UInt64? {
    switch value(name) {
    case .number(let number): number
    case .signed(let number): UInt64(bitPattern: number)
    default: nil
    }
  }

  package func signed(_ name: String) -> Int64? {
    if case .signed(let number) = value(name) { number } else { nil }
  }

  package func text(_ name: String) -> String? {
    if case .text(let text) = value(name) { text } else { nil }
  }

  private func value(_ name: String) -> Value? {
    all.first { $0.name == name }?.value
  }
}
