import Foundation
import MemtraceTestSupport
import Testing
import ThreadPool
import TraceAnalysis
import TraceModel
import TraceStore

/// Where blocks were, kept as what a model of allocators cannot know, is what the log said.
@Suite struct AddressColumnsTests {
  /// Writes a log in batches of these sizes and expects every column of it back.
  private func expectSame(_ log: RandomLog, batches sizes: [Int], _ comment: Comment) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("log.zst")
    try StoreWriting.write(log, to: path, batches: sizes)
    let file = try TraceFile(path: path)
    #expect(
      try file.recordedBatches().map(RecordedColumns.init)
        == log.batches(of: sizes).map(RecordedColumns.init), comment)
    #expect(try file.verify().events == UInt64(log.events.count), comment)
    var salvaged: [EventBatch] = []
    try Salvage(path: path).read(
      metadata: { _ in },
      records: { if case .events(let batch) = $0 { salvaged.append(batch) } })
    #expect(
      salvaged.map(RecordedColumns.init) == log.batches(of: sizes).map(RecordedColumns.init),
      comment)
  }

  private static let spellings: [(name: String, address: @Sendable (UInt64) -> UInt64)] = [
    ("as they are", { $0 }),
    ("at odd places", { $0 &* 3 &+ 1 }),
    ("with the top bit", { $0 | 1 << 63 }),
    ("around the end of the address space", { $0 &- 0x7100 == 0 ? .max : $0 &- 0x7100 }),
    ("all over the address space", { $0 &* 0x9E37_79B9_7F4A_7C15 }),
  ]

  @Test(arguments: SeededGenerator.seeds(4))
  func `random events have their addresses again, whatever is odd about them`(
    seed: UInt64
  ) throws {
    let log = RandomLog(seed: seed, count: 500)
    for (name, address) in AddressColumnsTests.spellings {
      try expectSame(log.respelt(address: address), batches: [1, 37, 5, 64], "\(name)")
    }
  }

  @Test(arguments: SeededGenerator.seeds(3))
  func `an allocator's blocks have their addresses again`(seed: UInt64) throws {
    let log = RandomLog.heap(seed: seed, count: 1500)
    for (name, address) in AddressColumnsTests.spellings {
      try expectSame(log.respelt(address: address), batches: [400, 3, 90], "\(name)")
    }
  }

  @Test func `more threads than the model tells apart have their addresses again`() throws {
    var options = RandomLog.Options()
    options.threads = 3000
    for log in [
      RandomLog(seed: 1, count: 4000, options: options),
      RandomLog.heap(seed: 2, count: 4000, threads: 3000),
    ] {
      try expectSame(log, batches: [1000], "small threads")
      try expectSame(
        log.respelt(thread: { $0 &* 0x9E37_79B9_7F4A_7C15 }), batches: [1000], "large threads")
    }
  }

  @Test(arguments: SeededGenerator.seeds(4))
  func `blocks of any size have their addresses again`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let sizes = (0..<64).map { _ in random.anyMagnitude() } + [.max, .max - 7, .max - 23]
    let log = RandomLog(seed: seed, count: 500)
      .respelt(size: { sizes[Int($0 % UInt64(sizes.count))] })
    try expectSame(log, batches: [90, 10], "all sizes")
  }

  @Test(arguments: SeededGenerator.seeds(4))
  func `a guest's addresses are kept as the guest spelt them`(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("log.zst")
    let log = RandomLog.heap(seed: seed, count: 600, base: 0x400)
    var writing = try StoreWriting(path)
    writing.matcher.scope = .guest
    for batch in log.batches(of: [70, 8]) { try writing.append(batch) }
    try writing.finish()
    #expect(
      try TraceFile(path: path).recordedBatches().map(RecordedColumns.init)
        == log.batches(of: [70, 8]).map(RecordedColumns.init))
  }

  @Test(arguments: SeededGenerator.seeds(3))
  func `the scope may change while blocks are live`(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("log.zst")
    let log = RandomLog(seed: seed, count: 400)
    var writing = try StoreWriting(path)
    for (index, batch) in log.batches(of: [50]).enumerated() {
      writing.matcher.scope = [nil, .guest, .wamr][index % 3]
      try writing.append(batch)
    }
    try writing.finish()
    let file = try TraceFile(path: path)
    #expect(
      try file.recordedBatches().map(RecordedColumns.init)
        == log.batches(of: [50]).map(RecordedColumns.init))
    _ = try file.verify()
  }

  @Test func `rows of any shape that nobody has matched keep their addresses`() throws {
    var random = SeededGenerator(seed: 3)
    let folder = try TemporaryFolder()
    let path = folder.file("log.zst")
    let writer = try TraceWriter(path: path, replaces: false)
    var batches: [EventBatch] = []
    for _ in 0..<4 {
      let first = batches.last.map { $0.firstEvent + UInt64($0.count) } ?? 0
      batches.append(BatchRow.batch(BatchRow.random(&random, count: 80), firstEvent: first))
      try writer.append(.events(try #require(batches.last)))
      try writer.endRowGroup()
    }
    var summary = TraceSummary()
    summary.eventCount = 320
    try writer.finish(metadata: TraceMetadata(), summary: summary)
    let file = try TraceFile(path: path)
    #expect(
      try file.recordedBatches().map(RecordedColumns.init) == batches.map(RecordedColumns.init))
  }

  @Test(arguments: SeededGenerator.seeds(4))
  func `how rows come in batches does not show in their row group`(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let first = folder.file("one.zst")
    let second = folder.file("joined.zst")
    for log in [
      RandomLog(seed: seed, count: 700), RandomLog.heap(seed: seed, count: 700), AddressTrace.log,
    ] {
      try StoreWriting.write(log, to: first, batches: [log.events.count])
      try StoreWriting.write(log, to: second, batches: [1, 37, 5, 64], endsRowGroups: false)
      #expect(try TraceFile(path: first).eventGroups.count == 1)
      #expect(try TemporaryFolder.bytes(at: first) == TemporaryFolder.bytes(at: second))
      for path in [first, second] { try FileManager.default.removeItem(atPath: path) }
    }
  }

  @Test(arguments: [2, 3, 7])
  func `any number of threads writes the same bytes`(threads: Int) throws {
    let folder = try TemporaryFolder()
    let log = RandomLog.heap(seed: 11, count: 3000)
    try StoreWriting.write(log, to: folder.file("1.zst"), batches: [100, 7])
    try StoreWriting.write(
      log, to: folder.file("n.zst"), batches: [100, 7], pool: ThreadPool(threads: threads))
    #expect(
      try TemporaryFolder.bytes(at: folder.file("1.zst"))
        == TemporaryFolder.bytes(at: folder.file("n.zst")))
  }

  // MARK: The model

  /// The values of a column over all row groups of events.
  private static func column(_ number: UInt64, of path: String) throws -> [[UInt64]] {
    try column(number, of: groups(of: path))
  }

  private static func groups(of path: String) throws -> [RawStore.Group] {
    try RawStore.groups(of: try TemporaryFolder.bytes(at: path))
  }

  private static func column(
    _ number: UInt64, of groups: [RawStore.Group]
  ) throws -> [[UInt64]] {
    try groups.filter { $0.table == 1 }.map { group in
      guard let chunk = group.chunks.first(where: { $0.column == number }) else { return [] }
      let encoding = try #require(ColumnEncoding(rawValue: UInt8(chunk.encoding)))
      return try encoding.decode(chunk.content, count: Int(chunk.values))
    }
  }

  @Test func `every code of the model is used where the format says so`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("addresses.zst")
    try AddressTrace.write(to: path)
    let steps: UInt64 = 19
    // One behind the other.
    let blocks = [steps] + Array(repeating: 17, count: 17)
    let found = try AddressColumnsTests.column(38, of: path).flatMap(\.self)
    #expect(
      found
        == [steps, 17, steps, steps, 18, 20, 1, 0, steps] + blocks + [15, steps, 0, 16, steps, 1]
        + [steps, steps, steps, 20, steps, 0])
    try expectSame(AddressTrace.log, batches: [9, 4, 25], "every code")
  }

  @Test(arguments: [3, 4, 5, 6])
  func `a store since version 3 still says where its blocks were`(version: UInt32) throws {
    let path = Samples.path("stores/v\(version)/addresses.zst")
    #expect(
      try TraceFile(path: path).recordedBatches().map(RecordedColumns.init)
        == AddressTrace.log.batches(of: [9, 4, 25]).map(RecordedColumns.init))
    _ = try TraceFile(path: path).verify()
    // What the writer keeps is what it kept.
    let folder = try TemporaryFolder()
    try AddressTrace.write(to: folder.file("addresses.zst"))
    let kept = try AddressColumnsTests.groups(of: path)
    let written = try AddressColumnsTests.groups(of: folder.file("addresses.zst"))
    for column in [5, 6, 38, 39, 50] as [UInt64] {
      #expect(
        try AddressColumnsTests.column(column, of: kept)
          == AddressColumnsTests.column(column, of: written))
    }
  }

  @Test func `an allocator's blocks cost a byte where they are handed out again`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("log.zst")
    let log = RandomLog.heap(seed: 1, count: 4000, threads: 1)
    try StoreWriting.write(log, to: path, batches: [500])
    let codes = try AddressColumnsTests.column(38, of: path).flatMap(\.self)
    #expect(codes.count { $0 >= 19 } * 4 < codes.count)
  }

  // MARK: Without addresses

  @Test(arguments: SeededGenerator.seeds(4))
  func `without addresses everything else is the same`(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let log = RandomLog.heap(seed: seed, count: 900)
    let paths = [folder.file("with.zst"), folder.file("without.zst")]
    let summaries = try zip(paths, [true, false]).map { path, keepsAddresses in
      try StoreWriting.write(log, to: path, batches: [200], keepsAddresses: keepsAddresses)
    }
    #expect(summaries[0] == summaries[1])
    let with = try TraceFile(path: paths[0])
    let without = try TraceFile(path: paths[1])
    #expect(!with.metadata.leavesAddressesOut)
    #expect(without.metadata.leavesAddressesOut)
    #expect(without.byteCount < with.byteCount)
    for (first, second) in zip(with.eventGroups, without.eventGroups) {
      let expected = try with.aggregates(of: first)
      let found = try without.aggregates(of: second)
      #expect(RecordedColumns(found) == RecordedColumns(expected))
      #expect(found.derived == expected.derived)
    }
    for (found, batch) in zip(try without.recordedBatches(), log.batches(of: [200])) {
      var expected = batch
      expected.addresses = Array(repeating: 0, count: batch.count)
      expected.olds = expected.addresses
      #expect(RecordedColumns(found) == RecordedColumns(expected))
    }
    #expect(try without.verify().events == 900)
    let groups = try AddressColumnsTests.groups(of: paths[1])
    for column in [5, 6, 38, 39, 50] as [UInt64] {
      #expect(try AddressColumnsTests.column(column, of: groups).allSatisfy { $0.isEmpty })
    }
    let error = #expect(throws: TraceError.self) {
      try Salvage(path: paths[1]).read(metadata: { _ in }, records: { _ in })
    }
    #expect(error?.code == .insufficientData)
  }
}
