/// Address ranges with a value each, searched for the innermost one around an address.
struct AddressRanges<Value> {
  private struct Entry {
    var start: UInt64
    var end: UInt64
    /// The largest end of this entry and all before it.
    var reach: UInt64
    var value: Value
  }

  private var entries: [Entry] = []
  private var isSorted = true

  /// How many entries before the nearest one are tried: bounds the search in hostile files.
  private static var deepest: Int { 64 }

  var isEmpty: Bool { entries.isEmpty }

  /// Adds a range; an empty one holds no address and is left out.
  mutating func insert(_ start: UInt64, _ end: UInt64, _ value: Value) {
    guard start < end else { return }
    entries.append(Entry(start: start, end: end, reach: 0, value: value))
    isSorted = false
  }

  /// Makes the ranges ready to be searched.
  ///
  /// - Parameter isBefore: for equal ranges, whether the first value is the better one.
  mutating func sort(preferring isBefore: (Value, Value) -> Bool = { _, _ in false }) {
    entries.sort { left, right in
      if left.start != right.start { return left.start < right.start }
      if left.end != right.end { return left.end > right.end }
      return isBefore(right.value, left.value)
    }
    var reach: UInt64 = 0
    for index in entries.indices {
      reach = max(reach, entries[index].end)
      entries[index].reach = reach
    }
    isSorted = true
  }

  /// The value of the range that holds the address and starts last.
  func value(at address: UInt64) -> Value? {
    guard isSorted else { return nil }
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    var index = low - 1
    var tries = 0
    while index >= 0, entries[index].reach > address, tries < Self.deepest {
      if entries[index].end > address { return entries[index].value }
      index -= 1
      tries += 1
    }
    return nil
  }
}
