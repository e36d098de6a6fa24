package import ThreadPool
package import TraceModel

/// Writes a trace row group by row group.
///
/// Row groups are encoded by a pool's jobs and written in the order in which they came; memory holds
/// as many as there are threads, and a few rows of each table.
package final class TraceWriter {
  /// The knee of the curve: level 3 saves one byte in seventy and costs a fourteenth more time, level 9
  /// one in eighteen and half as much again.
  package static let defaultLevel: Int32 = 1
  private static let smallTableRows = 4096
  /// Definitions of one row group, where no events end it earlier: many share their frames.
  private static let stackRows = 1 << 15
  /// Bytes of texts after which a small table is written, however few rows it has.
  private static let smallTableBytes = 1 << 24

  private let output: OutputFile
  /// Whose jobs encode; others may use it, too.
  package let pool: ThreadPool
  private let level: Int32
  private var encoding: [Future<EncodedGroup, TraceError>] = []
  private let headerChecksum: UInt32
  package var keepsAddresses: Bool { events.keepsAddresses }
  private var groups: [RowGroup] = []
  private var rowCounts: [TableID: UInt64] = [:]
  /// The row group of events in the making.
  private var events: GroupEncoding
  private var size = GroupSize()
  private var snapshots: [Snapshot] = []
  private var captureLines: [CaptureLine] = []
  private var stacks = StackBatch()
  private var headers: [LogHeader] = []
  private var headerBytes = 0

  /// Begins a store; with a pool of one thread everything is done by the caller's.
  package init(
    path: String, replaces: Bool, level: Int32 = defaultLevel, keepsAddresses: Bool = true,
    pool: ThreadPool = ThreadPool(threads: 1)
  ) throws(TraceError) {
    self.level = level
    self.pool = pool
    events = GroupEncoding(keepsAddresses: keepsAddresses, pool: pool)
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
      // Whether its events are matched, a row group says once.
      let more = GroupSize(batch)
      let isAlike = events.isMatched.map { $0 == batch.isMatched } ?? true
      if !isAlike || !(size + more).fits { try endRowGroup() }
      size = size + more
      events.append(batch)
    case .snapshot(let snapshot):
      snapshots.append(snapshot)
      if snapshots.count >= TraceWriter.smallTableRows { try flushSmallTables() }
    case .captureLine(let line):
      captureLines.append(line)
      if captureLines.count >= TraceWriter.smallTableRows { try flushSmallTables() }
    case .stacks(let more):
      var next = 0
      while next < more.count {
        let rows = more.range(
          from: next, count: TraceWriter.stackRows - stacks.count,
          textBytes: TraceWriter.smallTableBytes - stacks.frames.textBytes)
        stacks.append(more, rows)
        next = rows.upperBound
        if stacks.count >= TraceWriter.stackRows
          || stacks.frames.textBytes >= TraceWriter.smallTableBytes
        {
          try flushSmallTables()
        }
      }
    case .flush:
      try flush()
    case .logHeader(let header):
      // What the header says holds for the events behind it.
      try endRowGroup()
      headers.append(header)
      headerBytes += header.text.utf8.count
      if headers.count >= TraceWriter.smallTableRows || headerBytes >= TraceWriter.smallTableBytes {
        try flushSmallTables()
      }
    }
  }

  /// Ends the row group of events: what is appended next stands in another one.
  package func endRowGroup() throws(TraceError) {
    guard let group = events.finish() else { return }
    size = GroupSize()
    // What the events refer to stands before them, for a reader of a partial file.
    try flushSmallTables()
    try encode(.events, rows: group.rows) { group.columns }
  }

  /// Writes everything that was appended, so that a reader of the partial file finds it.
  package func flush() throws(TraceError) {
    try endRowGroup()
    try flushSmallTables()
    try writeEncoded(leaving: 0)
    try output.flush()
  }

  /// Writes what is known of the trace so far: the last such document counts, and a partial file
  /// keeps it.
  package func append(_ metadata: TraceMetadata) throws(TraceError) {
    try endRowGroup()
    try flushSmallTables()
    try encode(.metadata, rows: 1) { [Column(.document, blob: MetadataDocument.encode(metadata))] }
  }

  /// Writes the footer, syncs the file and gives it its name.
  package func finish(metadata: TraceMetadata, summary: TraceSummary) throws(TraceError) {
    try append(metadata)
    try encode(.summary, rows: 1) { SummaryDocument.columns(summary) }
    try writeEncoded(leaving: 0)
    try output.write(footer())
    try output.commit()
  }

  /// Ends without a file.
  package func discard() {
    output.discard()
  }

  private func flushSmallTables() throws(TraceError) {
    if !headers.isEmpty {
      let rows = headers
      headers = []
      headerBytes = 0
      try encode(.logHeaders, rows: rows.count) { LogHeaderColumns.columns(rows) }
    }
    if !stacks.isEmpty {
      let rows = stacks
      stacks = StackBatch()
      try encode(.stacks, rows: rows.count) { StackColumns.columns(rows) }
    }
    if !snapshots.isEmpty {
      let rows = snapshots
      snapshots = []
      try encode(.snapshots, rows: rows.count) { SnapshotColumns.columns(rows) }
    }
    if !captureLines.isEmpty {
      let rows = captureLines
      captureLines = []
      try encode(.captureLines, rows: rows.count) { CaptureLineColumns.columns(rows) }
    }
  }

  /// Has a row group encoded, and writes those that are.
  private func encode(
    _ table: TableID, rows: Int, _ columns: @escaping @Sendable () -> [Column]
  ) throws(TraceError) {
    let level = level
    encoding.append(
      pool.run { () throws(TraceError) in
        try EncodedGroup(table, rows: rows, columns(), level: level)
      })
    try writeEncoded(leaving: pool.threadCount == 1 ? 0 : pool.threadCount)
  }

  /// Writes row groups in order until so many are still being encoded.
  private func writeEncoded(leaving rest: Int) throws(TraceError) {
    while encoding.count > rest { try write(try encoding.removeFirst().take()) }
  }

  private func write(_ encoded: EncodedGroup) throws(TraceError) {
    var group = RowGroup(
      table: encoded.table, rows: encoded.rows, firstRow: rowCounts[encoded.table, default: 0],
      chunks: encoded.chunks)
    rowCounts[encoded.table, default: 0] += UInt64(encoded.rows)
    var directory = ByteWriter()
    directory.raw(TraceFileFormat.groupMagic)
    group.write(to: &directory)
    directory.fixed32(Checksum.of(directory.bytes))
    let frame = SkippableFrame.around(directory.bytes)
    group.directoryBytes = frame.count
    group.directoryChecksum = Checksum.of(frame)
    try output.write(encoded.frames)
    try output.write(frame)
    // What is whole is in the file: a reader of a partial one finds it.
    if encoded.table == .events { try output.flush() }
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
