package import TraceModel

/// Writes a trace row group by row group; memory holds one row group of each table.
package final class TraceWriter {
  /// The knee of the curve: level 3 takes twice the time for one byte in a hundred.
  package static let defaultLevel: Int32 = 1
  private static let smallTableRows = 4096

  private let output: OutputFile
  private let compressor: ZstdCompressor
  private let headerChecksum: UInt32
  private var groups: [RowGroup] = []
  private var rowCounts: [TableID: UInt64] = [:]
  private var snapshots: [Snapshot] = []
  private var captureLines: [CaptureLine] = []
  private var stacks: [StackDefinition] = []
  private var headers: [LogHeader] = []

  package init(path: String, replaces: Bool, level: Int32 = defaultLevel) throws(TraceError) {
    compressor = try ZstdCompressor(level: level)
    output = try OutputFile(path: path, replaces: replaces)
    var header = ByteWriter()
    header.raw(TraceFileFormat.headerMagic)
    header.fixed32(TraceFileFormat.version)
    let frame = SkippableFrame.around(header.bytes)
    headerChecksum = Checksum.of(frame)
    try output.write(frame)
    try output.flush()
  }

  /// Adds a record; events must be matched, and come in order.
  package func append(_ record: TraceRecord) throws(TraceError) {
    switch record {
    case .events(let batch):
      // What the events refer to stands before them, for a reader of a partial file.
      try flushSmallTables()
      try write(.events, rows: batch.count, EventColumns.columns(batch))
      try output.flush()
    case .snapshot(let snapshot):
      snapshots.append(snapshot)
      if snapshots.count >= TraceWriter.smallTableRows { try flushSmallTables() }
    case .captureLine(let line):
      captureLines.append(line)
      if captureLines.count >= TraceWriter.smallTableRows { try flushSmallTables() }
    case .stack(let stack):
      stacks.append(stack)
      if stacks.count >= TraceWriter.smallTableRows { try flushSmallTables() }
    case .logHeader(let header):
      headers.append(header)
      if headers.count >= TraceWriter.smallTableRows { try flushSmallTables() }
    }
  }

  /// Writes what is known of the trace so far: the last such document counts, and a partial file
  /// keeps it.
  package func append(_ metadata: TraceMetadata) throws(TraceError) {
    try flushSmallTables()
    try write(.metadata, rows: 1, [Column(.document, blob: MetadataDocument.encode(metadata))])
  }

  /// Writes the footer, syncs the file and gives it its name.
  package func finish(metadata: TraceMetadata, summary: TraceSummary) throws(TraceError) {
    try append(metadata)
    try write(.summary, rows: 1, [Column(.document, blob: SummaryDocument.encode(summary))])
    try output.write(footer())
    try output.commit()
  }

  /// Ends without a file.
  package func discard() {
    output.discard()
  }

  private func flushSmallTables() throws(TraceError) {
    if !headers.isEmpty {
      try write(.logHeaders, rows: headers.count, LogHeaderColumns.columns(headers))
      headers = []
    }
    if !stacks.isEmpty {
      try write(.stacks, rows: stacks.count, StackColumns.columns(stacks))
      stacks = []
    }
    if !snapshots.isEmpty {
      try write(.snapshots, rows: snapshots.count, SnapshotColumns.columns(snapshots))
      snapshots = []
    }
    if !captureLines.isEmpty {
      try write(.captureLines, rows: captureLines.count, CaptureLineColumns.columns(captureLines))
      captureLines = []
    }
  }

  private func write(_ table: TableID, rows: Int, _ columns: [Column]) throws(TraceError) {
    var chunks: [ColumnChunk] = []
    for column in columns {
      let raw = column.rawBytes
      guard raw.count <= TraceFileFormat.Limit.rawBytes,
        column.values.count <= TraceFileFormat.Limit.values
      else {
        throw TraceError(.limitExceeded, "a column chunk of \(raw.count) bytes")
      }
      let frame = try compressor.frame(raw)
      try output.write(frame)
      chunks.append(
        ColumnChunk(
          column: column.id, encoding: column.encoding, valueCount: column.values.count,
          rawBytes: raw.count, frameBytes: frame.count, checksum: Checksum.of(frame)))
    }
    var group = RowGroup(
      table: table, rows: rows, firstRow: rowCounts[table, default: 0], chunks: chunks)
    rowCounts[table, default: 0] += UInt64(rows)
    var directory = ByteWriter()
    directory.raw(TraceFileFormat.groupMagic)
    group.write(to: &directory)
    directory.fixed32(Checksum.of(directory.bytes))
    let frame = SkippableFrame.around(directory.bytes)
    group.directoryBytes = frame.count
    group.directoryChecksum = Checksum.of(frame)
    try output.write(frame)
    groups.append(group)
  }

  private func footer() -> [UInt8] {
    var body = ByteWriter()
    body.fixed32(headerChecksum)
    body.varint(UInt64(groups.count))
    for group in groups {
      group.write(to: &body)
      body.varint(UInt64(group.directoryBytes))
      body.fixed32(group.directoryChecksum)
    }
    let bodyBytes = body.bytes.count
    body.fixed64(UInt64(bodyBytes))
    body.raw(TraceFileFormat.footerMagic)
    // The checksum covers the frame's own header, whose length counts the checksum, too.
    var frame = SkippableFrame.around(body.bytes + [0, 0, 0, 0])
    frame.removeLast(4)
    var end = ByteWriter()
    end.fixed32(Checksum.of(frame))
    return frame + end.bytes
  }
}
