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
    var steps = RowBuffer<UInt32>(rows: rows)
    guard narrowSteps(of: batches, into: &steps) else {
      return wideColumns(of: batches, flags)
    }
    return steps.withSpan { steps in
      if let clock = TickClock(steps: steps), let columns = tickColumns(of: clock, steps, flags) {
        return columns
      }
      return split(rows: rows, flags) { row in unsafe steps[unchecked: row] }
    }
  }

  /// Takes each row's step; hands back whether all are of less than two seconds, which is half as wide
  /// as they may be.
  private static func narrowSteps(
    of batches: [EventBatch], into steps: inout RowBuffer<UInt32>
  ) -> Bool {
    var last = batches[0].times.first ?? 0
    var bits: UInt64 = 0
    for batch in batches {
      let filled = batch.times.filled(to: batch.count)
      let times = filled.span
      for row in times.indices {
        let time = unsafe times[unchecked: row]
        let step = time &- last
        last = time
        bits |= step &+ 0x8000_0000
        unsafe steps.take(UInt32(truncatingIfNeeded: step), where: 1)
      }
    }
    return bits <= UInt64(UInt32.max)
  }

  /// The columns of steps in ticks; nil where more rows are off than the ticks are worth.
  private static func tickColumns(
    of clock: TickClock, _ steps: Span<UInt32>, _ flags: Span<UInt8>
  ) -> [Column]? {
    let mostCorrections = steps.count / 8
    var position = TickClock.Position()
    var rows: [UInt64] = []
    var corrections: [UInt64] = []
    let columns = split(rows: steps.count, flags) { row in
      let step = unsafe steps[unchecked: row]
      let ticks = clock.ticks(in: step)
      let correction =
        UInt64(bitPattern: Int64(Int32(bitPattern: step))) &- position.pass(ticks, of: clock.period)
      if correction != 0, rows.count <= mostCorrections {
        position.correct(by: correction)
        rows.append(UInt64(row))
        corrections.append(ZigZag.encode(Int64(bitPattern: correction)))
      }
      return UInt32(truncatingIfNeeded: ticks)
    }
    guard rows.count <= mostCorrections else { return nil }
    return [Column(.tickPeriod, .varint, [clock.period])] + columns + [
      Column(.timeCorrectionRows, .delta, rows), Column(.timeCorrections, .varint, corrections),
    ]
  }

  /// The two columns of what `step` says of each row.
  @inline(__always)
  private static func split(
    rows: Int, _ flags: Span<UInt8>, _ step: (Int) -> UInt32
  ) -> [Column] {
    var steps = RowBuffer<UInt32>(rows: rows)
    var releaseSteps = RowBuffer<UInt32>(rows: rows)
    for row in 0..<rows {
      let step = step(row)
      let isRelease = unsafe ShapeFlags.count(ShapeFlags.isRelease, in: flags[unchecked: row])
      unsafe steps.take(step, where: isRelease ^ 1)
      unsafe releaseSteps.take(step, where: isRelease)
    }
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

  private static func wideColumns(of batches: [EventBatch], _ flags: Span<UInt8>) -> [Column] {
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
