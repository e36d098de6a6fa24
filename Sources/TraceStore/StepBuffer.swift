import TraceModel

/// Takes the steps of a row group's rows, and makes columns of them.
@safe struct StepBuffer: ~Copyable {
  private let rows: Int
  /// Room for the codes of all rows in each context.
  ///
  /// Rationale: what is not written costs nothing.
  private let codes: UnsafeMutablePointer<UInt8>
  /// Where the next code of each context comes to stand.
  private var ends: StepContext.PerContext<Int>
  private let bits: UnsafeMutableRawPointer
  /// How many bytes of bits are whole.
  private var bitBytes = 0
  /// Bits behind them, and how many they are.
  private var pending: UInt64 = 0
  private var pendingCount: UInt64 = 0
  private var longSteps: [UInt64] = []
  private var context = StepContext.start
  private var taken = 0

  init(rows: Int) {
    self.rows = rows
    ends = StepContext.PerContext { $0 * rows }
    unsafe codes = .allocate(capacity: max(1, StepContext.count * rows))
    // At most 14 bits a row; eight bytes are written where fewer are meant.
    unsafe bits = .allocate(byteCount: 2 * rows + 8, alignment: 8)
  }

  deinit {
    unsafe codes.deallocate()
    unsafe bits.deallocate()
  }

  /// Takes the steps of next rows, which have these flags; there is room for as many as rows.
  mutating func append(_ steps: Span<UInt64>, _ flags: Span<UInt8>) {
    precondition(steps.count == flags.count && taken + steps.count <= rows, "more steps than rows")
    taken += steps.count
    // In variables of its own the loop has all that it changes in registers.
    var (ends, context) = (ends, context)
    var (bitBytes, pending, pendingCount) = (bitBytes, pending, pendingCount)
    for row in steps.indices {
      let step = unsafe steps[unchecked: row]
      unsafe context.pass(ShapeFlags.stepKind(in: flags[unchecked: row]))
      let end = unsafe ends[unchecked: context.place]
      unsafe ends[unchecked: context.place] = end &+ 1
      guard step < StepCode.limit else {
        unsafe codes[end] = StepCode.escape
        longSteps.append(step)
        continue
      }
      let (code, bitCount) = StepCode.of(step)
      unsafe codes[end] = code
      // Most steps in ticks are their code.
      guard bitCount > 0 else { continue }
      pending |= (step & (1 &<< bitCount &- 1)) &<< pendingCount
      pendingCount &+= bitCount
      unsafe bits.storeBytes(of: pending.littleEndian, toByteOffset: bitBytes, as: UInt64.self)
      bitBytes &+= Int(truncatingIfNeeded: pendingCount &>> 3)
      pending &>>= pendingCount & ~7
      pendingCount &= 7
    }
    (self.ends, self.context) = (ends, context)
    (self.bitBytes, self.pending, self.pendingCount) = (bitBytes, pending, pendingCount)
  }

  /// A column of codes for each context that has some, and what is kept beside them.
  var columns: [Column] {
    var columns: [Column] = []
    for place in 0..<StepContext.count where ends[place] > place * rows {
      let all = unsafe UnsafeBufferPointer(start: codes, count: StepContext.count * rows)
      columns.append(
        Column(
          number: StepContext(place: place).column, .bytes, valueCount: 0,
          content: unsafe Array(all[place * rows..<ends[place]])))
    }
    let bytes = bitBytes + (pendingCount > 0 ? 1 : 0)
    let bits = unsafe Array(UnsafeRawBufferPointer(start: bits, count: bytes))
    return columns + [
      Column(.stepBits, blob: bits), Column(.longSteps, .varint, longSteps),
    ]
  }
}
