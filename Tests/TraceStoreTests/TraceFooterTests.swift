import MemtraceTestSupport
import Testing
import TraceModel
import TraceStore

/// Footers and directories whose checksums are right and whose content is not.
@Suite struct TraceFooterTests {
  private static let huge: [UInt64] = [1 << 17, 1 << 24, 1 << 32, 1 << 62, .max - 1, .max]

  private static func isRefused(_ bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: "hostile.zst")
    let error = #expect(throws: TraceError.self) { try TraceFile(path: path).verify() }
    #expect(error?.code == .corrupted)
  }

  @Test(arguments: huge)
  func `a huge number of row groups is no memory and no trap`(count: UInt64) throws {
    try TraceFooterTests.isRefused(RawStore.header + RawStore.footer(count: count, groups: []))
  }

  @Test(arguments: huge, [0, 1, 2, 3])
  func `a huge number in a row group is no memory and no trap`(
    number: UInt64, place: Int
  ) throws {
    var values: [UInt64] = [1, 0, 0, 0]
    values[place] = number
    let group = RawStore.group(
      table: values[0], rows: values[1], firstRow: values[2], chunkCount: values[3])
    let directory = RawStore.directory(group)
    try TraceFooterTests.isRefused(
      RawStore.header + directory
        + RawStore.footer(
          count: 1,
          groups: group + RawStore.varint(UInt64(directory.count))
            + RawStore.checksum(directory)))
  }

  @Test(arguments: huge, [0, 1, 2, 3, 4])
  func `a huge number in a column chunk is no memory and no trap`(
    number: UInt64, place: Int
  ) throws {
    var values: [UInt64] = [2, 0, 1, 1, 0]
    values[place] = number
    let group = RawStore.group(
      table: 1, rows: 1, firstRow: 0, chunkCount: 1,
      chunks: RawStore.chunk(
        column: values[0], encoding: values[1], values: values[2], raw: values[3],
        frame: values[4], checksum: RawStore.checksum([])))
    let directory = RawStore.directory(group)
    try TraceFooterTests.isRefused(
      RawStore.header + directory
        + RawStore.footer(
          count: 1,
          groups: group + RawStore.varint(UInt64(directory.count))
            + RawStore.checksum(directory)))
  }

  @Test(arguments: huge)
  func `a huge directory length is no memory and no trap`(number: UInt64) throws {
    let group = RawStore.group(table: 1, rows: 0, firstRow: 0, chunkCount: 0)
    try TraceFooterTests.isRefused(
      RawStore.header
        + RawStore.footer(
          count: 1, groups: group + RawStore.varint(number) + [0, 0, 0, 0]))
  }

  @Test(arguments: [0, 1, 1 << 20, 1 << 30, 1 << 40, .max - 20, .max] as [UInt64])
  func `a wrong length of the footer is no memory and no trap`(length: UInt64) throws {
    var bytes = RawStore.header + RawStore.footer(count: 0, groups: [])
    bytes.replaceSubrange(
      (bytes.count - 20)..<(bytes.count - 12), with: RawStore.fixed(length, bytes: 8))
    try TraceFooterTests.isRefused(bytes)
  }

  @Test(arguments: huge)
  func `a directory with a huge number is where salvage stops`(number: UInt64) throws {
    let folder = try TemporaryFolder()
    for place in 0..<4 {
      var values: [UInt64] = [1, 0, 0, 0]
      values[place] = number
      let group = RawStore.group(
        table: values[0], rows: values[1], firstRow: values[2], chunkCount: values[3])
      let path = try folder.write(
        RawStore.header + RawStore.directory(group), to: "hostile\(place).zst")
      let salvage = try Salvage(path: path)
      try salvage.read(metadata: { _ in }, records: { _ in Issue.record("something came out") })
      #expect(salvage.stop != nil)
    }
  }

  @Test func `random footers with a right checksum never trap`() throws {
    let folder = try TemporaryFolder()
    for seed in SeededGenerator.seeds(300) {
      var random = SeededGenerator(seed: seed)
      let numbers = (0..<(random.next() % 30)).flatMap { _ in
        RawStore.varint(random.once(in: 3) ? random.anyMagnitude() : random.next() % 8)
      }
      let path = try folder.write(
        RawStore.header + RawStore.footer(count: random.next() % 3, groups: numbers),
        to: "hostile.zst")
      #expect(throws: TraceError.self) { try TraceFile(path: path).verify() }
    }
  }

  @Test func `bytes that no row group covers are refused`() throws {
    try TraceFooterTests.isRefused(
      RawStore.header + [1, 2, 3] + RawStore.footer(count: 0, groups: []))
  }

  @Test func `a footer without the documents every store has is refused`() throws {
    let error = try {
      let folder = try TemporaryFolder()
      let path = try folder.write(
        RawStore.header + RawStore.footer(count: 0, groups: []), to: "bare.zst")
      return #expect(throws: TraceError.self) { try TraceFile(path: path) }
    }()
    #expect(error?.message == "the store has no metadata")
  }
}
