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
    switch self {
    case .bytes: []
    case .varint: ColumnEncoding.varints(values) { $0 }
    case .delta: ColumnEncoding.deltas(values)
    case .runLength: ColumnEncoding.varints(ColumnEncoding.runs(values)) { $0 }
    }
  }

  private static func deltas(_ values: [UInt64]) -> [UInt8] {
    var last: UInt64 = 0
    return varints(values) { value in
      defer { last = value }
      return ZigZag.encode(Int64(bitPattern: value &- last))
    }
  }

  /// Each value, as `code` has it, in LEB128.
  @inline(__always)
  private static func varints(_ values: [UInt64], _ code: (UInt64) -> UInt64) -> [UInt8] {
    let longest = 10
    return Array(capacity: values.count * longest) { output in
      for value in values {
        var rest = code(value)
        while rest >= 0x80 {
          output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
          rest >>= 7
        }
        output.append(UInt8(truncatingIfNeeded: rest))
      }
    }
  }

  private static func runs(_ values: [UInt64]) -> [UInt64] {
    var runs: [UInt64] = []
    var start = 0
    while start < values.count {
      var end = start + 1
      while end < values.count, values[end] == values[start] { end += 1 }
      runs.append(values[start])
      runs.append(UInt64(end - start))
      start = end
    }
    return runs
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
