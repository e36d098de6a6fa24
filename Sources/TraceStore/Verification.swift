package import TraceModel

/// What `memtrace verify` found whole.
package struct Verification: Hashable, Sendable {
  package var frames: Int
  package var rowGroups: Int
  package var events: UInt64
  package var bytes: UInt64
}

extension TraceFile {
  /// Reads every byte of the store and checks it against the footer; throws naming the first damage.
  package func verify() throws(TraceError) -> Verification {
    var next = UInt64(TraceFooter.headerBytes)
    let header = try input.read(at: 0, count: TraceFooter.headerBytes)
    guard Checksum.of(header) == footer.headerChecksum else {
      throw damage("the header's checksum is wrong", at: 0)
    }
    var frames = 2
    var events: UInt64 = 0
    var addresses = metadata.leavesAddressesOut ? nil : AddressReading()
    for group in groups {
      let columns = try GroupReader(input: input, group: group).columns()
      next += group.chunks.reduce(0) { $0 + UInt64($1.frameBytes) }
      let directory = try input.read(at: next, count: group.directoryBytes)
      guard Checksum.of(directory) == group.directoryChecksum else {
        throw damage("\(group.label): its directory's checksum is wrong", at: next)
      }
      guard SkippableFrame.payloadBytes(directory) == group.directoryBytes - 8 else {
        throw damage("\(group.label): its directory is no skippable frame", at: next)
      }
      next += UInt64(group.directoryBytes)
      frames += group.chunks.count + 1
      try decode(columns, group: group, expectedFirst: events, addresses: &addresses)
      if group.table == .events { events += UInt64(group.rows) }
    }
    guard events == summary.eventCount else {
      throw damage("\(events) events, the summary says \(summary.eventCount)", at: footer.offset)
    }
    return Verification(
      frames: frames, rowGroups: groups.count, events: events, bytes: byteCount)
  }

  private func decode(
    _ columns: ColumnSet, group: RowGroup, expectedFirst: UInt64,
    addresses: inout AddressReading?
  ) throws(TraceError) {
    try group.locating(in: path) { () throws(TraceError) in
      switch group.table {
      case .events:
        guard group.firstRow == expectedFirst else { throw ByteReader.damaged }
        _ = try EventColumns.batch(
          columns, group: group, selection: .all, version: version, reading: &addresses)
      case .snapshots: _ = try SnapshotColumns.snapshots(columns, rows: group.rows)
      case .captureLines: _ = try CaptureLineColumns.lines(columns, rows: group.rows)
      case .stacks: _ = try StackColumns.stacks(columns, rows: group.rows)
      case .logHeaders: _ = try LogHeaderColumns.headers(columns, rows: group.rows)
      case .metadata: _ = try MetadataDocument.decode(columns.blob(.document))
      case .summary: _ = try SummaryDocument.summary(columns)
      }
    }
  }

  private func damage(_ what: String, at offset: UInt64) -> TraceError {
    TraceError(
      .corrupted, what, at: SourceLocation(file: path, byteOffset: offset),
      remedy: "memtrace recover \(path) -o NEW.zst keeps what is whole")
  }
}
