import MemtraceTestSupport
import TraceModel
import TraceStore

/// A small trace whose clock advances in ticks, of 10.015 ns and late now and then, and of 10 ns.
///
/// `SampleTraces/stores` holds it since version 4: add to another trace, and leave this one.
enum TickTrace {
  /// Row groups that have ticks, with corrections and without, and one of too few rows.
  static let batches: [EventBatch] = {
    var first: UInt64 = 0
    let groups: [(Int, UInt64, Int?)] = [(400, 10_015, 40), (300, 10_000, nil), (9, 10_000, nil)]
    return groups.map { count, tick, stride in
      let rows = rows(count, from: first, ofPicoseconds: tick, lateEvery: stride)
      defer { first += UInt64(count) }
      return BatchRow.batch(rows, firstEvent: first)
    }
  }()

  private static func rows(
    _ count: Int, from first: UInt64, ofPicoseconds tick: UInt64, lateEvery stride: Int?
  ) -> [BatchRow] {
    var ticks: UInt64 = 1_000_000 + 1_000_000 * first
    return (0..<count).map { row in
      ticks += UInt64(3 + row * row % 11)
      var time = ticks * tick / 1000
      if let stride, row % stride == 5 { time += UInt64(2 + row % 3) }
      return row % 3 == 2
        ? BatchRow(time, 1, "free", [(EventShape.address, .number(0x1000))])
        : BatchRow(time, 1, "sample", [(EventShape.size, .number(UInt64(row % 50)))])
    }
  }

  static func write(to path: String) throws {
    var writing = try StoreWriting(path, replaces: true)
    for batch in batches { try writing.append(batch) }
    try writing.finish()
  }
}
