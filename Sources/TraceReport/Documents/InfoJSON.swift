import TraceModel

/// `memtrace info` as JSON.
enum InfoJSON {
  static func value(_ info: TraceInfo) -> JSONValue {
    let summary = info.summary
    return [
      "schema": "memtrace.info/1",
      "version": .integer(Int64(info.version)),
      "storeBytes": .integer(info.bytes),
      "incomplete": .bool(info.metadata.isIncomplete),
      "sources": .array(info.metadata.sources.map(source)),
      "labels": .array(info.metadata.labels.map(label)),
      "snapshotCount": .count(info.snapshots),
      "completeSnapshotCount": .count(info.completeSnapshots),
      "stackCount": .count(info.stacks),
      "eventCount": .unsigned(summary.eventCount),
      "hasAddresses": .bool(!info.metadata.leavesAddressesOut),
      "openingEventCount": .unsigned(info.metadata.openingEvents),
      "slice": info.metadata.slice.map(slice) ?? .null,
      "firstTimeNanoseconds": .unsigned(summary.firstTime),
      "lastTimeNanoseconds": .unsigned(summary.lastTime),
      "peakBytes": .integer(summary.committedPeak.bytes),
      "peakReservedBytes": .integer(summary.reservedPeak.bytes),
      "endBytes": .integer(summary.endBytes),
      "endBlockCount": .integer(summary.endBlocks),
      "missedFreeCount": .unsigned(summary.missedFrees),
      "unmatchedFreeCount": .unsigned(summary.unmatchedFrees),
      "unmatchedUnmapCount": .unsigned(summary.unmatchedUnmaps),
      "covers": .categories(summary.covers),
      "categoryPeaks": .array(info.categoryPeaks.map(categoryPeak)),
      "columns": .array(info.columns.map(column)),
      "diagnostics": .array(info.metadata.diagnostics.map(diagnostic)),
    ]
  }

  private static func slice(_ slice: TraceSlice) -> JSONValue {
    [
      "fromNanoseconds": .unsigned(slice.from), "toNanoseconds": .unsigned(slice.to),
      "firstEvent": .unsigned(slice.events.lowerBound),
      "endEvent": .unsigned(slice.events.upperBound),
    ]
  }

  private static func source(_ source: TraceSource) -> JSONValue {
    [
      "name": .string(source.name), "format": .string(source.format),
      "scope": .optional(source.scope?.rawValue), "lineCount": .integer(source.lines),
      "textBytes": .integer(source.bytes),
    ]
  }

  private static func label(_ label: RunLabel) -> JSONValue {
    [
      "name": .string(label.name), "value": .string(label.value),
      "inferred": .bool(label.isInferred),
    ]
  }

  private static func categoryPeak(
    _ own: (category: MemoryCategory, peak: Peak)
  ) -> JSONValue {
    [
      "category": .string(own.category.id), "peakBytes": .integer(own.peak.bytes),
      "event": .unsigned(own.peak.event), "timeNanoseconds": .unsigned(own.peak.time),
    ]
  }

  private static func column(_ column: TraceInfo.ColumnSize) -> JSONValue {
    [
      "table": .string(column.table), "column": .string(column.column),
      "rawBytes": .integer(column.rawBytes), "storedBytes": .integer(column.storedBytes),
    ]
  }

  private static func diagnostic(_ diagnostic: Diagnostic) -> JSONValue {
    [
      "severity": .string(diagnostic.severity.rawValue), "message": .string(diagnostic.message),
      "file": .optional(diagnostic.location?.file),
      "line": .optional(diagnostic.location?.line.map(Int64.init)),
      "count": .count(diagnostic.count),
    ]
  }
}
