import TraceModel

/// The times of a row group: the first one, and the step to each row from the row before.
///
/// Where the clock advances in ticks, steps are ticks.
enum TimeColumns {
  // MARK: Writing

  /// The time of the first row; `times` are those of each batch.
  static func start(of times: [[UInt64]]) -> Column {
    Column(.startTime, .varint, Array(times[0].prefix(1)))
  }

  /// The columns of the steps from row to row, of shapes with these flags.
  static func steps(of times: [[UInt64]], rows: Int, _ flags: Span<UInt8>) -> [Column] {
    let clock = TickClock(rows: rows) { narrowSteps(of: times, inRows: $0) }
    return clock.flatMap { tickColumns(of: $0, times, rows: rows, flags) }
      ?? columns(times, rows: rows, flags) { _, step in step }
  }

  /// The lower halves of the steps to some rows.
  private static func narrowSteps(
    of times: [[UInt64]], inRows rows: Range<Int>
  ) -> [UInt32] {
    var steps: [UInt32] = []
    steps.reserveCapacity(rows.count)
    var first = 0
    var last = times[0].first ?? 0
    for times in times {
      for row in rows.clamped(to: first..<first + times.count) {
        let time = times[row - first]
        let before = row > first ? times[row - first - 1] : last
        steps.append(UInt32(truncatingIfNeeded: time &- before))
      }
      first += times.count
      last = times.last ?? last
    }
    return steps
  }

  /// The columns of steps in ticks; nil where more rows are off than the ticks are worth.
  private static func tickColumns(
    of clock: TickClock, _ times: [[UInt64]], rows: Int, _ flags: Span<UInt8>
  ) -> [Column]? {
    let mostCorrections = rows / 8
    var position = TickClock.Position()
    var correctedRows: [UInt64] = []
    var corrections: [UInt64] = []
    let columns = columns(times, rows: rows, flags) { row, step in
      let ticks = clock.ticks(in: UInt32(truncatingIfNeeded: step))
      let correction = step &- position.pass(ticks, of: clock.period)
      if correction != 0, corrections.count <= mostCorrections {
        position.correct(by: correction)
        correctedRows.append(UInt64(row))
        corrections.append(ZigZag.encode(Int64(bitPattern: correction)))
      }
      return ticks
    }
    guard corrections.count <= mostCorrections else { return nil }
    return [Column(.tickPeriod, .varint, [clock.period])] + columns + [
      Column(.timeCorrectionRows, .delta, correctedRows),
      Column(.timeCorrections, .varint, corrections),
    ]
  }

  /// The columns of what `value` makes of each row's step; `times` are those of each batch.
  @inline(__always)
  private static func columns(
    _ times: [[UInt64]], rows: Int, _ flags: Span<UInt8>, _ value: (Int, UInt64) -> UInt64
  ) -> [Column] {
    var buffer = StepBuffer(rows: rows)
    var last = times[0].first ?? 0
    var first = 0
    for times in times {
      let span = times.span
      let steps = unsafe [UInt64](unsafeUninitializedCapacity: times.count) { steps, count in
        for row in span.indices {
          let time = unsafe span[unchecked: row]
          unsafe steps[row] = value(first &+ row, time &- last)
          last = time
        }
        count = span.count
      }
      buffer.append(steps.span, flags.extracting(first..<first + times.count))
      first += times.count
    }
    return buffer.columns
  }

  // MARK: Reading

  /// The time of each row; `kinds` are those of shapes.
  static func times(
    _ columns: ColumnSet, shapes: [UInt16], kinds: [StepKind], version: UInt32
  ) throws(TraceError) -> [UInt64] {
    let start = try columns.values(.startTime, count: min(1, shapes.count)).first ?? 0
    let periods = try columns.values(.tickPeriod)
    guard periods.count <= 1 else { throw ByteReader.damaged }
    var times =
      version < 5
      ? try EarlierSteps.steps(columns, shapes: shapes, kinds: kinds)
      : try StepReading(columns).steps(shapes: shapes, kinds: kinds)
    if let period = periods.first { try convertTicks(of: period, in: &times, columns) }
    var time = start
    var span = times.mutableSpan
    for row in span.indices {
      time &+= unsafe span[unchecked: row]
      unsafe span[unchecked: row] = time
    }
    return times
  }

  /// Makes steps in nanoseconds of those in ticks.
  private static func convertTicks(
    of period: UInt64, in steps: inout [UInt64], _ columns: ColumnSet
  ) throws(TraceError) {
    let rows = try columns.values(.timeCorrectionRows)
    let corrections = try columns.values(.timeCorrections, count: rows.count)
    var position = TickClock.Position()
    var first = 0
    var span = steps.mutableSpan
    for (corrected, correction) in zip(rows, corrections) {
      // Rows ascend, and each is one of the group's.
      guard corrected >= UInt64(first), corrected < UInt64(span.count) else {
        throw ByteReader.damaged
      }
      let last = Int(corrected)
      for row in first...last { span[row] = position.pass(span[row], of: period) }
      let correction = UInt64(bitPattern: ZigZag.decode(correction))
      position.correct(by: correction)
      span[last] &+= correction
      first = last + 1
    }
    for row in first..<span.count { span[row] = position.pass(span[row], of: period) }
  }
}
