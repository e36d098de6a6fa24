import TraceModel

/// Where a column chunk stands and what it must be.
package struct ColumnChunk: Hashable, Sendable {
  var column: UInt64
  var encoding: ColumnEncoding
  var valueCount: Int
  package var rawBytes: Int
  package var frameBytes: Int
  var checksum: UInt32
  /// From the beginning of the file.
  var offset: UInt64 = 0

  package var name: String { ColumnID.name(of: column) }

  func write(to writer: inout ByteWriter) {
    writer.varint(column)
    writer.varint(UInt64(encoding.rawValue))
    writer.varint(UInt64(valueCount))
    writer.varint(UInt64(rawBytes))
    writer.varint(UInt64(frameBytes))
    writer.fixed32(checksum)
  }

  init(
    column: UInt64, encoding: ColumnEncoding, valueCount: Int, rawBytes: Int, frameBytes: Int,
    checksum: UInt32
  ) {
    self.column = column
    self.encoding = encoding
    self.valueCount = valueCount
    self.rawBytes = rawBytes
    self.frameBytes = frameBytes
    self.checksum = checksum
  }

  init(from reader: inout ByteReader) throws(TraceError) {
    column = try reader.varint()
    guard ColumnID.isKnown(column),
      let encoding = ColumnEncoding(rawValue: UInt8(try reader.count(limit: 255)))
    else { throw ByteReader.damaged }
    self.encoding = encoding
    valueCount = try reader.count(limit: TraceFileFormat.Limit.values)
    rawBytes = try reader.count(limit: TraceFileFormat.Limit.rawBytes)
    frameBytes = try reader.count(limit: TraceFileFormat.Limit.rawBytes)
    checksum = try reader.fixed32()
  }

  /// The column in a frame.
  func decode(
    _ frame: [UInt8], _ decompressor: ZstdDecompressor
  ) throws(TraceError) -> Column {
    Column(
      number: column, encoding, valueCount: valueCount,
      content: try decompressor.decompress(frame, rawBytes: rawBytes))
  }
}
