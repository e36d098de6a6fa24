import TraceModel

/// The values of a batch's further keys, each of which is taken once, in row order.
struct FurtherValues {
  private let columns: [[UInt64]]
  private var next: [Int]
  private let texts: [String]
  private let places: [EventField: Int]

  init(_ batch: EventBatch) {
    let fields = Array(batch.extras.keys)
    columns = fields.map { batch.extras[$0] ?? [] }
    next = Array(repeating: 0, count: fields.count)
    texts = batch.strings
    places = Dictionary(zip(fields, fields.indices), uniquingKeysWith: { first, _ in first })
  }

  /// The column of a key; nil where no row has a value.
  func column(of field: EventField) -> Int? { places[field] }

  /// The next value of a column; nil where there is none.
  @inline(__always)
  mutating func take(_ column: Int) -> UInt64? {
    let place = next[column]
    guard place < columns[column].count else { return nil }
    next[column] = place + 1
    return columns[column][place]
  }

  func text(_ number: UInt64) -> String { number < texts.count ? texts[Int(number)] : "" }
}
