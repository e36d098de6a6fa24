/// Walks the values of a batch's further keys, row by row: each key's are taken once, in order.
package struct ExtraCursor: Sendable {
  private let places: [EventField: Int]
  private let columns: [[UInt64]]
  private var next: [Int]
  private let strings: [String]

  package init(_ batch: EventBatch) {
    let fields = Array(batch.extras.keys)
    places = Dictionary(uniqueKeysWithValues: zip(fields, fields.indices))
    columns = fields.map { batch.extras[$0] ?? [] }
    next = Array(repeating: 0, count: fields.count)
    strings = batch.strings
  }

  /// The column of a key, which stays the same; nil where no row has a value.
  package func column(of field: EventField) -> Int? { places[field] }

  /// The next value of a column; nil where there is none.
  @inline(__always)
  package mutating func take(_ column: Int) -> UInt64? {
    let place = next[column]
    guard place < columns[column].count else { return nil }
    next[column] = place + 1
    return columns[column][place]
  }

  /// What the value of a text key stands for.
  package func text(_ value: UInt64) -> String {
    value < UInt64(strings.count) ? strings[Int(value)] : ""
  }

  /// The next value of one text field.
  package mutating func text(_ field: EventField) -> String? {
    guard let value = next(field), value < UInt64(strings.count) else { return nil }
    return strings[Int(value)]
  }

  /// The values of a row of this shape, core keys left out; must be called for every row that has any.
  package mutating func take(_ shape: EventShape) -> ExtraValues {
    var values = ExtraValues()
    for field in shape.fields where !EventBatch.isCore(field) {
      guard let value = next(field) else { continue }
      switch field.kind {
      case .text: values.add(field.name, .text(text(value)))
      case .signed: values.add(field.name, .signed(Int64(bitPattern: value)))
      case .decimal, .hexadecimal: values.add(field.name, .number(value))
      }
    }
    return values
  }

  private mutating func next(_ field: EventField) -> UInt64? {
    places[field].flatMap { take($0) }
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
