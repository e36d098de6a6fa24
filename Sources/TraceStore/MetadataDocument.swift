import TraceModel

/// The trace's metadata as bytes, and back.
enum MetadataDocument {
  static func encode(_ metadata: TraceMetadata) -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(metadata.isIncomplete ? 1 : 0)
    writer.varint(UInt64(metadata.sources.count))
    for source in metadata.sources {
      writer.text(source.name)
      writer.text(source.format)
      writer.signed(source.lines)
      writer.signed(source.bytes)
      writer.optionalText(source.scope?.rawValue)
      writer.varint(source.firstEvent)
    }
    writer.varint(UInt64(metadata.labels.count))
    for label in metadata.labels {
      writer.text(label.name)
      writer.text(label.value)
      writer.varint(label.isInferred ? 1 : 0)
    }
    writer.varint(UInt64(metadata.diagnostics.count))
    for diagnostic in metadata.diagnostics {
      writer.varint(diagnostic.severity == .warning ? 1 : 0)
      writer.text(diagnostic.message)
      writer.optionalText(diagnostic.location?.file)
      writer.optional(diagnostic.location?.line.map(UInt64.init))
      writer.varint(UInt64(diagnostic.count))
    }
    writer.varint(metadata.leavesAddressesOut ? 1 : 0)
    if let slice = metadata.slice { encode(slice, metadata.openingEvents, to: &writer) }
    return writer.bytes
  }

  /// Behind everything else, where the store holds a part of a trace.
  private static func encode(
    _ slice: TraceSlice, _ openingEvents: UInt64, to writer: inout ByteWriter
  ) {
    writer.varint(openingEvents)
    writer.optional(slice.from)
    writer.optional(slice.to)
    writer.varint(slice.events.lowerBound)
    writer.varint(slice.events.upperBound)
  }

  private static func slice(_ reader: inout ByteReader) throws(TraceError) -> TraceSlice {
    let from = try reader.optional()
    let to = try reader.optional()
    let first = try reader.varint()
    let end = try reader.varint()
    guard first <= end else { throw ByteReader.damaged }
    return TraceSlice(from: from, to: to, events: first..<end)
  }

  static func decode(_ bytes: [UInt8]) throws(TraceError) -> TraceMetadata {
    var reader = ByteReader(bytes)
    var metadata = TraceMetadata()
    metadata.isIncomplete = try reader.varint() != 0
    for _ in 0..<(try reader.count(limit: bytes.count)) {
      metadata.sources.append(
        TraceSource(
          name: try reader.text(), format: try reader.text(), lines: try reader.signed(),
          bytes: try reader.signed(),
          scope: try reader.optionalText().flatMap(TraceScope.init(rawValue:)),
          firstEvent: try reader.varint()))
    }
    for _ in 0..<(try reader.count(limit: bytes.count)) {
      metadata.labels.append(
        RunLabel(
          name: try reader.text(), value: try reader.text(),
          isInferred: try reader.varint() != 0))
    }
    for _ in 0..<(try reader.count(limit: bytes.count)) {
      let severity: Diagnostic.Severity = try reader.varint() == 0 ? .note : .warning
      let message = try reader.text()
      let file = try reader.optionalText()
      let line = try reader.optional().map { Int(clamping: $0) }
      metadata.diagnostics.append(
        Diagnostic(
          severity, message, at: file.map { SourceLocation(file: $0, line: line) },
          count: Int(clamping: try reader.varint())))
    }
    // Versions 1 and 2 end here.
    guard !reader.isAtEnd else { return metadata }
    metadata.leavesAddressesOut = try reader.varint() != 0
    if !reader.isAtEnd {
      metadata.openingEvents = try reader.varint()
      metadata.slice = try slice(&reader)
    }
    guard reader.isAtEnd else { throw ByteReader.damaged }
    return metadata
  }
}
