import MemtraceTestSupport
import Testing
import TraceModel
import TraceStore

/// What a store says of the part of a trace that it holds.
@Suite struct SliceMetadataTests {
  private func written(_ metadata: TraceMetadata) throws -> TraceMetadata {
    let folder = try TemporaryFolder()
    let path = folder.path + "/part.zst"
    let writer = try TraceWriter(path: path, replaces: false)
    try writer.finish(metadata: metadata, summary: TraceSummary())
    return try TraceFile(path: path).metadata
  }

  @Test(arguments: [
    TraceSlice(events: 0..<0), TraceSlice(from: 0, events: 3..<1_000_000),
    TraceSlice(to: 5, events: 0..<7), TraceSlice(from: 1 << 60, to: 1 << 63, events: 9..<9),
  ])
  func `opening events and range come back`(slice: TraceSlice) throws {
    var metadata = FullTrace.metadata
    metadata.openingEvents = 300
    metadata.slice = slice
    #expect(try written(metadata) == metadata)
  }

  @Test func `a whole trace has none`() throws {
    let metadata = try written(FullTrace.metadata)
    #expect(metadata.slice == nil)
    #expect(metadata.openingEvents == 0)
  }
}
