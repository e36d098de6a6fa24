import TraceModel

/// Reads again the steps of a row group's rows, which ``StepBuffer`` has made columns of.
struct StepReading {
  /// The codes of all contexts, those of one behind the other.
  private var codes: [UInt8] = []
  /// Where the codes of each context begin, and end.
  private var starts = StepContext.PerContext<Int>(repeating: 0)
  private var ends = StepContext.PerContext<Int>(repeating: 0)
  /// The bits behind the codes, and a word more.
  private let bits: [UInt8]
  private let bitCount: Int
  private let longSteps: [UInt64]

  init(_ columns: ColumnSet) throws(TraceError) {
    let numbers = (0..<StepContext.count).map { StepContext(place: $0).column }
    codes.reserveCapacity(numbers.reduce(0) { $0 + columns.codeCount(number: $1) })
    for (place, number) in numbers.enumerated() {
      starts[place] = codes.count
      try columns.appendCodes(number: number, to: &codes)
      ends[place] = codes.count
    }
    let bits = columns.blob(.stepBits)
    bitCount = 8 * bits.count
    self.bits = bits + [UInt8](repeating: 0, count: 8)
    longSteps = try columns.values(.longSteps)
  }

  /// The step of each row, of whose shapes these are the kinds.
  func steps(shapes: [UInt16], kinds: [StepKind]) throws(TraceError) -> [UInt64] {
    guard codes.count == shapes.count else { throw ByteReader.damaged }
    let kinds = kinds.map(\.rawValue)
    let readings = StepCode.readings
    var next = starts
    var bitPosition = 0
    var longPlace = 0
    let steps = unsafe [UInt64](unsafeUninitializedCapacity: shapes.count) { buffer, count in
      let (codes, shapes, kinds) = (codes.span, shapes.span, kinds.span)
      let (readings, bits) = unsafe (readings.span, bits.span.bytes)
      var context = StepContext.start
      while count < shapes.count {
        let shape = unsafe shapes[unchecked: count]
        context.pass(kinds[Int(shape)])
        let place = unsafe next[unchecked: context.place]
        guard place < codes.count, bitPosition <= bitCount else { return }
        unsafe next[unchecked: context.place] = place &+ 1
        let code = unsafe codes[unchecked: place]
        if Int(code) < readings.count {
          let reading = readings[Int(code)]
          let word = unsafe bits.unsafeLoadUnaligned(
            fromUncheckedByteOffset: bitPosition &>> 3, as: UInt64.self)
          let behind =
            UInt64(littleEndian: word) &>> UInt64(truncatingIfNeeded: bitPosition & 7)
          bitPosition &+= Int(reading.bitCount)
          unsafe buffer[count] = UInt64(reading.lowest) | behind & UInt64(reading.mask)
        } else {
          guard longPlace < longSteps.count else { return }
          unsafe buffer[count] = longSteps[longPlace]
          longPlace += 1
        }
        count &+= 1
      }
    }
    // As many codes are there as rows: where a context had too few, another has some left.
    let isWhole =
      steps.count == shapes.count && (0..<StepContext.count).allSatisfy { next[$0] == ends[$0] }
    // The last byte's bits need not all belong to a row.
    guard isWhole, longPlace == longSteps.count, (0..<8).contains(bitCount - bitPosition) else {
      throw ByteReader.damaged
    }
    return steps
  }
}
