import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel
import TraceStore

@Suite struct TraceFileTests {
  @Test func `everything that was written is read again`() throws {
    let folder = try TemporaryFolder()
    let written = try FullTrace.write(to: folder.file("full.zst"))
    let file = try TraceFile(path: folder.file("full.zst"))
    #expect(file.version == TraceFileFormat.version)
    #expect(file.metadata == FullTrace.metadata)
    #expect(file.summary == written.summary)
    #expect(try file.logHeaders() == FullTrace.headers)
    #expect(try file.stacks().definitions == FullTrace.stacks)
    #expect(try file.snapshots() == FullTrace.snapshots)
    #expect(try file.captureLines() == FullTrace.lines)
    #expect(file.eventGroups.map(\.rows) == [3, 7])
    #expect(file.eventGroups.map(\.firstEvent) == [0, 3])
    let recorded = try file.recordedBatches()
    #expect(recorded.map(RecordedColumns.init) == written.batches.map(RecordedColumns.init))
    #expect(recorded.allSatisfy { $0.derived == DerivedColumns() })
    for (group, batch) in zip(file.eventGroups, written.batches) {
      let aggregates = try file.aggregates(of: group)
      #expect(aggregates.derived == batch.derived.asStored)
      #expect(aggregates.sizes == batch.sizes)
      #expect(aggregates.stacks == batch.stacks)
      #expect(aggregates.times == batch.times)
      #expect(aggregates.threads == batch.threads)
      #expect(aggregates.addresses.isEmpty && aggregates.strings.isEmpty)
    }
    let verification = try file.verify()
    #expect(verification.events == 10)
    #expect(verification.bytes == file.byteCount)
    #expect(verification.rowGroups == file.groups.count)
  }

  @Test func `a row group knows its events`() throws {
    let folder = try TemporaryFolder()
    try FullTrace.write(to: folder.file("full.zst"))
    let group = try #require(try TraceFile(path: folder.file("full.zst")).eventGroups.last)
    #expect(!group.contains(event: 2))
    #expect(group.contains(event: 3))
    #expect(group.contains(event: 9))
    #expect(!group.contains(event: 10))
    #expect(!group.contains(event: .max))
    #expect(group.label == "row group of events 3 to 9")
  }

  @Test(arguments: SeededGenerator.seeds(15))
  func `events of any shape are read again as they were`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let folder = try TemporaryFolder()
    let path = folder.file("random.zst")
    var matcher = EventMatcher()
    var batches: [EventBatch] = []
    let writer = try TraceWriter(path: path, replaces: false)
    for _ in 0..<(random.next() % 4) {
      let rows = BatchRow.random(&random, count: Int(random.next() % 60) + 1)
      let first = batches.last.map { $0.firstEvent + UInt64($0.count) } ?? 0
      var batch = BatchRow.batch(rows, firstEvent: first)
      matcher.match(&batch)
      batches.append(batch)
      try writer.append(.events(batch))
      try writer.endRowGroup()
    }
    let summary = matcher.summary
    try writer.finish(metadata: TraceMetadata(), summary: summary)

    let file = try TraceFile(path: path)
    #expect(file.summary == summary)
    #expect(file.eventGroups.count == batches.count)
    let recorded = try file.recordedBatches()
    #expect(recorded.map(RecordedColumns.init) == batches.map(RecordedColumns.init))
    for (group, batch) in zip(file.eventGroups, batches) {
      #expect(try file.aggregates(of: group).derived == batch.derived.asStored)
    }
    #expect(try file.verify().events == summary.eventCount)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 16, 17, 256, 257])
  func `rows of as many shapes are read again as they were`(shapes: Int) throws {
    let folder = try TemporaryFolder()
    for count in Array(1...20) + [shapes, 1000] {
      var random = SeededGenerator(seed: UInt64(count))
      let rows = (0..<count).map { row in
        let shape = row < shapes ? row : Int(random.next() % UInt64(shapes))
        return BatchRow(
          UInt64(row), 1, shape % 2 == 0 ? "malloc" : "free",
          [
            (EventShape.address, .number(0x10 * (random.next() % 8 + 1))),
            (EventField("key\(shape)", .decimal), .number(random.anyMagnitude())),
          ] + (shape % 2 == 0 ? [(EventShape.size, .number(random.next() % 300))] : []))
      }
      var matcher = EventMatcher()
      var batch = BatchRow.batch(rows)
      matcher.match(&batch)
      let path = folder.file("\(count).zst")
      let writer = try TraceWriter(path: path, replaces: true)
      try writer.append(.events(batch))
      try writer.finish(metadata: TraceMetadata(), summary: matcher.summary)

      let file = try TraceFile(path: path)
      let read = try file.recordedBatches()
      #expect(read.map(RecordedColumns.init) == [RecordedColumns(batch)])
      let aggregates = try file.eventGroups.map { group in try file.aggregates(of: group) }
      #expect(aggregates.map(\.shapes) == [batch.shapes])
      #expect(aggregates.map(\.times) == [batch.times])
      #expect(aggregates.map(\.sizes) == [batch.sizes])
      #expect(aggregates.map(\.derived) == [batch.derived.asStored])
    }
  }

