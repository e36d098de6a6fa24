import MemtraceTestSupport
import Testing
import TraceModel
import TraceStore

/// The document beside the code, and the stores of released versions.
@Suite struct TraceFileFormatTests {
  private static let document: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/Sources/TraceStore/TraceFileFormat.md"
  }()

  /// The lines of the document's example: offset, bytes, annotation.
  private static func example() throws -> [(offset: Int?, bytes: [UInt8], text: String)] {
    let text = String(decoding: try TemporaryFolder.bytes(at: document), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let begin = try #require(lines.firstIndex(of: "```hex"))
    return lines[(begin + 1)...].prefix { $0 != "```" }.map { line in
      let columns = line.split(separator: ";", maxSplits: 1)
      let words = columns[0].split(separator: " ")
      return (
        Int(words[0].dropLast(), radix: 16), words.dropFirst().compactMap { UInt8($0, radix: 16) },
        String(columns.last ?? "")
      )
    }
  }

  @Test func `the document's example is what the program writes`() throws {
    let folder = try TemporaryFolder()
    try TinyTrace.write(to: folder.file("tiny.zst"))
    let written = try TemporaryFolder.bytes(at: folder.file("tiny.zst"))
    var next = 0
    for line in try TraceFileFormatTests.example() {
      #expect(line.offset == next)
      #expect(!line.text.isEmpty)
      #expect(
        Array(written.dropFirst(next).prefix(line.bytes.count)) == line.bytes,
        "offset \(String(next, radix: 16)):\(line.text)")
      next += line.bytes.count
    }
    #expect(next == written.count)
  }

  @Test func `the document's example is a store`() throws {
    let folder = try TemporaryFolder()
    let bytes = try TraceFileFormatTests.example().flatMap(\.bytes)
    let file = try TraceFile(path: try folder.write(bytes, to: "example.zst"))
    let batch = try #require(try file.recordedBatches().first)
    #expect(batch.times == TinyTrace.log.events.map(\.time))
    #expect(batch.addresses == TinyTrace.log.events.map(\.address))
    #expect(file.metadata == TinyTrace.metadata)
    #expect(file.summary.committedPeak == Peak(bytes: 64, event: 0, time: 1000))
    _ = try file.verify()
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6], ["full.zst", "tiny.zst"])
  func `a store of any version is whole`(version: UInt32, name: String) throws {
    let file = try TraceFile(path: Samples.path("stores/v\(version)/\(name)"))
    #expect(file.version == version)
    _ = try file.verify()
    let salvage = try Salvage(path: Samples.path("stores/v\(version)/\(name)"))
    #expect(salvage.stop == nil)
  }

  @Test(arguments: [2, 3, 4, 5, 6])
  func `a store since version 2 still says what instances held and what was resident`(
    version: UInt32
  ) throws {
    let file = try TraceFile(path: Samples.path("stores/v\(version)/full.zst"))
    for (index, group) in file.eventGroups.enumerated() {
      #expect(try file.instanceChanges(of: group) == FullTrace.instanceChanges(UInt64(index)))
    }
    #expect(file.summary.residentFootprint == FullTrace.resident)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6])
  func `a store of any version still says what it said`(version: UInt32) throws {
    let file = try TraceFile(path: Samples.path("stores/v\(version)/full.zst"))
    #expect(file.metadata == FullTrace.metadata)
    #expect(try file.logHeaders() == FullTrace.headers)
    #expect(try file.stacks().definitions == FullTrace.stacks)
    #expect(try file.snapshots() == FullTrace.snapshots)
    #expect(try file.captureLines() == FullTrace.lines)
    #expect(file.eventGroups.count == 2)
    let recorded = try file.recordedBatches()
    #expect(recorded.map(RecordedColumns.init) == FullTrace.batches().map(RecordedColumns.init))
    let summary = file.summary
    #expect(summary.eventCount == 10)
    #expect(summary.committedPeak == Peak(bytes: 8224, event: 5, time: 140))
    #expect(summary.reservedPeak == Peak(bytes: 16384, event: 2, time: 120))
    #expect(summary.residentPeak == Peak(bytes: 1 << 20, event: 6, time: 150))
    #expect(summary.categoryPeaks[.runtimeOther] == Peak(bytes: 64, event: 0, time: 100))
    #expect(summary.threads[3]?.name == "wasm worker 1")
    #expect(summary.endBytes == 8224)
    let last = try #require(file.eventGroups.last)
    let derived = try file.aggregates(of: last).derived
    // Since version 3 a release names one of the two allocations before; of older stores, whose
    // releases name events, it is known only that the block is described among the far ones.
    #expect(derived.firstAllocation == (version < 3 ? 1 : 2))
    #expect(derived.releases == [1, 0, version < 3 ? 1 : 2, 0, 0, 0, 0])
    #expect(derived.allocationRows == [2])
    #expect(
      derived.farReleases == [
        ReleasedBlock(size: 64, thread: 1, category: 6, stack: 1),
        ReleasedBlock(size: 0, thread: 2, category: 6, stack: nil),
      ])
    #expect(
      derived.checkpoint.map(\.cell.category) == [.runtimeOther, .runtimeOther, .linearMemory])
  }
}
