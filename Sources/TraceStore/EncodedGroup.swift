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
    let outcome = EncodedGroup.compress(columns, compressor)
    frames = outcome.frames
    chunks = try outcome.chunks.get()
  }

  /// Compresses columns one behind the other into memory that is long enough for all of them.
  ///
  /// Rationale: a frame for itself would be copied, and memory that is not written costs nothing.
  private static func compress(
    _ columns: [Column], _ compressor: ZstdCompressor
  ) -> (chunks: Result<[ColumnChunk], TraceError>, frames: [UInt8]) {
    var chunks = Result<[ColumnChunk], TraceError>.success([])
    let longest = columns.reduce(0) {
      $0 + ZstdCompressor.longestFrame(of: min($1.content.count, TraceFileFormat.Limit.rawBytes))
    }
    let frames = unsafe [UInt8](unsafeUninitializedCapacity: longest) { buffer, count in
      guard var next = buffer.baseAddress else { return }
      chunks = Result { () throws(TraceError) in
        var chunks: [ColumnChunk] = []
        for column in columns {
          let chunk = unsafe try EncodedGroup.compress(column, compressor, to: next)
          unsafe next += chunk.frameBytes
          count += chunk.frameBytes
          chunks.append(chunk)
        }
        return chunks
      }
    }
    return (chunks, frames)
  }

  @unsafe private static func compress(
    _ column: Column, _ compressor: ZstdCompressor, to frame: UnsafeMutablePointer<UInt8>
  ) throws(TraceError) -> ColumnChunk {
    guard column.content.count <= TraceFileFormat.Limit.rawBytes,
      column.valueCount <= TraceFileFormat.Limit.values
    else {
      throw TraceError(.limitExceeded, "a column chunk of \(column.content.count) bytes")
    }
    let frameBytes = unsafe try compressor.compress(column.content, to: frame)
    return ColumnChunk(
      column: column.id, encoding: column.encoding, valueCount: column.valueCount,
      rawBytes: column.content.count, frameBytes: frameBytes,
      checksum: unsafe Checksum.of(UnsafeBufferPointer(start: frame, count: frameBytes)))
  }
}
