import TraceModel

/// The columns whose values are narrower than they may be, nearly always.
///
/// Rationale: half as wide values are half as much to write and to read again; those that do not
/// fit are told by their bits, and taken another time as wide as they are.
extension EventGroup {
  func sizeColumn(_ flags: Span<UInt8>) -> Column {
    var codes = VarintBuffer(capacity: rows)
    var values = RowBuffer<UInt64>(rows: batches.reduce(0) { max($0, $1.count) })
    var first = 0
    for batch in batches {
      let filled = batch.sizes.filled(to: batch.count)
      let sizes = filled.span
      values.removeAll()
      for row in sizes.indices {
        unsafe values.take(
          sizes[unchecked: row],
          where: ShapeFlags.count(ShapeFlags.size, in: flags[unchecked: first &+ row]))
      }
      for place in 0..<values.count { unsafe codes.appendSize(values[unchecked: place]) }
      first += batch.count
    }
    return codes.column(.sizes)
  }

  /// Stacks are numbers from 1 on, mostly: half as wide as what they may be.
  func stackColumn(_ flags: Span<UInt8>) -> Column {
    var values = RowBuffer<UInt32>(rows: rows)
    var bits: UInt64 = 0
    var first = 0
    for batch in batches {
      let filled = batch.stacks.filled(to: batch.count)
      let stacks = filled.span
      for row in stacks.indices {
        let stack = unsafe stacks[unchecked: row]
        bits |= stack
        unsafe values.take(
          UInt32(truncatingIfNeeded: stack),
          where: ShapeFlags.count(ShapeFlags.stack, in: flags[unchecked: first &+ row]))
      }
      first += batch.count
    }
    guard bits <= UInt64(UInt32.max) else { return wideStackColumn(flags) }
    return Column(
      number: ColumnID.stacks.rawValue, .fixed, valueCount: values.count,
      content: values.count == 0 ? [] : values.withSpan { FixedWidthCoding.fixed($0) })
  }

  private func wideStackColumn(_ flags: Span<UInt8>) -> Column {
    var values: [UInt64] = []
    var first = 0
    for batch in batches {
      for (row, stack) in batch.stacks.filled(to: batch.count).enumerated()
      where ShapeFlags.has(ShapeFlags.stack, in: flags[first + row]) {
        values.append(stack)
      }
      first += batch.count
    }
    return Column(.stacks, .fixed, values)
  }
}
