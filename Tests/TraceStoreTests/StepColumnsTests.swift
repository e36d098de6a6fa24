import MemtraceTestSupport
import Testing
import TraceModel
import TraceStore

/// Steps of time are codes, apart by what their rows are, and bits beside them.
@Suite struct StepColumnsTests {
  private static let operations = ["free", "realloc", "calloc", "malloc", "sample"]

  /// Writes times as one row group, expects them back, and hands out the store's groups, the first of
  /// which it is.
  private func written(
    _ steps: [UInt64], _ operations: [String], _ comment: Comment
  ) throws -> [RawStore.Group] {
    var time: UInt64 = 1_000_000
    let times = steps.enumerated().map { row, step in
      time &+= row == 0 ? 0 : step
      return time
    }
    let folder = try TemporaryFolder()
    let path = folder.file("store.zst")
    var writing = try StoreWriting(path, replaces: false)
    let rows = zip(times, operations).map { BatchRow($0, 1, $1) }
    try writing.append(BatchRow.batch(rows))
    try writing.finish()
    #expect(try TraceFile(path: path).recordedBatches().flatMap(\.times) == times, comment)
    let groups = try RawStore.groups(of: try TemporaryFolder.bytes(at: path))
    #expect(try KeptTimes(groups[0], operations: operations).times == times, comment)
    return groups
  }

  @Test func `a step of any magnitude comes back, with its code and its bits`() throws {
    let magnitudes = (0..<64 as Range<UInt64>).flatMap { bit in
      [(1 << bit) - 1, 1 << bit, (1 << bit) + 1, 3 << bit, 31 << bit, (31 << bit) - 1] as [UInt64]
    }
    let steps = [0] + magnitudes + [.max, .max - 1, 1 << 63]
    let operations = steps.map { _ in "malloc" }
    let group = try written(steps, operations, "each magnitude")[0]
    let long = try #require(group.chunks.first { $0.column == 55 })
    // All of at least 31 * 2^14.
    #expect(Int(long.values) == steps.count { $0 >= 507_904 })
  }

  @Test func `codes of small steps are the steps, and those of others their highest five bits`()
    throws
  {
    let steps: [UInt64] = [0, 7, 31, 32, 33, 63, 64, 67, 68, 127, 300, 507_903, 507_904]
    let group = try written(steps, steps.map { _ in "malloc" }, "some")[0]
    let codes = try #require(group.chunks.first { $0.column == 115 }).content
    // Row 0 is as if it stood behind a free.
    #expect(group.chunks.first { $0.column == 103 }?.content == [0])
    #expect(codes == [7, 31, 32, 32, 47, 48, 48, 49, 63, 82, 254, 255])
  }

  @Test func `each pair of kinds has a column of its own`() throws {
    var operations: [String] = []
    for first in StepColumnsTests.operations {
      for second in StepColumnsTests.operations { operations += [first, second] }
    }
    let steps = operations.indices.map { UInt64($0) * 3 }
    let group = try written(steps, operations, "pairs")[0]
    let columns = group.chunks.map(\.column).filter { 100..<116 ~= $0 }
    #expect(Set(columns) == Set(100..<116))
    #expect(columns.count == 16)
  }

  @Test(arguments: SeededGenerator.seeds(8))
  func `steps between rows of any kinds come back`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let widest = random.next() % 64
    let rows = 1 + random.next() % 3000
    let operations = (0..<rows).map { _ in
      StepColumnsTests.operations[Int(random.next() % (1 + seed % 5))]
    }
    let steps = operations.map { _ in
      random.once(in: 30) ? random.anyMagnitude() : random.next() >> (63 - widest)
    }
    _ = try written(steps, operations, "seed \(seed)")
  }

  @Test(arguments: [(64, 3, 7), (63, 3, 3), (1000, 15, 7), (1001, 16, 7), (1000, 31, 3)])
  func `many codes of few values are kept by rank, others as they are`(
    count: Int, values: UInt64, encoding: UInt64
  ) throws {
    let operations = Array(repeating: "free", count: count)
    // Row 0 has a step of 0; the largest of 16 values is the rarest.
    let steps = (0..<UInt64(count)).map { $0 == 0 ? 0 : $0 * $0 * 7 % 101 % values }
    let group = try written(steps, operations, "\(count) of \(values)")[0]
    let chunk = try #require(group.chunks.first { $0.column == 100 })
    #expect(chunk.encoding == encoding)
    #expect(chunk.values == (encoding == 7 ? UInt64(count) : 0))
  }

  @Test(arguments: [101, 102, 98, 1 << 20, 1 << 24] as [UInt64])
  func `a column by rank that says another number of codes is damage`(count: UInt64) throws {
    let operations = Array(repeating: "free", count: 100)
    var groups = try written((0..<100).map { $0 % 7 }, operations, "whole")
    let place = try #require(groups[0].chunks.firstIndex { $0.column == 100 })
    try #require(groups[0].chunks[place].encoding == 7)
    groups[0].chunks[place].values = count
    let folder = try TemporaryFolder()
    let path = try folder.write(RawStore.store(groups, version: 6), to: "changed.zst")
    let file = try TraceFile(path: path)
    #expect(throws: TraceError.self) { try file.recordedBatches() }
  }

  @Test func `codes, bits and long steps that do not fit are damage`() throws {
    let operations = (0..<100).map { StepColumnsTests.operations[$0 * $0 % 5] }
    let steps = (0..<100 as Range<UInt64>).map { $0 * 997 % 5000 + ($0 % 40 == 0 ? 1 << 20 : 0) }
    let groups = try written(steps, operations, "whole")
    func expectDamage(_ change: (inout [RawStore.Chunk]) -> Void) throws {
      var groups = groups
      change(&groups[0].chunks)
      let folder = try TemporaryFolder()
      let path = try folder.write(RawStore.store(groups, version: 6), to: "changed.zst")
      let file = try TraceFile(path: path)
      #expect(throws: TraceError.self) { try file.recordedBatches() }
    }
    func place(_ columns: Range<UInt64>) throws -> Int {
      try #require(groups[0].chunks.firstIndex { columns.contains($0.column) })
    }
    let (codes, bits, long) = try (place(100..<116), place(54..<55), place(55..<56))
    try expectDamage { $0[codes].content.removeLast() }
    try expectDamage { $0[codes].content.append(3) }
    try expectDamage { $0[codes].content[0] = 255 }
    // As many codes as rows, and yet of one context too many.
    try expectDamage { $0[codes].content.append($0[codes + 1].content.removeLast()) }
    try expectDamage { $0[bits].content.removeLast() }
    try expectDamage { $0[bits].content.append(0) }
    try expectDamage { $0[bits].content = [] }
    try expectDamage { $0[long] = RawStore.Chunk(column: 55, encoding: 0, values: 0, content: []) }
    try expectDamage {
      $0[long].values += 1; $0[long].content.append(0)
    }
  }
}
