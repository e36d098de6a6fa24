import TraceModel

/// The call stacks of a row group's rows.
///
/// Rationale: they are numbers from 1 on, mostly. Half as wide as they may be is half as much to write
/// and to read again; those that do not fit are told by their bits, and kept as wide as they are.
struct StackRows: ~Copyable {
  private var values: RowBuffer<UInt32>
  /// All values, as soon as one of them is wide.
  private var wideValues: [UInt64] = []
  private var bits: UInt64 = 0

  init(capacity: Int) {
    values = RowBuffer(rows: capacity)
  }

  /// Takes the rows of the next batch, which have these flags; there is room for as many as the
  /// capacity says.
  mutating func append(_ batch: EventBatch, _ flags: Span<UInt8>) {
    let filled = batch.stacks.filled(to: batch.count)
    let stacks = filled.span
    let earlier = values.count
    let wereNarrow = bits <= UInt64(UInt32.max)
    for row in stacks.indices {
      let stack = unsafe stacks[unchecked: row]
      bits |= stack
      unsafe values.take(
        UInt32(truncatingIfNeeded: stack),
        where: ShapeFlags.count(ShapeFlags.stack, in: flags[unchecked: row]))
    }
    guard bits > UInt64(UInt32.max) else { return }
    if wereNarrow { wideValues = (0..<earlier).map { unsafe UInt64(values[unchecked: $0]) } }
    for row in stacks.indices where ShapeFlags.has(ShapeFlags.stack, in: flags[row]) {
      wideValues.append(stacks[row])
    }
  }

  var column: Column {
    guard bits <= UInt64(UInt32.max) else { return Column(.stacks, .fixed, wideValues) }
    return Column(
      number: ColumnID.stacks.rawValue, .fixed, valueCount: values.count,
      content: values.count == 0 ? [] : values.withSpan { FixedWidthCoding.fixed($0) })
  }
}
