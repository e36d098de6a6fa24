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
  /// Values of a few bits, several a byte.
  case packed = 4
  /// Values of as many bytes as the largest needs.
  case fixed = 5
  /// The lowest byte of each value, then the next one of each, of as many as the values need.
  case planes = 6
  /// Values of a byte, the most frequent ones two a byte.
  case ranked = 7

  package func encode(_ values: [UInt64]) -> [UInt8] {
    guard !values.isEmpty else { return [] }
    return switch self {
    case .bytes: []
    case .varint: VarintCoding.encode(values) { $0 }
    case .delta: VarintCoding.deltas(values)
    case .runLength: VarintCoding.encode(VarintCoding.runs(values)) { $0 }
    case .packed: FixedWidthCoding.packed(values)
    case .fixed: FixedWidthCoding.fixed(values)
    case .planes: FixedWidthCoding.planes(values)
    case .ranked: RankedCoding.encode(values)
    }
  }

  /// The values again; `count` of them, neither more nor fewer.
  package func decode(_ bytes: [UInt8], count: Int) throws(TraceError) -> [UInt64] {
    guard count > 0 else {
      guard bytes.isEmpty else { throw ByteReader.damaged }
      return []
    }
    return switch self {
    case .bytes: throw ByteReader.damaged
    case .varint: try VarintCoding.decode(bytes, count: count) { $0 }
    case .delta: try VarintCoding.decodeDeltas(bytes, count: count)
    case .runLength: try VarintCoding.decodeRuns(bytes, count: count)
    case .packed: try FixedWidthCoding.decodePacked(bytes, count: count)
    case .fixed: try FixedWidthCoding.decodeFixed(bytes, count: count)
    case .planes: try FixedWidthCoding.decodePlanes(bytes, count: count)
    case .ranked: try RankedCoding.decode(bytes, count: count)
    }
  }
}
