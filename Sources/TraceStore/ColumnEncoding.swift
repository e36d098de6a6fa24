package import TraceModel

/// How the values of a column chunk become bytes, before zstd.
package enum ColumnEncoding: UInt8, CaseIterable, Sendable {
  /// LEB128, value by value.
  case varint = 0
  /// Difference to the value before (the first to 0), wrapping, zigzag, LEB128.
  case delta = 1
  /// Pairs of value and run length, LEB128 each.
  case runLength = 2
  /// Bytes as they are; such a chunk has no values.
  case bytes = 3

  package func encode(_ values: [UInt64]) -> [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .bytes: break
    case .varint:
      for value in values { writer.varint(value) }
    case .delta:
      var last: UInt64 = 0
      for value in values {
        writer.signed(Int64(bitPattern: value &- last))
        last = value
      }
    case .runLength:
      var start = 0
      while start < values.count {
        var end = start + 1
        while end < values.count, values[end] == values[start] { end += 1 }
        writer.varint(values[start])
        writer.varint(UInt64(end - start))
        start = end
      }
    }
    return writer.bytes
  }

  /// The values again; `count` of them, neither more nor fewer.
  package func decode(_ bytes: [UInt8], count: Int) throws(TraceError) -> [UInt64] {
    var reader = ByteReader(bytes)
    var values: [UInt64] = []
    values.reserveCapacity(count)
    switch self {
    case .bytes: break
    case .varint:
      for _ in 0..<count { values.append(try reader.varint()) }
    case .delta:
      var last: UInt64 = 0
      for _ in 0..<count {
        last = last &+ UInt64(bitPattern: try reader.signed())
        values.append(last)
      }
    case .runLength:
      while values.count < count {
        let value = try reader.varint()
        let run = try reader.count(limit: count - values.count)
        guard run > 0 else { throw ByteReader.damaged }
        values.append(contentsOf: repeatElement(value, count: run))
      }
    }
    guard reader.isAtEnd else { throw ByteReader.damaged }
    return values
  }
}
