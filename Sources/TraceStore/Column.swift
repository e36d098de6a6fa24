import TraceModel

/// One column of one row group, in its encoding.
struct Column {
  let id: UInt64
  let encoding: ColumnEncoding
  /// 0 for bytes.
  let valueCount: Int
  let content: [UInt8]

  init(_ id: ColumnID, _ encoding: ColumnEncoding, _ values: [UInt64]) {
    self.init(number: id.rawValue, encoding, values)
  }

  init(number: UInt64, _ encoding: ColumnEncoding, _ values: [UInt64]) {
    self.init(
      number: number, encoding, valueCount: values.count, content: encoding.encode(values))
  }

  init(_ id: ColumnID, blob: [UInt8]) {
    self.init(number: id.rawValue, .bytes, valueCount: 0, content: blob)
  }

  /// Codes of a byte, by rank where few of them are rare.
  init(number: UInt64, codes: Span<UInt8>) {
    // A column of fewer codes is not worth the ranks' table.
    if codes.count >= 64,
      let ranked = RankedCoding.encode(codes, apartAtMost: codes.count / 16)
    {
      self.init(number: number, .ranked, valueCount: codes.count, content: ranked)
    } else {
      let bytes = unsafe codes.withUnsafeBufferPointer { unsafe Array($0) }
      self.init(number: number, .bytes, valueCount: 0, content: bytes)
    }
  }

  /// Texts as one blob: length and UTF-8 bytes each.
  init(_ id: ColumnID, texts: [String]) {
    var writer = ByteWriter()
    for text in texts { writer.text(text) }
    self.init(id, blob: writer.bytes)
  }

  init(number: UInt64, _ encoding: ColumnEncoding, valueCount: Int, content: [UInt8]) {
    id = number
    self.encoding = encoding
    self.valueCount = valueCount
    self.content = content
  }

  func values() throws(TraceError) -> [UInt64] {
    do {
      return try encoding.decode(content, count: valueCount)
    } catch {
      throw TraceError(.corrupted, "column \(ColumnID.name(of: id)): \(error.message)")
    }
  }
}

/// The columns of a row group by id; a column that is not there is empty.
struct ColumnSet {
  private var columns: [UInt64: Column] = [:]

  init(_ columns: [Column]) {
    for column in columns { self.columns[column.id] = column }
  }

  func values(_ id: ColumnID) throws(TraceError) -> [UInt64] { try values(number: id.rawValue) }

  func values(number: UInt64) throws(TraceError) -> [UInt64] {
    try columns[number]?.values() ?? []
  }

  subscript(id: ColumnID) -> Column? { columns[id.rawValue] }

  func blob(_ id: ColumnID) -> [UInt8] { blob(number: id.rawValue) }

  func blob(number: UInt64) -> [UInt8] {
    guard let column = columns[number], column.encoding == .bytes else { return [] }
    return column.content
  }

  /// How many codes of a byte a column has, kept as they are or by rank; of one that says more than its
  /// bytes can hold, what they can.
  func codeCount(number: UInt64) -> Int {
    guard let column = columns[number] else { return 0 }
    return column.encoding == .ranked
      ? min(column.valueCount, 2 * column.content.count) : blob(number: number).count
  }

  /// Appends the codes of a column.
  func appendCodes(number: UInt64, to codes: inout [UInt8]) throws(TraceError) {
    if let column = columns[number], column.encoding == .ranked {
      try RankedCoding.decode(column.content, count: column.valueCount, to: &codes)
    } else {
      codes += blob(number: number)
    }
  }

  /// Values of a column that must have one for each of `count` rows.
  func values(_ id: ColumnID, count: Int) throws(TraceError) -> [UInt64] {
    let values = try values(id)
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
