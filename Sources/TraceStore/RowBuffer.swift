/// Values of some of a row group's rows, one behind the other.
///
/// Rationale: which rows have a value is as random as the program that was traced. To write each
/// row's and to move on only where the row has one takes no branch that the processor cannot
/// foresee, and memory that is not made zero beforehand costs only where it is used.
@safe struct RowBuffer<Value: FixedWidthInteger & BitwiseCopyable>: ~Copyable {
  private let values: UnsafeMutablePointer<Value>
  private(set) var count = 0

  /// Room for a value a row, and for the one that the last row has not.
  init(rows: Int) {
    unsafe values = .allocate(capacity: rows + 1)
  }

  deinit { unsafe values.deallocate() }

  /// Takes a row's value where `isPresent` is 1, not 0.
  ///
  /// There is room for one call a row.
  @inline(__always) @unsafe
  mutating func take(_ value: Value, where isPresent: Int) {
    unsafe values[count] = value
    count &+= isPresent
  }

  mutating func removeAll() { count = 0 }

  /// A value that was taken.
  @unsafe subscript(unchecked place: Int) -> Value {
    @inline(__always) get { unsafe values[place] }
  }

  /// What was taken.
  @inline(__always)
  borrowing func withSpan<Result>(_ body: (Span<Value>) -> Result) -> Result {
    unsafe body(UnsafeBufferPointer(start: values, count: count).span)
  }
}

extension [UInt64] {
  /// As many values as there are rows: zeros for those that lack one.
  func filled(to rows: Int) -> [UInt64] {
    if count == rows { return self }
    return prefix(rows) + Array(repeating: 0, count: Swift.max(0, rows - count))
  }
}
