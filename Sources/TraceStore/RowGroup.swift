import TraceModel

/// Rows of one table, stored and read together.
package struct RowGroup: Hashable, Sendable {
  var table: TableID
  package var rows: Int
  /// The ordinal of row 0 among the table's rows.
  package var firstRow: UInt64
  package var chunks: [ColumnChunk]
  /// The bytes and the checksum of the directory frame behind the chunks.
  var directoryBytes = 0
  var directoryChecksum: UInt32 = 0

  init(table: TableID, rows: Int, firstRow: UInt64, chunks: [ColumnChunk]) {
    self.table = table
    self.rows = rows
    self.firstRow = firstRow
    self.chunks = chunks
  }

  package var tableName: String { table.name }

  /// Chunks and directory.
  var byteCount: UInt64 {
    UInt64(directoryBytes) + chunks.reduce(0) { $0 + UInt64($1.frameBytes) }
  }

  /// What errors call it.
  package var label: String {
    table == .events
      ? "row group of events \(firstRow) to \(firstRow + UInt64(max(rows, 1)) - 1)"
      : "row group of \(table.name) from \(firstRow)"
  }

  /// The payload of the directory frame: what the footer says of this group, too.
  func write(to writer: inout ByteWriter) {
    writer.varint(table.rawValue)
    writer.varint(UInt64(rows))
    writer.varint(firstRow)
    writer.varint(UInt64(chunks.count))
    for chunk in chunks { chunk.write(to: &writer) }
  }

  init(from reader: inout ByteReader) throws(TraceError) {
    guard let table = TableID(rawValue: try reader.varint()) else { throw ByteReader.damaged }
    self.table = table
    rows = try reader.count(limit: TraceFileFormat.Limit.rows)
    firstRow = try reader.varint()
    let count = try reader.count(limit: TraceFileFormat.Limit.columns)
    chunks = []
    for _ in 0..<count { chunks.append(try ColumnChunk(from: &reader)) }
  }

  /// Places the chunks one behind the other from an offset.
  mutating func place(at offset: UInt64) {
    var next = offset
    for index in chunks.indices {
      chunks[index].offset = next
      next += UInt64(chunks[index].frameBytes)
    }
  }
}

/// The rows of each table so far: a row group continues where the table's last one ended.
struct RowCounts {
  private var counts: [TableID: UInt64] = [:]

  /// False where the group's rows are not the next ones of its table.
  mutating func add(_ group: RowGroup) -> Bool {
    guard group.firstRow == counts[group.table, default: 0] else { return false }
    counts[group.table, default: 0] += UInt64(group.rows)
    return true
  }
}

extension RowGroup {
  /// The ordinal of the first event.
  package var firstEvent: UInt64 { firstRow }

  package func contains(event: UInt64) -> Bool {
    event >= firstRow && event - firstRow < UInt64(rows)
  }
}