  @Test(arguments: SeededGenerator.seeds(12))
  func `a random log replayed from its store is the naive replay`(seed: UInt64) throws {
    let log = RandomLog(seed: seed, count: 400)
    let naive = NaiveReplay(log)
    let folder = try TemporaryFolder()
    let path = folder.file("log.zst")
    var matcher = EventMatcher()
    let writer = try TraceWriter(path: path, replaces: false)
    for var batch in log.batches(of: [1, 37, 5, 64]) {
      matcher.match(&batch)
      try writer.append(.events(batch))
      try writer.endRowGroup()
    }
    try writer.finish(metadata: TraceMetadata(), summary: matcher.summary)

    let file = try TraceFile(path: path)
    #expect(file.summary.committedPeak.bytes == naive.peakBytes)
    #expect(file.summary.committedPeak.event == naive.peakEvent)
    #expect(file.summary.endBytes == naive.totals.last)
    // The peak needs one row group, the end the last one.
    let last = UInt64(log.events.count - 1)
    for (event, blocks) in [(naive.peakEvent, naive.peakBlocks), (last, Array(naive.live.values))] {
      let group = try #require(file.eventGroups.first { $0.contains(event: event) })
      var cells = CellsAggregator(after: [event])
      cells.consume(try file.aggregates(of: group))
      #expect(cells.results == [NaiveReplay.cells(blocks)])
    }
    var sites = SiteAggregator(through: naive.peakEvent)
    for group in file.eventGroups { sites.consume(try file.aggregates(of: group)) }
    #expect(sites.list.reduce(0) { $0 + $1.totals.bytes } == naive.peakBytes)
  }

  @Test func `the same input gives the same bytes`() throws {
    let folder = try TemporaryFolder()
    try FullTrace.write(to: folder.file("a.zst"))
    try FullTrace.write(to: folder.file("b.zst"))
    let first = try TemporaryFolder.bytes(at: folder.file("a.zst"))
    #expect(try TemporaryFolder.bytes(at: folder.file("b.zst")) == first)
  }

