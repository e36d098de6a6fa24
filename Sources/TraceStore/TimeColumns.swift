import TraceModel

/// The times of a row group: the first one, and the step to each row from the row before.
///
/// Releases are a stream of their own. Where the clock advances in ticks, steps are ticks.
enum TimeColumns {
  // MARK: Writing

  /// The time of the first row.
  static func start(of batches: [EventBatch]) -> Column {
    Column(.startTime, .varint, Array(batches[0].times.prefix(1)))
  }

  /// The columns of the steps from row to row, of shapes with these flags.
  static func steps(of batches: [EventBatch], rows: Int, _ flags: Span<UInt8>) -> [Column] {
    let clock = TickClock(rows: rows) { narrowSteps(of: batches, inRows: $0) }
    // Steps of less than two seconds take half as wide numbers.
    return clock.flatMap { tickColumns(of: $0, batches, rows: rows, flags) }
      ?? split(batches, rows: rows, flags) { _, step in UInt32(truncatingIfNeeded: step) }
      ?? split(batches, rows: rows, flags) { _, step in step } ?? []
  }

  /// The lower halves of the steps to some rows.
  private static func narrowSteps(
    of batches: [EventBatch], inRows rows: Range<Int>
  ) -> [UInt32] {
    var steps: [UInt32] = []
    steps.reserveCapacity(rows.count)
    var first = 0
    var last = batches[0].times.first ?? 0
    for batch in batches {
      let times = batch.times.filled(to: batch.count)
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
    of clock: TickClock, _ batches: [EventBatch], rows: Int, _ flags: Span<UInt8>
  ) -> [Column]? {
    let mostCorrections = rows / 8
    var position = TickClock.Position()
    var correctedRows: [UInt64] = []
    var corrections: [UInt64] = []
    let columns = split(batches, rows: rows, flags) { row, step in
      let ticks = clock.ticks(in: UInt32(truncatingIfNeeded: step))
      let correction = step &- position.pass(ticks, of: clock.period)
      if correction != 0, corrections.count <= mostCorrections {
        position.correct(by: correction)
        correctedRows.append(UInt64(row))
        corrections.append(ZigZag.encode(Int64(bitPattern: correction)))
      }
      return UInt32(truncatingIfNeeded: ticks)
    }
    guard let columns, corrections.count <= mostCorrections else { return nil }
    return [Column(.tickPeriod, .varint, [clock.period])] + columns + [
      Column(.timeCorrectionRows, .delta, correctedRows),
      Column(.timeCorrections, .varint, corrections),
    ]
  }

  /// The two columns of what `value` makes of each row's step; nil where a step is too wide for it.
  @inline(__always)
  private static func split<Value: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ batches: [EventBatch], rows: Int, _ flags: Span<UInt8>, _ value: (Int, UInt64) -> Value
  ) -> [Column]? {
    var steps = RowBuffer<Value>(rows: rows)
    var releaseSteps = RowBuffer<Value>(rows: rows)
    var last = batches[0].times.first ?? 0
    // A step less the lowest that a value may be has no more bits than it.
    let lowest = UInt64(1) << UInt64(Value.bitWidth - 1)
    var bits: UInt64 = 0
    var first = 0
    for batch in batches {
      let filled = batch.times.filled(to: batch.count)
      let times = filled.span
      for row in times.indices {
        let time = unsafe times[unchecked: row]
        let step = time &- last
        last = time
        bits |= step &+ lowest
        let isRelease = unsafe ShapeFlags.count(
          ShapeFlags.isRelease, in: flags[unchecked: first &+ row])
        let value = value(first &+ row, step)
        unsafe steps.take(value, where: isRelease ^ 1)
        unsafe releaseSteps.take(value, where: isRelease)
      }
      first += batch.count
    }
    guard bits <= UInt64(Value.max) else { return nil }
    return [
      Column(
        number: ColumnID.timeSteps.rawValue, .planes, valueCount: steps.count,
        content: steps.count == 0 ? [] : steps.withSpan { FixedWidthCoding.planes($0) }),
      Column(
        number: ColumnID.releaseTimeSteps.rawValue, .planes, valueCount: releaseSteps.count,
        content: releaseSteps.count == 0
          ? [] : releaseSteps.withSpan { FixedWidthCoding.planes($0) }),
    ]
  }

  // MARK: Reading

  /// The time of each row.
  static func times(
    _ columns: ColumnSet, shapes: [UInt16], isRelease: [Bool]
  ) throws(TraceError) -> [UInt64] {
    let periods = try columns.values(.tickPeriod)
    guard let period = periods.first else {
      return try merged(columns, shapes: shapes, isRelease) { step, _ in step }
    }
    guard periods.count == 1 else { throw ByteReader.damaged }
    let rows = try columns.values(.timeCorrectionRows)
    let corrections = try columns.values(.timeCorrections, count: rows.count)
    var position = TickClock.Position()
    var next = 0
    var nextRow = rows.first ?? .max
    let times = try merged(columns, shapes: shapes, isRelease) { ticks, row in
      let step = position.pass(ticks, of: period)
      guard UInt64(truncatingIfNeeded: row) == nextRow else { return step }
      let correction = UInt64(bitPattern: ZigZag.decode(corrections[next]))
      position.correct(by: correction)
      next += 1
      nextRow = next < rows.count ? rows[next] : .max
      return step &+ correction
    }
    // Rows ascend, and each is one of the group's.
    guard next == rows.count else { throw ByteReader.damaged }
    return times
  }

  /// The times after the steps that `step` makes of what the columns have for each row.
  @inline(__always)
  private static func merged(
    _ columns: ColumnSet, shapes: [UInt16], _ isRelease: [Bool], _ step: (UInt64, Int) -> UInt64
  ) throws(TraceError) -> [UInt64] {
    let start = try columns.values(.startTime)
    let steps = try columns.values(.timeSteps)
    let releaseSteps = try columns.values(.releaseTimeSteps)
    guard start.count == min(1, shapes.count), steps.count + releaseSteps.count == shapes.count
    else { throw ByteReader.damaged }
    var time = start.first ?? 0
    var releases = 0
    var isWhole = true
    // Which of the two a row has is not to be foreseen: it is chosen without a branch.
    let times = unsafe [UInt64](unsafeUninitializedCapacity: shapes.count) { buffer, count in
      unsafe steps.withUnsafeBufferPointer { steps in
        unsafe releaseSteps.withUnsafeBufferPointer { releaseSteps in
          unsafe shapes.withUnsafeBufferPointer { shapes in
            unsafe isRelease.withUnsafeBufferPointer { isRelease in
              var row = 0
              while row < shapes.count {
                let isRelease = unsafe isRelease[Int(shapes[row])]
                let column = unsafe isRelease ? releaseSteps : steps
                let place = isRelease ? releases : row &- releases
                guard place < column.count else { break }
                time &+= step(unsafe column[place], row)
                releases &+= isRelease ? 1 : 0
                unsafe buffer[row] = time
                row &+= 1
              }
              count = row
            }
          }
        }
      }
      isWhole = count == shapes.count
    }
    guard isWhole else { throw ByteReader.damaged }
    return times
  }
}
