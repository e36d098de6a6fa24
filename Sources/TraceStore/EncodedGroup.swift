import ThreadPool
import TraceModel

/// A row group as the bytes of its frames, before it is known where in the file it comes to stand.
struct EncodedGroup: Sendable {
  let table: TableID
  let rows: Int
  let chunks: [ColumnChunk]
  /// The chunks' frames, one behind the other.
  let frames: [UInt8]

  init(
    _ table: TableID, rows: Int, _ columns: [Column], level: Int32
  ) throws(TraceError) {
    self.table = table
    self.rows = rows
    let compressor = try ZstdCompressor(level: level)
    var chunks: [ColumnChunk] = []
    var frames: [UInt8] = []
    for column in columns {
      guard column.content.count <= TraceFileFormat.Limit.rawBytes,
        column.valueCount <= TraceFileFormat.Limit.values
      else {
        throw TraceError(.limitExceeded, "a column chunk of \(column.content.count) bytes")
      }
      let start = frames.count
      try compressor.append(column.content, to: &frames)
      chunks.append(
        ColumnChunk(
          column: column.id, encoding: column.encoding, valueCount: column.valueCount,
          rawBytes: column.content.count, frameBytes: frames.count - start,
          checksum: Checksum.of(frames, from: start)))
    }
    self.chunks = chunks
    self.frames = frames
  }
}
