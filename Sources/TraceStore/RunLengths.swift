/// Pairs of value and run length of values that come one by one.
struct RunLengths {
  private var pairs: [UInt64] = []
  private var value: UInt64 = 0
  private var length = 0
  private(set) var valueCount = 0

  @inline(__always)
  mutating func append(_ next: UInt64, count: Int = 1) {
    if next != value { begin(next) }
    length &+= count
  }

  private mutating func begin(_ next: UInt64) {
    end()
    value = next
  }

  private mutating func end() {
    guard length > 0 else { return }
    pairs.append(value)
    pairs.append(UInt64(length))
    valueCount += length
    length = 0
  }

  mutating func append(_ values: [UInt64]) {
    let values = values.span
    var row = 0
    while row < values.count {
      let value = values[row]
      let end = RunLengths.end(of: value, in: values, from: row + 1)
      append(value, count: end - row)
      row = end
    }
  }

  /// The first place from here on that has another value.
  ///
  /// Rationale: threads often take turns of thousands of rows, so that eight are compared at once
  /// when as many were the same.
  @inline(__always)
  private static func end(of value: UInt64, in values: Span<UInt64>, from start: Int) -> Int {
    var row = start
    while row < values.count, unsafe values[unchecked: row] == value {
      row &+= 1
      guard row &- start >= 8 else { continue }
      while row &+ 8 <= values.count {
        var difference: UInt64 = 0
        for place in 0..<8 {
          difference |= unsafe values[unchecked: row &+ place] ^ value
        }
        guard difference == 0 else { break }
        row &+= 8
      }
    }
    return row
  }

  /// All pairs, the last run's, too.
  mutating func finish() -> [UInt64] {
    end()
    return pairs
  }

  mutating func column(_ id: ColumnID) -> Column {
    let pairs = finish()
    return Column(
      number: id.rawValue, .runLength, valueCount: valueCount,
      content: VarintCoding.encode(pairs) { $0 })
  }
}
