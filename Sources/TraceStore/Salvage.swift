package import TraceModel

/// What is whole in a partial or damaged store, found without its footer.
///
/// Each row group ends with its directory; a scan finds the directories one behind the other.
package final class Salvage {
  package let path: String
  /// Why the scan ended before the end of the file; nil where it did not.
  package private(set) var stop: Diagnostic?
  private let input: RandomAccessFile
  private let version: UInt32
  private var groups: [RowGroup] = []

  package init(path: String) throws(TraceError) {
    self.path = path
    input = try RandomAccessFile(path: path)
    version = try TraceFooter.version(of: input)
    try scan()
  }

  /// Hands out everything that is whole, in the order it was written.
  package func read(
    metadata note: (TraceMetadata) throws -> Void, records sink: (TraceRecord) throws -> Void
  ) throws {
    var addresses: AddressReading? = AddressReading()
    for group in groups {
      do {
        let columns = try GroupReader(input: input, group: group).columns()
        switch group.table {
        case .logHeaders:
          for header in try LogHeaderColumns.headers(columns, rows: group.rows) {
            try sink(.logHeader(header))
          }
        case .stacks:
          try sink(.stacks(try StackColumns.stacks(columns, rows: group.rows)))
        case .snapshots:
          for snapshot in try SnapshotColumns.snapshots(columns, rows: group.rows) {
            try sink(.snapshot(snapshot))
          }
        case .captureLines:
          for line in try CaptureLineColumns.lines(columns, rows: group.rows) {
            try sink(.captureLine(line))
          }
        case .events:
          try sink(
            .events(
              try EventColumns.batch(
                columns, group: group, selection: .recorded, version: version,
                reading: &addresses)))
        case .metadata:
          let metadata = try MetadataDocument.decode(columns.blob(.document))
          if metadata.leavesAddressesOut { throw noAddresses }
          try note(metadata)
        case .summary: break
        }
      } catch let error as TraceError where error.code == .corrupted {
        stop = Diagnostic(
          .warning, "stopped before the \(group.label): \(error.message)",
          at: SourceLocation(file: path))
        return
      }
    }
  }

  private var noAddresses: TraceError {
    TraceError(
      .insufficientData, "the store keeps no addresses, by which its events are matched again",
      at: SourceLocation(file: path), remedy: "ingest the log again")
  }

  /// Walks the frames: chunks are zstd frames, each group ends with a directory that lists them.
  private func scan() throws(TraceError) {
    var groupStart = UInt64(TraceFooter.headerBytes)
    var next = groupStart
    var rowCounts = RowCounts()
    while next < input.byteCount {
      guard let length = try frameBytes(at: next) else {
        stop = Diagnostic(
          .warning, "the bytes from offset \(groupStart) on are no whole row group",
          at: SourceLocation(file: path))
        return
      }
      if length.isSkippable {
        let payload = try input.read(at: next + 8, count: Int(length.bytes) - 8)
        if payload.suffix(12).prefix(8).elementsEqual(TraceFileFormat.footerMagic) { return }
        guard var group = group(payload), next - groupStart == group.byteCount,
          rowCounts.add(group)
        else {
          stop = Diagnostic(
            .warning, "the directory at offset \(next) is damaged",
            at: SourceLocation(file: path))
          return
        }
        group.place(at: groupStart)
        groups.append(group)
        groupStart = next + length.bytes
      }
      next += length.bytes
    }
    if next != groupStart {
      stop = Diagnostic(
        .warning, "the last row group has no directory", at: SourceLocation(file: path))
    }
  }

  private func group(_ payload: [UInt8]) -> RowGroup? {
    guard payload.count > 12 else { return nil }
    var end = ByteReader(payload, at: payload.count - 4)
    guard let checksum = try? end.fixed32(), Checksum.of(Array(payload.dropLast(4))) == checksum
    else { return nil }
    var reader = ByteReader(payload)
    do {
      try reader.expect(TraceFileFormat.groupMagic)
      return try RowGroup(from: &reader)
    } catch {
      return nil
    }
  }

  /// The whole length of the frame at an offset; nil where none stands there or it is cut.
  private func frameBytes(
    at offset: UInt64
  ) throws(TraceError) -> (bytes: UInt64, isSkippable: Bool)? {
    let rest = input.byteCount - offset
    guard rest >= 8 else { return nil }
    let header = try input.read(at: offset, count: 8)
    if let payload = SkippableFrame.payloadBytes(header) {
      let bytes = UInt64(payload) + 8
      let limit = UInt64(TraceFileFormat.Limit.footerBytes)
      return bytes <= rest && bytes <= limit ? (bytes, true) : nil
    }
    // A chunk's length stands in the directory behind it: grow the window until zstd is content.
    var window = min(rest, 1 << 16)
    while true {
      let bytes = try input.read(at: offset, count: Int(window))
      if let length = ZstdFrame.byteCount(of: bytes) { return (UInt64(length), false) }
      guard window < rest, window < UInt64(TraceFileFormat.Limit.rawBytes) else { return nil }
      window = min(rest, window * 4)
    }
  }
}
