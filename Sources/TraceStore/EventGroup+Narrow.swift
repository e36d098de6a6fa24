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
      content: values.count == 0 ? [] : values.encoded { FixedWidthCoding.fixed($0) })
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

  /// The time that passed before each row; releases are a stream of their own.
  ///
  /// Steps of less than two seconds take half as wide numbers.
  func timeColumns(_ flags: Span<UInt8>) -> [Column] {
    var steps = RowBuffer<UInt32>(rows: rows)
    var releaseSteps = RowBuffer<UInt32>(rows: rows)
    var last = batches[0].times.first ?? 0
    var bits: UInt64 = 0
    var first = 0
    for batch in batches {
      let filled = batch.times.filled(to: batch.count)
      let times = filled.span
      for row in times.indices {
        let time = unsafe times[unchecked: row]
        let step = time &- last
        last = time
        bits |= step &+ 0x8000_0000
        let isRelease = unsafe ShapeFlags.count(
          ShapeFlags.isRelease, in: flags[unchecked: first &+ row])
        unsafe steps.take(UInt32(truncatingIfNeeded: step), where: isRelease ^ 1)
        unsafe releaseSteps.take(UInt32(truncatingIfNeeded: step), where: isRelease)
      }
      first += batch.count
    }
    guard bits <= UInt64(UInt32.max) else { return wideTimeColumns(flags) }
    return [
      Column(
        number: ColumnID.timeSteps.rawValue, .planes, valueCount: steps.count,
        content: steps.count == 0 ? [] : steps.encoded { FixedWidthCoding.planes($0) }),
      Column(
        number: ColumnID.releaseTimeSteps.rawValue, .planes, valueCount: releaseSteps.count,
        content: releaseSteps.count == 0
          ? [] : releaseSteps.encoded { FixedWidthCoding.planes($0) }),
    ]
  }

  private func wideTimeColumns(_ flags: Span<UInt8>) -> [Column] {
    var steps: [UInt64] = []
    var releaseSteps: [UInt64] = []
    var last = batches[0].times.first ?? 0
    var first = 0
    for batch in batches {
      for (row, time) in batch.times.filled(to: batch.count).enumerated() {
        if ShapeFlags.has(ShapeFlags.isRelease, in: flags[first + row]) {
          releaseSteps.append(time &- last)
        } else {
          steps.append(time &- last)
        }
        last = time
      }
      first += batch.count
    }
    return [
      Column(.timeSteps, .planes, steps), Column(.releaseTimeSteps, .planes, releaseSteps),
    ]
  }
}
