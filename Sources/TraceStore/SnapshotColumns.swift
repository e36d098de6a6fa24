import TraceModel

/// Snapshots as columns, and back.
enum SnapshotColumns {
  static func columns(_ snapshots: [Snapshot]) -> [Column] {
    let present = snapshots.map { mask(of: $0.fields.keys) }
    let unknown = snapshots.map { snapshot in
      mask(of: snapshot.fields.filter { $0.value == .notEnoughInfo }.keys)
    }
    let values = snapshots.flatMap { snapshot in
      snapshot.fields.keys.sorted().compactMap { snapshot.bytes($0).map(ZigZag.encode) }
    }
    return [
      Column(.sources, .runLength, snapshots.map { UInt64($0.source) }),
      Column(.lines, .delta, snapshots.map { UInt64($0.line) }),
      Column(.threadNames, texts: snapshots.map { $0.thread ?? "" }),
      Column(
        .milliseconds, .delta,
        snapshots.map { $0.timeMilliseconds.map { UInt64(bitPattern: $0) &+ 1 } ?? 0 }),
      Column(.complete, .runLength, snapshots.map { $0.isComplete ? 1 : 0 }),
      Column(.presentFields, .runLength, present),
      Column(.unknownFields, .runLength, unknown),
      Column(.values, .varint, values),
    ]
  }

  private static func mask(of fields: some Sequence<SnapshotField>) -> UInt64 {
    fields.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
  }

  static func snapshots(_ columns: ColumnSet, rows: Int) throws(TraceError) -> [Snapshot] {
    let sources = try columns.values(.sources, count: rows)
    let lines = try columns.values(.lines, count: rows)
    let threads = try columns.texts(.threadNames)
    let milliseconds = try columns.values(.milliseconds, count: rows)
    let complete = try columns.values(.complete, count: rows)
    let present = try columns.values(.presentFields, count: rows)
    let unknown = try columns.values(.unknownFields, count: rows)
    guard threads.count == rows else { throw ByteReader.damaged }
    var values = try columns.values(.values)[...]
    var snapshots: [Snapshot] = []
    for row in 0..<rows {
      var fields: [SnapshotField: SnapshotValue] = [:]
      for field in SnapshotField.allCases where present[row] >> UInt64(field.rawValue) & 1 == 1 {
        if unknown[row] >> UInt64(field.rawValue) & 1 == 1 {
          fields[field] = .notEnoughInfo
        } else {
          guard let value = values.popFirst() else { throw ByteReader.damaged }
          fields[field] = .bytes(ZigZag.decode(value))
        }
      }
      snapshots.append(
        Snapshot(
          source: Int(clamping: sources[row]), line: Int(clamping: lines[row]),
          thread: threads[row].isEmpty ? nil : threads[row],
          timeMilliseconds: milliseconds[row] == 0
            ? nil : Int64(bitPattern: milliseconds[row] &- 1),
          isComplete: complete[row] != 0, fields: fields))
    }
    return snapshots
  }
}
