import MemtraceTestSupport

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

  /// CRC-32, byte by byte.
  static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    let table = checksums
    var crc: UInt32 = .max
    for byte in bytes { crc = table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ crc >> 8 }
    return fixed(UInt64(~crc), bytes: 4)
  }

  /// What each byte does to a checksum, bit by bit.
  private static let checksums = (0..<256 as Range<UInt32>).map { byte in
    (0..<8).reduce(byte) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }

  static func skippable(_ payload: [UInt8]) -> [UInt8] {
    [0x5E, 0x2A, 0x4D, 0x18] + fixed(UInt64(payload.count), bytes: 4) + payload
  }

  static let header = header(version: 1)

  static func header(version: UInt64) -> [UInt8] {
    skippable(Array("MEMTRACE".utf8) + fixed(version, bytes: 4))
  }

  /// A footer frame around groups as the format describes them, with correct lengths and checksums.
  static func footer(
    count: UInt64, groups: [UInt8], behind header: [UInt8] = header
  ) -> [UInt8] {
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

  // MARK: Whole stores

  struct Chunk {
    var column: UInt64
    var encoding: UInt64
    var values: UInt64
    var content: [UInt8]
  }

  struct Group {
    var table: UInt64
    var rows: UInt64
    var firstRow: UInt64
    var chunks: [Chunk]
  }

  /// A store of these groups, with right lengths and checksums.
  static func store(_ groups: [Group], version: UInt64) -> [UInt8] {
    let header = header(version: version)
    var bytes = header
    var entries: [UInt8] = []
    for group in groups {
      let frames = group.chunks.map { frame($0.content) }
      var chunks: [UInt8] = []
      for (chunk, frame) in zip(group.chunks, frames) {
        chunks += self.chunk(
          column: chunk.column, encoding: chunk.encoding, values: chunk.values,
          raw: UInt64(chunk.content.count), frame: UInt64(frame.count), checksum: checksum(frame))
      }
      let entry = self.group(
        table: group.table, rows: group.rows, firstRow: group.firstRow,
        chunkCount: UInt64(frames.count), chunks: chunks)
      let directory = directory(entry)
      for frame in frames { bytes += frame }
      bytes += directory
      entries += entry + varint(UInt64(directory.count)) + checksum(directory)
    }
    return bytes + footer(count: UInt64(groups.count), groups: entries, behind: header)
  }

  /// A zstd frame of one stored block.
  private static func frame(_ content: [UInt8]) -> [UInt8] {
    [0x28, 0xB5, 0x2F, 0xFD, 0xA0] + fixed(UInt64(content.count), bytes: 4)
      + fixed(UInt64(content.count) << 3 | 1, bytes: 3) + content
  }

  /// The groups of a store.
  static func groups(of bytes: [UInt8]) throws -> [Group] {
    var place = bytes.count - 20
    let body = (0..<8).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    place -= body - 4
    func number() -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      repeat {
        value |= UInt64(bytes[place] & 0x7F) << shift
        shift += 7
        place += 1
      } while bytes[place - 1] >= 0x80
      return value
    }
    var offset = header.count
    var groups: [Group] = []
    for _ in 0..<number() {
      var group = Group(table: number(), rows: number(), firstRow: number(), chunks: [])
      for _ in 0..<number() {
        var chunk = Chunk(column: number(), encoding: number(), values: number(), content: [])
        _ = number()
        let length = Int(number())
        place += 4
        let frame = Array(bytes[offset..<(offset + length)])
        chunk.content = try content(frame) ?? Decompression.contents(frame)
        offset += length
        group.chunks.append(chunk)
      }
      offset += Int(number())
      place += 4
      groups.append(group)
    }
    return groups
  }

  /// The content of a frame whose blocks are stored or runs; nil where one is compressed.
  private static func content(_ frame: [UInt8]) -> [UInt8]? {
    let isSingle = frame[4] & 0x20 != 0
    let sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][Int(frame[4] >> 6)]
    var place = 5 + (isSingle ? 0 : 1) + sizeBytes
    var content: [UInt8] = []
    while true {
      let block = Int(frame[place]) | Int(frame[place + 1]) << 8 | Int(frame[place + 2]) << 16
      place += 3
      switch block >> 1 & 3 {
      case 0:
        content += frame[place..<(place + block >> 3)]
        place += block >> 3
      case 1:
        content += Array(repeating: frame[place], count: block >> 3)
        place += 1
      default: return nil
      }
      if block & 1 == 1 { return content }
    }
  }
}
