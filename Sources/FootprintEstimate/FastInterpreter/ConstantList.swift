/// Constants of one width as they come, the first few of them only once.
struct ConstantList<Bits: FixedWidthInteger & Sendable> {
  private(set) var values: [Bits] = []

  mutating func reset() { values.removeAll(keepingCapacity: true) }

  /// False for a constant that was found among the first.
  @inline(__always)
  mutating func add(_ bits: Bits, searching searched: Int) -> Bool {
    if values.count < searched, values.contains(bits) { return false }
    values.append(bits)
    return true
  }

  mutating func distinct() -> Int {
    // All of the first ten are known to differ.
    guard values.count > 10 else { return values.count }
    values.sort()
    var count = 1
    for index in 1..<values.count where values[index] != values[index - 1] { count += 1 }
    return count
  }
}
