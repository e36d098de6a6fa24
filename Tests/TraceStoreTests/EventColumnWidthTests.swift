import MemtraceTestSupport
import Testing
import TraceModel
import TraceStore

/// The writer's short ways are taken where values are narrow; what it writes must not tell.
@Suite struct EventColumnWidthTests {
  /// Writes rows as one row group and expects them back; hands back the row group's chunks.
  private func chunks(
    of rows: [[BatchRow]], _ comment: Comment
  ) throws -> [UInt64: RawStore.Chunk] {
    let folder = try TemporaryFolder()
    let path = folder.file("store.zst")
    let writer = try TraceWriter(path: path, replaces: false)
    var first: UInt64 = 0
    var events = CollectedRows()
    for part in rows {
      let batch = BatchRow.batch(part, firstEvent: first)
      first += UInt64(part.count)
      events.append(part)
      try writer.append(.events(batch))
    }
    var summary = TraceSummary()
    summary.eventCount = first
    try writer.finish(metadata: TraceMetadata(), summary: summary)
    let found = try TraceFile(path: path).recordedBatches()
    #expect(found.flatMap(\.times) == events.times, comment)
    #expect(found.flatMap(\.threads) == events.threads, comment)
    #expect(
      found.flatMap { batch in batch.shapes.map { batch.shapeTable[Int($0)] } } == events.shapes,
      comment)
    let groups = try RawStore.groups(of: try TemporaryFolder.bytes(at: path))
    let group = try #require(groups.first { $0.table == 1 })
    return Dictionary(uniqueKeysWithValues: group.chunks.map { ($0.column, $0) })
  }

  /// What rows say that every row has.
  private struct CollectedRows {
    var times: [UInt64] = []
    var threads: [UInt64] = []
    var shapes: [EventShape] = []

    mutating func append(_ rows: [BatchRow]) {
      times += rows.map(\.time)
      threads += rows.map(\.thread)
      shapes += rows.map(\.shape)
    }
  }

  private static func allocation(_ time: UInt64, stack: UInt64 = 1) -> BatchRow {
    BatchRow(
      time, 1, "malloc",
      [
        (EventShape.address, .number(0x1000)), (EventShape.size, .number(16)),
        (EventShape.stack, .number(stack)),
      ])
  }

  @Test(arguments: [0, 1, 255, 256, 1 << 24, 1 << 32 - 1, 1 << 32, .max] as [UInt64])
  func `stacks of any width are as specified`(stack: UInt64) throws {
    let rows = [1, stack, 2].map { EventColumnWidthTests.allocation(1, stack: $0) }
    let marked = [BatchRow(1, 1, "mark")] + rows
    // The wide one in the only batch, in both, and in a batch between two others.
    let cuts = [
      [marked], [rows, marked], [Array(marked.prefix(2)), Array(marked.suffix(2)), rows],
    ]
    for (parts, times) in zip(cuts, [1, 2, 2]) {
      let chunks = try chunks(of: parts, "\(stack)")
      let stacks: [UInt64] = Array(repeatElement([1, stack, 2], count: times).joined())
      #expect(chunks[8]?.content == ColumnEncoding.fixed.encode(stacks))
    }
  }

  @Test func `a batch larger than a row group is one of its own`() throws {
    let row = EventColumnWidthTests.allocation(1)
    var large = BatchRow.batch([row], firstEvent: 1)
    let rows = 1 << 18 + 1
    large.shapes = Array(repeating: large.shapes[0], count: rows)
    large.times = (0..<rows).map { UInt64($0) }
    large.threads = Array(repeating: 1, count: rows)
    large.addresses = (0..<rows).map { UInt64($0) * 64 + 64 }
    large.olds = Array(repeating: 0, count: rows)
    large.sizes = Array(repeating: 64, count: rows)
    large.stacks = (0..<rows).map { UInt64($0 % 1000) }
    let folder = try TemporaryFolder()
    let path = folder.file("store.zst")
    var store = try StoreWriting(path)
    try store.append(BatchRow.batch([row]), endsRowGroup: false)
    try store.append(large, endsRowGroup: false)
    try store.append(BatchRow.batch([row], firstEvent: UInt64(rows) + 1), endsRowGroup: false)
    try store.finish()
    let found = try TraceFile(path: path).recordedBatches()
    #expect(found.map(\.count) == [1, rows, 1])
    #expect(found[1].times == large.times)
    #expect(found[1].addresses == large.addresses)
    #expect(found[1].stacks == large.stacks)
  }

  @Test(arguments: [0, 1, 127, 128, 16383, 16384, 1 << 35, .max] as [UInt64])
  func `sizes of any width are as specified`(size: UInt64) throws {
    let rows = [3, size, 200].map { size in
      BatchRow(1, 1, "malloc", [(EventShape.size, .number(size))])
    }
    let chunks = try chunks(of: [rows, [BatchRow(1, 1, "mark")], rows], "\(size)")
    #expect(
      chunks[7]?.content == ColumnEncoding.varint.encode([3, size, 200, 3, size, 200]))
  }

  @Test(arguments: [1, 2, 3, 4, 5, 16, 17, 255, 256, 257, 700])
  func `any number of shapes is kept`(count: Int) throws {
    let rows = (0..<count + 13).map { BatchRow(1, 1, "operation-\($0 * 11 % count)") }
    let parts = [rows.prefix(9), rows.dropFirst(9).prefix(300), rows.dropFirst(309)]
    let chunks = try chunks(of: parts.filter { !$0.isEmpty }.map(Array.init), "\(count)")
    var met: [EventShape: UInt64] = [:]
    let places = rows.map { row in
      let place = met[row.shape] ?? UInt64(met.count)
      met[row.shape] = place
      return place
    }
    let encoding = count <= 256 ? ColumnEncoding.packed : .fixed
    #expect(chunks[2]?.encoding == UInt64(encoding.rawValue))
    #expect(chunks[2]?.content == encoding.encode(places))
  }

  @Test(arguments: SeededGenerator.seeds(4))
  func `runs of threads of any length are as specified`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var threads: [UInt64] = []
    for _ in 0..<40 {
      let thread = random.next() % 3
      threads += Array(repeating: thread, count: Int(random.next() % 30))
    }
    let rows = threads.map { BatchRow(1, $0, "mark") }
    let chunks = try chunks(of: [Array(rows.prefix(50)), Array(rows.dropFirst(50))], "\(seed)")
    #expect(chunks[4]?.content == ColumnEncoding.runLength.encode(threads))
    var runs: [(value: UInt64, length: Int)] = []
    for thread in threads {
      if runs.last?.value == thread {
        runs[runs.count - 1].length += 1
      } else {
        runs.append((thread, 1))
      }
    }
    #expect(
      chunks[4]?.content
        == ColumnEncoding.varint.encode(runs.flatMap { [$0.value, UInt64($0.length)] }))
  }
}
