import Glibc
package import TraceModel

/// A store, open for reading: directory, metadata and summary in memory, rows on demand.
package final class TraceFile: Sendable {
  package let path: String
  package let metadata: TraceMetadata
  package let summary: TraceSummary
  package let version: UInt32
  package let groups: [RowGroup]
  /// Bytes taken from the file so far.
  package var bytesRead: UInt64 { input.bytesRead }
  package var byteCount: UInt64 { input.byteCount }

  let input: RandomAccessFile
  let footer: TraceFooter

  package init(path: String) throws(TraceError) {
    self.path = path
    input = try RandomAccessFile(path: path)
    version = try TraceFooter.readableVersion(of: input)
    footer = try TraceFooter(input)
    groups = footer.groups
    metadata = try TraceFile.document(.metadata, footer, input) { columns throws(TraceError) in
      try MetadataDocument.decode(columns.blob(.document))
    }
    summary = try TraceFile.document(.summary, footer, input, SummaryDocument.summary)
  }

  /// Whether a file begins as a store does, of whatever version.
  package static func isStore(_ path: String) -> Bool {
    guard let input = try? RandomAccessFile(path: path) else { return false }
    do {
      _ = try TraceFooter.version(of: input)
      return true
    } catch {
      return error.code == .unsupportedVersion
    }
  }

  private static func document<Value>(
    _ table: TableID, _ footer: TraceFooter, _ input: RandomAccessFile,
    _ decode: (ColumnSet) throws(TraceError) -> Value
  ) throws(TraceError) -> Value {
    guard let group = footer.groups.last(where: { $0.table == table }) else {
      throw TraceError(
        .corrupted, "the store has no \(table.name)", at: SourceLocation(file: input.path))
    }
    let columns = try GroupReader(input: input, group: group).columns()
    return try group.locating(in: input.path) { () throws(TraceError) -> Value in
      try decode(columns)
    }
  }

  /// The row groups of events, in order.
  package var eventGroups: [RowGroup] { groups.filter { $0.table == .events } }

  /// The events of a row group, with what they mean for live bytes but without addresses and texts.
  ///
  /// Times and stacks are there where `parts` asks for them.
  package func aggregates(
    of group: RowGroup, _ parts: EventParts = .all
  ) throws(TraceError) -> EventBatch {
    var addresses: AddressReading?
    return try batch(group, .aggregated(parts), addresses: &addresses)
  }

  /// What the events of a row group changed for module instances.
  package func instanceChanges(of group: RowGroup) throws(TraceError) -> [InstanceChange] {
    try Interruption.check()
    let columns = try GroupReader(input: input, group: group).columns {
      (ColumnID.instanceRows.rawValue...ColumnID.instanceCounts.rawValue).contains($0)
    }
    return try group.locating(in: path) { () throws(TraceError) -> [InstanceChange] in
      try EventColumns.instanceChanges(columns, rows: group.rows)
    }
  }

  /// The events of a row group as the log had them, but for where blocks are: addresses are 0.
  package func unplacedEvents(of group: RowGroup) throws(TraceError) -> EventBatch {
    var addresses: AddressReading?
    return try batch(group, .recorded, addresses: &addresses)
  }

  func batch(
    _ group: RowGroup, _ selection: EventColumns.Selection, addresses: inout AddressReading?
  ) throws(TraceError) -> EventBatch {
    try Interruption.check()
    let reader = GroupReader(input: input, group: group)
    let columns = try reader.columns { selection.includes($0) }
    var reading = addresses
    addresses = nil
    let batch = try group.locating(in: path) { () throws(TraceError) -> EventBatch in
      try EventColumns.batch(
        columns, group: group, selection: selection, version: version, reading: &reading)
    }
    addresses = reading
    return batch
  }

  package func snapshots() throws(TraceError) -> [Snapshot] {
    try rows(of: .snapshots, SnapshotColumns.snapshots)
  }

  package func captureLines() throws(TraceError) -> [CaptureLine] {
    try rows(of: .captureLines, CaptureLineColumns.lines)
  }

  package func stacks() throws(TraceError) -> StackBatch {
    var stacks = StackBatch()
    try forEachGroup(of: .stacks) { columns, rows throws(TraceError) in
      let more = try StackColumns.stacks(columns, rows: rows)
      stacks.append(more, 0..<more.count)
    }
    return stacks
  }

  package func logHeaders() throws(TraceError) -> [LogHeader] {
    try rows(of: .logHeaders, LogHeaderColumns.headers)
  }

  private func rows<Row>(
    of table: TableID, _ decode: (ColumnSet, Int) throws(TraceError) -> [Row]
  ) throws(TraceError) -> [Row] {
    var found: [Row] = []
    try forEachGroup(of: table) { columns, rows throws(TraceError) in
      found += try decode(columns, rows)
    }
    return found
  }

  private func forEachGroup(
    of table: TableID, _ body: (ColumnSet, Int) throws(TraceError) -> Void
  ) throws(TraceError) {
    for group in groups where group.table == table {
      let columns = try GroupReader(input: input, group: group).columns()
      try group.locating(in: path) { () throws(TraceError) in try body(columns, group.rows) }
    }
  }
}

extension RowGroup {
  /// Runs a decoding step; what it finds wrong names the file and this row group.
  func locating<Value>(
    in path: String, _ body: () throws(TraceError) -> Value
  ) throws(TraceError) -> Value {
    do {
      return try body()
    } catch  where error.location == nil {
      throw TraceError(
        .corrupted, "\(label): \(error.message)", at: SourceLocation(file: path),
        remedy: "memtrace recover keeps the row groups before it")
    }
  }
}
