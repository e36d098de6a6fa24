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
    var row = 0
    while row < steps.count {
      row = appendShort(steps, flags, from: row)
      guard row < steps.count else { break }
      let end = nextEnd(of: flags[row])
      unsafe codes[end] = StepCode.escape
      longSteps.append(steps[row])
      row += 1
    }
  }

  /// Takes steps from a row on until one is long; returns that one.
  ///
  /// Rationale: a loop without calls has all that it changes in registers. How many bits stand behind
  /// a code is noise: to write none of them takes no branch, which could not be foreseen.
  private mutating func appendShort(
    _ steps: Span<UInt64>, _ flags: Span<UInt8>, from first: Int
  ) -> Int {
    var (ends, context) = (ends, context)
    var (bitBytes, pending, pendingCount) = (bitBytes, pending, pendingCount)
    let (codes, bits) = unsafe (codes, bits)
    var row = first
    while row < steps.count {
      let step = unsafe steps[unchecked: row]
      guard step < StepCode.limit else { break }
      unsafe context.pass(ShapeFlags.stepKind(in: flags[unchecked: row]))
      let end = unsafe ends[unchecked: context.place]
      unsafe ends[unchecked: context.place] = end &+ 1
      let (code, bitCount) = StepCode.of(step)
      unsafe codes[end] = code
      pending |= (step & ~(~0 &<< bitCount)) &<< pendingCount
      pendingCount &+= bitCount
      unsafe bits.storeBytes(of: pending.littleEndian, toByteOffset: bitBytes, as: UInt64.self)
      bitBytes &+= Int(truncatingIfNeeded: pendingCount &>> 3)
      pending &>>= pendingCount & ~7
      pendingCount &= 7
      row &+= 1
    }
    (self.ends, self.context) = (ends, context)
    (self.bitBytes, self.pending, self.pendingCount) = (bitBytes, pending, pendingCount)
    return row
  }

  /// Goes on to a row with these flags; where its code comes to stand.
  private mutating func nextEnd(of flags: UInt8) -> Int {
    context.pass(ShapeFlags.stepKind(in: flags))
    defer { ends[context.place] += 1 }
    return ends[context.place]
  }

  /// A column of codes for each context that has some, and what is kept beside them.
  var columns: [Column] {
    var columns: [Column] = []
    for place in 0..<StepContext.count where ends[place] > place * rows {
      let own = unsafe UnsafeBufferPointer(
        start: codes + place * rows, count: ends[place] - place * rows)
      columns.append(unsafe Column(number: StepContext(place: place).column, codes: own.span))
    }
    let bytes = bitBytes + (pendingCount > 0 ? 1 : 0)
    let bits = unsafe Array(UnsafeRawBufferPointer(start: bits, count: bytes))
    return columns + [
      Column(.stepBits, blob: bits), Column(.longSteps, .varint, longSteps),
    ]
  }
}
