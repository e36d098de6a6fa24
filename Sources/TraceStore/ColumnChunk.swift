import TraceModel

/// One column of one row group, as values or as bytes.
struct Column {
  var id: UInt64
  var encoding: ColumnEncoding
  var values: [UInt64]
  var blob: [UInt8]

  init(_ id: ColumnID, _ encoding: ColumnEncoding, _ values: [UInt64]) {
    self.init(number: id.rawValue, encoding, values)
  }

  init(number: UInt64, _ encoding: ColumnEncoding, _ values: [UInt64]) {
    id = number
    self.encoding = encoding
    self.values = values
    blob = []
  }

  init(_ id: ColumnID, blob: [UInt8]) {
    self.id = id.rawValue
    encoding = .bytes
    values = []
    self.blob = blob
  }

  /// Texts as one blob: length and UTF-8 bytes each.
  init(_ id: ColumnID, texts: [String]) {
    var writer = ByteWriter()
    for text in texts { writer.text(text) }
    self.init(id, blob: writer.bytes)
  }

  var rawBytes: [UInt8] { encoding == .bytes ? blob : encoding.encode(values) }
}

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

  package var name: String {
    if let id = ColumnID(rawValue: column) { return id.name }
    return "key \(column - ColumnID.firstExtra)"
  }

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
    guard ColumnID(rawValue: column) != nil || column >= ColumnID.firstExtra,
      let encoding = ColumnEncoding(rawValue: UInt8(try reader.count(limit: 255)))
    else { throw ByteReader.damaged }
    self.encoding = encoding
    valueCount = try reader.count(limit: TraceFileFormat.Limit.values)
    rawBytes = try reader.count(limit: TraceFileFormat.Limit.rawBytes)
    frameBytes = try reader.count(limit: TraceFileFormat.Limit.rawBytes)
    checksum = try reader.fixed32()
  }

  /// The values in a frame that ``Column/rawBytes`` made.
  func decode(_ frame: [UInt8]) throws(TraceError) -> Column {
    let raw = try ZstdFrame.decompress(frame, rawBytes: rawBytes)
    var decoded = Column(number: column, encoding, [])
    if encoding == .bytes {
      decoded.blob = raw
    } else {
      decoded.values = try encoding.decode(raw, count: valueCount)
    }
    return decoded
  }
}

/// The columns of a row group by id; a column that is not there is empty.
struct ColumnSet {
  private var columns: [UInt64: Column] = [:]

  init(_ columns: [Column]) {
    for column in columns { self.columns[column.id] = column }
  }

  func values(_ id: ColumnID) -> [UInt64] { columns[id.rawValue]?.values ?? [] }
  func values(number: UInt64) -> [UInt64] { columns[number]?.values ?? [] }
  func blob(_ id: ColumnID) -> [UInt8] { columns[id.rawValue]?.blob ?? [] }

  /// Values of a column that must have one for each of `count` rows.
  func values(_ id: ColumnID, count: Int) throws(TraceError) -> [UInt64] {
    let values = values(id)
    guard values.count == count else { throw ByteReader.damaged }
    return values
  }

  func texts(_ id: ColumnID) throws(TraceError) -> [String] {
    var reader = ByteReader(blob(id))
    var texts: [String] = []
    while !reader.isAtEnd { texts.append(try reader.text()) }
    return texts
  }
}
