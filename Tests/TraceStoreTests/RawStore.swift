/// Bytes of a store made by hand, so that they may be wrong; knows nothing of TraceStore.
enum RawStore {
  static func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func fixed(_ value: UInt64, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  /// CRC-32, bit by bit.
  static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var crc: UInt32 = .max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return fixed(UInt64(~crc), bytes: 4)
  }

  static func skippable(_ payload: [UInt8]) -> [UInt8] {
    [0x5E, 0x2A, 0x4D, 0x18] + fixed(UInt64(payload.count), bytes: 4) + payload
  }

  static let header = skippable(Array("MEMTRACE".utf8) + [1, 0, 0, 0])

  /// A footer frame around groups as the format describes them, with correct lengths and checksums.
  static func footer(count: UInt64, groups: [UInt8]) -> [UInt8] {
    let body = checksum(header) + varint(count) + groups
    let frame =
      [0x5E, 0x2A, 0x4D, 0x18] + fixed(UInt64(body.count + 20), bytes: 4) + body
      + fixed(UInt64(body.count), bytes: 8) + Array("MTFOOTER".utf8)
    return frame + checksum(frame)
  }

  static func directory(_ group: [UInt8]) -> [UInt8] {
    let payload = Array("MTGROUP1".utf8) + group
    return skippable(payload + checksum(payload))
  }

  /// One row group in a footer or a directory: table, rows, first row, chunks.
  static func group(
    table: UInt64, rows: UInt64, firstRow: UInt64, chunkCount: UInt64, chunks: [UInt8] = []
  ) -> [UInt8] {
    varint(table) + varint(rows) + varint(firstRow) + varint(chunkCount) + chunks
  }

  static func chunk(
    column: UInt64, encoding: UInt64, values: UInt64, raw: UInt64, frame: UInt64,
    checksum: [UInt8] = [0, 0, 0, 0]
  ) -> [UInt8] {
    varint(column) + varint(encoding) + varint(values) + varint(raw) + varint(frame) + checksum
  }
}