  @Test func `a peak is read without reading the rest`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("log.zst")
    let log = RandomLog(seed: 1, count: 40_000)
    var matcher = EventMatcher()
    let writer = try TraceWriter(path: path, replaces: false)
    for var batch in log.batches(of: [1000]) {
      matcher.match(&batch)
      try writer.append(.events(batch))
      try writer.endRowGroup()
    }
    try writer.finish(metadata: TraceMetadata(), summary: matcher.summary)
    let file = try TraceFile(path: path)
    let opened = file.bytesRead
    let group = try #require(
      file.eventGroups.first { $0.contains(event: file.summary.committedPeak.event) })
    _ = try file.aggregates(of: group)
    let chunks = group.chunks.reduce(0) { $0 + UInt64($1.frameBytes) }
    #expect(file.bytesRead - opened <= chunks)
    #expect(file.bytesRead < file.byteCount / 4)
  }

  @Test func `a store without events or snapshots is a store`() throws {
    let folder = try TemporaryFolder()
    let writer = try TraceWriter(path: folder.file("empty.zst"), replaces: false)
    try writer.finish(metadata: TraceMetadata(), summary: TraceSummary())
    let file = try TraceFile(path: folder.file("empty.zst"))
    #expect(file.metadata == TraceMetadata())
    #expect(file.summary == TraceSummary())
    #expect(file.eventGroups.isEmpty)
    #expect(try file.verify().events == 0)
  }

  @Test func `a row group holds no more shapes, keys and texts than a reader takes`() throws {
    // Each batch is small enough, all of them together are not.
    let folder = try TemporaryFolder()
    let path = folder.file("many.zst")
    var writing = try StoreWriting(path)
    for number in 0..<17 as Range<UInt64> {
      var batch = EventBatch(firstEvent: number * 4000)
      for place in 0..<4000 {
        let field = EventField("key \(number) \(place)", place % 2 == 0 ? .text : .decimal)
        batch.shapeTable.append(EventShape(.init(name: "mark"), [field]))
        batch.shapes.append(UInt16(place))
        batch.extras[field] = [0]
      }
      batch.strings = ["x"]
      batch.times = Array(repeating: 1, count: 4000)
      (batch.threads, batch.addresses, batch.olds) = (batch.times, batch.times, batch.times)
      (batch.sizes, batch.stacks) = (batch.times, batch.times)
      try writing.append(batch, endsRowGroup: false)
    }
    try writing.finish()
    let file = try TraceFile(path: path)
    #expect(try file.verify().events == 68_000)
    #expect(file.eventGroups.count > 1)
  }

  @Test func `a row group ends before it has too many rows`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("many.zst")
    let writer = try TraceWriter(path: path, replaces: false)
    let rows = 32_768
    var summary = TraceSummary()
    for number in 0..<9 as Range<UInt64> {
      var batch = EventBatch(
        firstEvent: summary.eventCount, shapeTable: [EventShape(.init(name: "mark"), [])])
      batch.shapes = Array(repeating: 0, count: rows)
      batch.times = Array(repeating: number, count: rows)
      (batch.threads, batch.addresses, batch.olds) = (batch.times, batch.times, batch.times)
      (batch.sizes, batch.stacks) = (batch.times, batch.times)
      try writer.append(.events(batch))
      summary.eventCount += UInt64(rows)
    }
    try writer.finish(metadata: TraceMetadata(), summary: summary)
    let file = try TraceFile(path: path)
    #expect(file.eventGroups.map(\.rows) == [8 * rows, rows])
    let times = try file.recordedBatches().map { ($0.times.first, $0.times.last) }
    #expect(times.map(\.0) == [0, 8])
    #expect(times.map(\.1) == [7, 8])
  }

  @Test func `frames as long as a line may be come back from several row groups`() throws {
    let folder = try TemporaryFolder()
    let frame = String(repeating: "f", count: 1 << 20)
    let stacks = (0..<40).map { (number: UInt64) -> StackDefinition in
      StackDefinition(
        id: StackID(rawValue: number), parent: nil, frame: frame + "\(number)", firstEvent: 0)
    }
    let writer = try TraceWriter(path: folder.file("long.zst"), replaces: false)
    try writer.append(.stacks(StackBatch(stacks)))
    try writer.finish(metadata: TraceMetadata(), summary: TraceSummary())
    let file = try TraceFile(path: folder.file("long.zst"))
    #expect(try file.stacks().definitions == stacks)
    #expect(file.groups.map(\.rows).prefix(3) == [16, 16, 8])
  }

  @Test func `a row group of stacks has each frame once`() throws {
    let folder = try TemporaryFolder()
    let frames = ["main", "a", "", "a", "main", "b"]
    let stacks = frames.enumerated().map { row, frame in
      StackDefinition(
        id: StackID(rawValue: UInt64(row)), parent: nil, frame: frame, firstEvent: 0)
    }
    let path = folder.file("frames.zst")
    let writer = try TraceWriter(path: path, replaces: false)
    for part in [stacks[..<2], stacks[2...]] { try writer.append(.stacks(StackBatch(part))) }
    try writer.finish(metadata: TraceMetadata(), summary: TraceSummary())
    #expect(try TraceFile(path: path).stacks().definitions == stacks)
    var groups = try RawStore.groups(of: try TemporaryFolder.bytes(at: path))
    let group = try #require(groups.firstIndex { $0.table == 4 })
    let chunks = Dictionary(uniqueKeysWithValues: groups[group].chunks.map { ($0.column, $0) })
    #expect(chunks[9]?.content == [4] + Array("main".utf8) + [1, 0x61, 0, 1, 0x62])
    #expect(chunks[63]?.content == ColumnEncoding.fixed.encode([0, 1, 2, 1, 0, 3]))
    // A place beyond the frames, too few places, and more frames than rows are damage.
    let place = try #require(groups[group].chunks.firstIndex { $0.column == 63 })
    let texts = try #require(groups[group].chunks.firstIndex { $0.column == 9 })
    let whole = groups
    groups[group].chunks[place].content = ColumnEncoding.fixed.encode([0, 1, 2, 1, 0, 4])
    try expectDamage(groups)
    groups[group].chunks[place].content = ColumnEncoding.fixed.encode([0, 1, 2, 1, 0])
    groups[group].chunks[place].values = 5
    try expectDamage(groups)
    groups = whole
    groups[group].chunks[texts].content += [0, 0, 0]
    try expectDamage(groups)
  }

  private func expectDamage(_ groups: [RawStore.Group]) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(RawStore.store(groups, version: 6), to: "changed.zst")
    let file = try TraceFile(path: path)
    #expect(throws: TraceError.self) { try file.stacks() }
  }

  @Test func `headers as long as a line may be come back from several row groups`() throws {
    let folder = try TemporaryFolder()
    let text = "#memtrace-log 1 note=" + String(repeating: "n", count: 1 << 20)
    let headers = try (0..<17).map { number in
      try #require(LogHeader(source: 0, firstEvent: 0, text: text + "\(number)"))
    }
    let writer = try TraceWriter(path: folder.file("long.zst"), replaces: false)
    for header in headers { try writer.append(.logHeader(header)) }
    try writer.finish(metadata: TraceMetadata(), summary: TraceSummary())
    let file = try TraceFile(path: folder.file("long.zst"))
    #expect(try file.logHeaders() == headers)
    #expect(file.groups.map(\.rows).prefix(2) == [16, 1])
  }

  @Test func `more rows than one small table holds come back in order`() throws {
    let folder = try TemporaryFolder()
    let stacks = (0..<40_000).map { (number: UInt64) -> StackDefinition in
      let parent = number % 3 == 0 ? nil : StackID(rawValue: number / 2)
      return StackDefinition(
        id: StackID(rawValue: number), parent: parent, frame: "f\(number)", firstEvent: number / 7)
    }
    let snapshots = (1...5000).map { Snapshot(source: 0, line: $0, fields: [.total: .bytes(1)]) }
    let writer = try TraceWriter(path: folder.file("many.zst"), replaces: false)
    for rows in [0..<1000, 1000..<40_000] {
      try writer.append(.stacks(StackBatch(stacks[rows])))
    }
    for snapshot in snapshots { try writer.append(.snapshot(snapshot)) }
    try writer.finish(metadata: TraceMetadata(), summary: TraceSummary())
    let file = try TraceFile(path: folder.file("many.zst"))
    #expect(try file.stacks().definitions == stacks)
    #expect(file.groups.map(\.rows).prefix(4) == [32768, 7232, 4096, 904])
    #expect(try file.snapshots() == snapshots)
    _ = try file.verify()
  }

  // MARK: What is no store

  @Test(
    arguments: [
      Array("Memory consumption summary (bytes):\n total: 5\n and more of it".utf8),
      Array(repeating: 0, count: 100),
      [0x28, 0xB5, 0x2F, 0xFD] + Array(repeating: 0, count: 100),
      [0x5E, 0x2A, 0x4D, 0x18, 12, 0, 0, 0] + Array("PARQUETX".utf8) + [1, 0, 0, 0],
      [0x50, 0x2A, 0x4D, 0x18, 12, 0, 0, 0] + Array("MEMTRACE".utf8) + [1, 0, 0, 0],
      Array("short".utf8),
    ] as [[UInt8]])
  func `another file is no store`(bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: "other")
    let error = #expect(throws: TraceError.self) { try TraceFile(path: path) }
    #expect(error?.code == .unknownFormat)
    #expect(error?.location?.file == path)
    #expect(error?.remedy?.contains("ingest") == true)
  }

  @Test func `an empty file, a folder and no file are said as what they are`() throws {
    let folder = try TemporaryFolder()
    let empty = try folder.write([], to: "empty")
    #expect(#expect(throws: TraceError.self) { try TraceFile(path: empty) }?.code == .truncated)
    let directory = #expect(throws: TraceError.self) { try TraceFile(path: folder.path) }
    #expect(directory?.code == .inputOutput)
    let missing = #expect(throws: TraceError.self) { try TraceFile(path: folder.file("none")) }
    #expect(missing?.code == .inputOutput)
    #expect(missing?.message.contains("No such file") == true)
  }

  @Test(arguments: [99, TraceFileFormat.version + 1, 0, .max])
  func `another version is refused and both are named`(version: UInt32) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("tiny.zst")
    try TinyTrace.write(to: path)
    var bytes = try TemporaryFolder.bytes(at: path)
    for index in 0..<4 { bytes[16 + index] = UInt8(truncatingIfNeeded: version >> (8 * index)) }
    let changed = try folder.write(bytes, to: "other.zst")
    for open in [{ _ = try TraceFile(path: changed) }, { _ = try Salvage(path: changed) }] {
      let error = #expect(throws: TraceError.self) { try open() }
      #expect(error?.code == .unsupportedVersion)
      #expect(error?.message.contains("version \(version);") == true)
      #expect(error?.message.contains("1 to \(TraceFileFormat.version)") == true)
      #expect(error?.remedy?.isEmpty == false)
    }
  }
}
