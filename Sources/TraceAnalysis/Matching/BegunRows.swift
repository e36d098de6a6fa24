/// The rows of a batch in which a block may begin, in order.
///
/// Rationale: as long from the start as they may become, so that one more costs a write.
struct BegunRows {
  private var rows: [Int32]
  private var count = 0

  init(limit: Int) {
    rows = Array(repeating: 0, count: limit)
  }

  mutating func append(_ row: Int) {
    rows[count] = Int32(truncatingIfNeeded: row)
    count += 1
  }

  /// Appends what is written behind the rows so far; `body` returns how many those are.
  mutating func append<Result>(
    by body: (UnsafeMutableBufferPointer<Int32>, inout Int) -> Result
  ) -> Result {
    unsafe rows.withUnsafeMutableBufferPointer { unsafe body($0, &count) }
  }

  /// Hands the rows out.
  mutating func finish() -> [Int32] {
    // In a variable of its own: nothing is copied.
    var all: [Int32] = []
    swap(&all, &rows)
    all.removeLast(all.count - count)
    count = 0
    return all
  }
}
