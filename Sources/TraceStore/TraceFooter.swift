import TraceModel

/// The directory at the end of a store: every frame with its length and checksum.
struct TraceFooter {
  let headerChecksum: UInt32
  let groups: [RowGroup]
  /// Where the footer frame begins.
  let offset: UInt64

  static let headerBytes = TraceFileFormat.skippableHeaderBytes + 8 + 4

  /// The version in the header; an error where the file is no store, or a newer one.
  static func version(of input: RandomAccessFile) throws(TraceError) -> UInt32 {
    let location = SourceLocation(file: input.path)
    let noStore = TraceError(
      .unknownFormat, "is no memtrace store", at: location,
      remedy: "memtrace ingest makes one from a dump or an allocator log")
    guard input.byteCount >= UInt64(headerBytes) else {
      throw input.byteCount == 0
        ? TraceError(.truncated, "is empty", at: location, remedy: noStore.remedy) : noStore
    }
    let header = try input.read(at: 0, count: headerBytes)
    guard SkippableFrame.payloadBytes(header) == 12 else { throw noStore }
    var reader = ByteReader(header, at: TraceFileFormat.skippableHeaderBytes)
    do {
      try reader.expect(TraceFileFormat.headerMagic)
    } catch {
      throw noStore
    }
    let version = try reader.fixed32()
    guard (1...TraceFileFormat.version).contains(version) else {
      throw TraceError(
        .unsupportedVersion,
        "a store of version \(version); this program reads versions 1 to \(TraceFileFormat.version)",
        at: location, remedy: "use the memtrace that wrote it, or a newer one")
    }
    return version
  }

  /// The version, or what keeps the file from being read: a header that its footer disowns is damaged.
  static func readableVersion(of input: RandomAccessFile) throws(TraceError) -> UInt32 {
    do {
      return try version(of: input)
    } catch {
      guard error.code != .unsupportedVersion, let footer = try? TraceFooter(input),
        let header = try? input.read(at: 0, count: headerBytes),
        Checksum.of(header) != footer.headerChecksum
      else { throw error }
      throw TraceError(
        .corrupted, "the header is damaged", at: SourceLocation(file: input.path, byteOffset: 0),
        remedy: "everything behind it may be whole: restore the file's first "
          + "\(headerBytes) bytes from another store of this version")
    }
  }

  init(_ input: RandomAccessFile) throws(TraceError) {
    let trailerBytes = UInt64(TraceFileFormat.trailerBytes)
    let overhead = UInt64(TraceFileFormat.skippableHeaderBytes) + trailerBytes
    guard input.byteCount >= UInt64(TraceFooter.headerBytes) + overhead else {
      throw input.truncated
    }
    let trailer = try input.read(
      at: input.byteCount - trailerBytes, count: TraceFileFormat.trailerBytes)
    var reader = ByteReader(trailer)
    let bodyBytes = try reader.fixed64()
    do {
      try reader.expect(TraceFileFormat.footerMagic)
    } catch {
      throw input.truncated
    }
    let checksum = try reader.fixed32()
    let damaged = TraceError(
      .corrupted, "the footer is damaged",
      at: SourceLocation(file: input.path, byteOffset: input.byteCount),
      remedy: "memtrace recover \(input.path) -o NEW.zst rebuilds it")
    guard bodyBytes <= UInt64(TraceFileFormat.Limit.footerBytes),
      bodyBytes + overhead <= input.byteCount - UInt64(TraceFooter.headerBytes)
    else { throw damaged }
    offset = input.byteCount - overhead - bodyBytes
    let frame = try input.read(at: offset, count: Int(bodyBytes + overhead))
    guard Checksum.of(Array(frame.dropLast(4))) == checksum,
      SkippableFrame.payloadBytes(frame) == Int(bodyBytes + trailerBytes)
    else { throw damaged }
    do {
      var body = ByteReader(
        Array(frame[TraceFileFormat.skippableHeaderBytes..<(frame.count - Int(trailerBytes))]))
      headerChecksum = try body.fixed32()
      groups = try TraceFooter.groups(&body)
      guard body.isAtEnd else { throw ByteReader.damaged }
    } catch {
      throw damaged
    }
    let covered = groups.reduce(UInt64(TraceFooter.headerBytes)) { $0 &+ $1.byteCount }
    guard covered == offset else {
      throw TraceError(
        .corrupted, "the footer covers \(covered) bytes of \(offset)",
        at: SourceLocation(file: input.path, byteOffset: offset),
        remedy: "memtrace recover \(input.path) -o NEW.zst keeps what is whole")
    }
  }

  private static func groups(_ body: inout ByteReader) throws(TraceError) -> [RowGroup] {
    let count = try body.count(limit: TraceFileFormat.Limit.groups)
    var groups: [RowGroup] = []
    var next = UInt64(headerBytes)
    var rowCounts = RowCounts()
    for _ in 0..<count {
      var group = try RowGroup(from: &body)
      guard rowCounts.add(group) else { throw ByteReader.damaged }
      group.directoryBytes = try body.count(limit: TraceFileFormat.Limit.directoryBytes)
      group.directoryChecksum = try body.fixed32()
      group.place(at: next)
      next += group.byteCount
      groups.append(group)
    }
    return groups
  }
}
