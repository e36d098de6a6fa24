import MemtraceTestSupport
import Testing
import TraceModel
import TraceStore

/// Steps of time are kept in ticks where the clock has some, and are what the log said anyway.
@Suite struct TickColumnsTests {
  /// Writes times as one row group, expects them back, and hands back what is kept of them.
  private func kept(_ times: [UInt64], _ comment: Comment) throws -> KeptTimes {
    let folder = try TemporaryFolder()
    let path = folder.file("store.zst")
    let operations = times.indices.map { row in
      row % 5 == 3 || row % 7 == 2 ? "free" : row % 11 == 0 ? "realloc" : "malloc"
    }
    let rows = zip(times, operations).map { BatchRow($0, 1, $1) }
    let writer = try TraceWriter(path: path, replaces: false)
    let half = rows.count / 2
    try writer.append(.events(BatchRow.batch(Array(rows[..<half]))))
    try writer.append(.events(BatchRow.batch(Array(rows[half...]), firstEvent: UInt64(half))))
    var summary = TraceSummary()
    summary.eventCount = UInt64(rows.count)
    try writer.finish(metadata: TraceMetadata(), summary: summary)
    #expect(try TraceFile(path: path).recordedBatches().flatMap(\.times) == times, comment)
    let groups = try RawStore.groups(of: try TemporaryFolder.bytes(at: path))
    let kept = try KeptTimes(try #require(groups.first { $0.table == 1 }), operations: operations)
    #expect(kept.times == times, comment)
    return kept
  }

  /// Numbers of ticks that pass, mostly few, now and then many.
  private static func ticks(_ count: Int, seed: UInt64) -> [UInt64] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      random.once(in: 50) ? random.next() % 3000 : 1 + random.next() % 12
    }
  }

  /// What a clock of such a tick says after each of these numbers of ticks.
  private static func readings(
    _ ticks: [UInt64], ofPicoseconds tick: UInt64, from start: UInt64 = 77_777
  ) -> [UInt64] {
    var passed = start
    return ticks.map {
      passed += $0
      return passed * tick / 1000
    }
  }

  @Test(
    arguments: [4000, 5000, 8205, 10_000, 10_015, 18_519, 41_667, 100_000, 1_000_000, 30_517_578]
  ) func `a clock's ticks are found, whatever their length`(tick: UInt64) throws {
    let ticks = TickColumnsTests.ticks(2000, seed: tick)
    let kept = try kept(TickColumnsTests.readings(ticks, ofPicoseconds: tick), "\(tick)")
    let period = try #require(kept.period.first)
    // The clock's readings lie within one nanosecond of the tick's multiples.
    let expected = Double(tick) / 1000 * Double(1 << 24)
    #expect(abs(Double(period) / expected - 1) < 0.0001)
    #expect(kept.correctionRows.count < ticks.count / 100)
    // Row 0 has no step.
    #expect(kept.steps == [0] + ticks[1...])
  }

  @Test func `a tick is found wherever the short steps stand`() throws {
    // The first half's steps are too long for it.
    let slow = (0..<10_000 as Range<UInt64>).map { 500 + $0 * 37 % 200 }
    let ticks = slow + TickColumnsTests.ticks(10_000, seed: 2)
    let kept = try kept(TickColumnsTests.readings(ticks, ofPicoseconds: 10_015), "slow at first")
    #expect(kept.period.count == 1)
  }

  @Test(arguments: [1000, 3300] as [UInt64])
  func `a clock of fine ticks has none`(tick: UInt64) throws {
    let ticks = TickColumnsTests.ticks(2000, seed: 1).map { $0 * 13 % 1009 + 1 }
    let kept = try kept(TickColumnsTests.readings(ticks, ofPicoseconds: tick), "\(tick)")
    #expect(kept.period.isEmpty && kept.correctionRows.isEmpty)
  }

  @Test(arguments: [2, 3, 10, 16, 1000, 1 << 20] as [UInt64])
  func `readings that are rounded have ticks, however long their steps`(tick: UInt64) throws {
    let ticks = TickColumnsTests.ticks(2000, seed: tick).map { 200 + $0 * 13 % 1009 }
    let kept = try kept(TickColumnsTests.readings(ticks, ofPicoseconds: 1000 * tick), "\(tick)")
    #expect(kept.period == [tick << 24])
    #expect(kept.correctionRows.isEmpty)
    #expect(kept.steps == [0] + ticks[1...])
  }

  @Test func `few steps do not tell a tick from chance`() throws {
    let times = (0..<60 as Range<UInt64>).map { $0 * $0 * 10 }
    #expect(try kept(times, "60").period.isEmpty)
    let same = [UInt64](repeating: 5, count: 500)
    #expect(try kept(same, "no time passes").period.isEmpty)
  }

  @Test(arguments: [(40, true), (5, false)] as [(UInt64, Bool)])
  func `ticks are kept where few rows are off`(share: UInt64, isKept: Bool) throws {
    var random = SeededGenerator(seed: share)
    let ticks = TickColumnsTests.ticks(4000, seed: 3)
    var times = TickColumnsTests.readings(ticks, ofPicoseconds: 41_667)
    for row in times.indices where random.once(in: share) { times[row] += 4 + random.next() % 5 }
    let kept = try kept(times, "one of \(share)")
    #expect(kept.period.isEmpty != isKept)
    #expect(kept.correctionRows.isEmpty != isKept)
  }

  @Test(
    arguments: [
      -1, -3_000_000, -(1 << 31), 1 << 30, 1 << 31 - 5000, 1 << 31 - 1, 1 << 31, 1 << 40, 1 << 62,
      .min, .max,
    ] as [Int64])
  func `a clock with ticks may be set to any time`(jump: Int64) throws {
    let ticks = TickColumnsTests.ticks(1000, seed: 9)
    var times = TickColumnsTests.readings(ticks, ofPicoseconds: 41_667)
    for row in 400..<times.count { times[row] &+= UInt64(bitPattern: jump) }
    let kept = try kept(times, "\(jump)")
    #expect(kept.period.count == 1)
  }

  @Test func `a clock that is slowed down a little has corrections`() throws {
    let ticks = TickColumnsTests.ticks(8000, seed: 4).map { min($0, 12) }
    var times = TickColumnsTests.readings(Array(ticks[..<4000]), ofPicoseconds: 41_667)
    let slower = TickColumnsTests.readings(Array(ticks[4000...]), ofPicoseconds: 41_668, from: 0)
    times += slower.map { $0 + times[3999] }
    let kept = try kept(times, "slower")
    #expect(kept.period.count == 1)
    #expect(kept.corrections.contains(1) && kept.corrections.contains(-1))
  }

  @Test(arguments: SeededGenerator.seeds(4))
  func `steps of any kind are what they were`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var time = random.anyMagnitude()
    let unit = 1 + random.next() % 50
    let widest = 1 + random.next() % 64
    let times = (0..<1500).map { _ in
      let step = random.once(in: 100) ? random.anyMagnitude() >> widest : random.next() % 300
      time &+= random.once(in: 200) ? 0 &- step : step &* unit
      return time
    }
    _ = try kept(times, "seed \(seed)")
  }

  // MARK: The sample

  private static func operations(_ batch: EventBatch) -> [String] {
    batch.shapes.map { batch.shapeTable[Int($0)].operation.name }
  }

  @Test(arguments: [4, 5, 6])
  func `a sample since version 4 has ticks with and without corrections, and none`(
    version: Int
  ) throws {
    let path = Samples.path("stores/v\(version)/ticks.zst")
    let file = try TraceFile(path: path)
    let isSame =
      try file.recordedBatches().map(RecordedColumns.init)
      == TickTrace.batches.map(RecordedColumns.init)
    #expect(isSame)
    _ = try file.verify()
    let groups = try RawStore.groups(of: try TemporaryFolder.bytes(at: path))
    let kept = try zip(groups.filter { $0.table == 1 }, TickTrace.batches).map {
      try KeptTimes($0, operations: TickColumnsTests.operations($1))
    }
    #expect(kept.map(\.times) == TickTrace.batches.map(\.times))
    #expect(kept.map(\.period.count) == [1, 1, 0])
    #expect(kept.map(\.correctionRows.isEmpty) == [false, true, true])
  }

  @Test func `the writer keeps ticks as it did`() throws {
    let path = Samples.path("stores/v6/ticks.zst")
    let groups = try RawStore.groups(of: try TemporaryFolder.bytes(at: path))
    let folder = try TemporaryFolder()
    try TickTrace.write(to: folder.file("ticks.zst"))
    let written = try RawStore.groups(
      of: try TemporaryFolder.bytes(at: folder.file("ticks.zst")))
    for (before, now) in zip(groups, written) where before.table == 1 {
      #expect(before.chunks.map(\.column) == now.chunks.map(\.column))
      let isSame = before.chunks.map(\.content) == now.chunks.map(\.content)
      #expect(isSame)
    }
  }

  @Test(
    arguments: [
      (51, [168_023_818, 1]), (52, [5, 3]), (52, [.max]), (52, [200, 201]), (53, []),
      (53, [1, 2, 3]),
    ] as [(UInt64, [UInt64])])
  func `columns that do not fit are damage`(column: UInt64, values: [UInt64]) throws {
    let folder = try TemporaryFolder()
    let original = folder.file("original.zst")
    try TickTrace.write(to: original)
    var groups = try RawStore.groups(of: try TemporaryFolder.bytes(at: original))
    let group = try #require(groups.firstIndex { $0.table == 1 })
    let chunk = try #require(groups[group].chunks.firstIndex { $0.column == column })
    let encoding = try #require(
      ColumnEncoding(rawValue: UInt8(groups[group].chunks[chunk].encoding)))
    groups[group].chunks[chunk].content = encoding.encode(values)
    groups[group].chunks[chunk].values = UInt64(values.count)
    let path = try folder.write(RawStore.store(groups, version: 6), to: "changed.zst")
    let file = try TraceFile(path: path)
    #expect(throws: TraceError.self) { try file.recordedBatches() }
  }

  @Test func `a tick of any length is read`() throws {
    for period in [0, 1, 1 << 24, 1 << 40, 1 << 63, .max] as [UInt64] {
      let folder = try TemporaryFolder()
      let original = folder.file("original.zst")
      try TickTrace.write(to: original)
      var groups = try RawStore.groups(of: try TemporaryFolder.bytes(at: original))
      let group = try #require(groups.firstIndex { $0.table == 1 })
      let chunk = try #require(groups[group].chunks.firstIndex { $0.column == 51 })
      groups[group].chunks[chunk].content = RawStore.varint(period)
      let path = try folder.write(RawStore.store(groups, version: 6), to: "changed.zst")
      let first = try #require(TickTrace.batches.first)
      let kept = try KeptTimes(groups[group], operations: TickColumnsTests.operations(first))
      #expect(
        try TraceFile(path: path).recordedBatches().first?.times == kept.times, "\(period)")
    }
  }
}
