package import TraceModel

/// What `memtrace info` says of a store, gathered by whoever read it.
package struct TraceInfo: Hashable, Sendable {
  package struct ColumnSize: Hashable, Sendable {
    package var table: String
    package var column: String
    package var rawBytes: Int64
    package var storedBytes: Int64

    package init(table: String, column: String, rawBytes: Int64, storedBytes: Int64) {
      self.table = table
      self.column = column
      self.rawBytes = rawBytes
      self.storedBytes = storedBytes
    }
  }

  package var name: String
  package var version: UInt32
  package var bytes: Int64
  package var metadata: TraceMetadata
  package var summary: TraceSummary
  package var snapshots: Int
  package var completeSnapshots: Int
  package var stacks: Int
  package var columns: [ColumnSize]

  package init(
    name: String, version: UInt32, bytes: Int64, metadata: TraceMetadata, summary: TraceSummary,
    snapshots: Int, completeSnapshots: Int, stacks: Int, columns: [ColumnSize]
  ) {
    self.name = name
    self.version = version
    self.bytes = bytes
    self.metadata = metadata
    self.summary = summary
    self.snapshots = snapshots
    self.completeSnapshots = completeSnapshots
    self.stacks = stacks
    self.columns = columns
  }
}

extension TraceInfo {
  /// The categories that ever held bytes, the largest peak first.
  var categoryPeaks: [(category: MemoryCategory, peak: Peak)] {
    summary.categoryPeaks.sorted { left, right in
      left.value.bytes != right.value.bytes
        ? left.value.bytes > right.value.bytes : left.key < right.key
    }.map { (category: $0.key, peak: $0.value) }
  }
}

extension Document {
  /// What a store holds (`memtrace info`).
  package static func info(_ info: TraceInfo) -> Document {
    let summary = info.summary
    var headline = [
      "\(info.name): store of version \(info.version), "
        + "\(ByteCountFormat.scaled.text(ByteCount(info.bytes)))"
        + (info.metadata.isIncomplete ? ", incomplete" : ""),
      [
        "\(Counted.text(info.snapshots, "dump")) (\(info.completeSnapshots) complete)",
        Counted.text(summary.eventCount, "event"), Counted.text(info.stacks, "stack"),
      ].joined(separator: ", "),
    ]
    if let first = summary.firstTime, let last = summary.lastTime {
      headline.append("events span \(TableCell.secondsText(last > first ? last - first : 0))")
    }
    if info.metadata.leavesAddressesOut { headline.append("without addresses") }
    if let slice = info.metadata.slice { headline.append(sliceText(slice, info)) }
    return Document(
      headline: headline,
      tables: [sources(info), labels(info), counts(info), peaks(info), columns(info)].filter {
        !$0.rows.isEmpty
      },
      footnotes: info.metadata.diagnostics.map(\.description), json: InfoJSON.value(info))
  }

  private static func sliceText(_ slice: TraceSlice, _ info: TraceInfo) -> String {
    let range = [
      slice.from.map { "from \($0) ns" }, slice.to.map { "to \($0) ns" },
    ].compactMap(\.self)
    let events = slice.events
    return "slice of a trace: "
      + (range.isEmpty ? "" : range.joined(separator: " ") + ", ")
      + "its events \(events.lowerBound) to \(max(events.upperBound, 1) - 1), "
      + "behind \(Counted.text(info.metadata.openingEvents, "opening event"))"
  }

  private static func sources(_ info: TraceInfo) -> Table {
    Table(
      "sources", title: "sources",
      columns: [
        .init("name"), .init("format"), .init("scope"), .number("lines", key: "lineCount"),
        .number("bytes", key: "textBytes"),
      ],
      rows: info.metadata.sources.map { source in
        Table.Row([
          .text(source.name), .text(source.format), .text(source.scope?.rawValue),
          .integer(source.lines), .bytes(ByteCount(source.bytes)),
        ])
      })
  }

  private static func labels(_ info: TraceInfo) -> Table {
    Table(
      "labels", title: "labels",
      columns: [.init("label", key: "name"), .init("value"), .init("origin")],
      rows: info.metadata.labels.map { label in
        Table.Row([
          .text(label.name), .text(label.value), .text(label.isInferred ? "inferred" : "given"),
        ])
      })
  }

  private static func counts(_ info: TraceInfo) -> Table {
    let summary = info.summary
    guard summary.eventCount > 0 else { return Table("events", columns: []) }
    let rows: [(String, TableCell)] = [
      ("peak committed", .bytes(ByteCount(summary.committedPeak.bytes))),
      ("peak reserved", .bytes(ByteCount(summary.reservedPeak.bytes))),
      ("live at the end", .bytes(ByteCount(summary.endBytes))),
      ("blocks at the end", .integer(summary.endBlocks)),
      ("threads with memory", .integer(Int64(summary.threadPeaks.count))),
      ("missed frees", .unsigned(summary.missedFrees)),
      ("unmatched frees", .unsigned(summary.unmatchedFrees)),
      ("unmatched unmappings", .unsigned(summary.unmatchedUnmaps)),
    ]
    return Table(
      "events", title: "events", columns: [.init("figure"), .number("value")],
      rows: rows.map { Table.Row([.text($0.0), $0.1]) })
  }

  /// Each category's own peak; they are reached at different moments and sum to nothing.
  private static func peaks(_ info: TraceInfo) -> Table {
    Table(
      "peaks", title: "own peaks",
      columns: [.init("category"), .number("peak", key: "peakBytes"), .number("event")],
      rows: info.categoryPeaks.map { category, peak in
        Table.Row([
          .text(category.id), .bytes(ByteCount(peak.bytes)), .unsigned(peak.event),
        ])
      })
  }

  private static func columns(_ info: TraceInfo) -> Table {
    Table(
      "columns", title: "columns",
      columns: [
        .init("table", key: "storeTable"), .init("column"), .number("raw", key: "rawBytes"),
        .number("stored", key: "storedBytes"),
      ],
      rows: info.columns.map { column in
        Table.Row([
          .text(column.table), .text(column.column), .bytes(ByteCount(column.rawBytes)),
          .bytes(ByteCount(column.storedBytes)),
        ])
      })
  }
}
