import TraceModel

/// Stack definitions as columns, and back.
enum StackColumns {
  static func columns(_ stacks: StackBatch) -> [Column] {
    var frames = ByteWriter()
    unsafe stacks.forEachFrame { _, frame in unsafe frames.text(frame) }
    return [
      Column(.ids, .delta, stacks.ids),
      Column(.parents, .delta, stacks.parents),
      Column(.positions, .delta, stacks.firstEvents),
      Column(.texts, blob: frames.bytes),
    ]
  }

  static func stacks(_ columns: ColumnSet, rows: Int) throws(TraceError) -> [StackDefinition] {
    let ids = try columns.values(.ids, count: rows)
    let parents = try columns.values(.parents, count: rows)
    let positions = try columns.values(.positions, count: rows)
    let frames = try columns.texts(.texts)
    guard frames.count == rows else { throw ByteReader.damaged }
    return (0..<rows).map { row in
      StackDefinition(
        id: StackID(rawValue: ids[row]),
        parent: parents[row] == 0 ? nil : StackID(rawValue: parents[row] &- 1),
        frame: frames[row], firstEvent: positions[row])
    }
  }
}

/// Header lines of logs as columns, and back.
enum LogHeaderColumns {
  static func columns(_ headers: [LogHeader]) -> [Column] {
    [
      Column(.sources, .runLength, headers.map { UInt64($0.source) }),
      Column(.positions, .delta, headers.map(\.firstEvent)),
      Column(.texts, texts: headers.map(\.text)),
    ]
  }

  static func headers(_ columns: ColumnSet, rows: Int) throws(TraceError) -> [LogHeader] {
    let sources = try columns.values(.sources, count: rows)
    let positions = try columns.values(.positions, count: rows)
    let texts = try columns.texts(.texts)
    guard texts.count == rows else { throw ByteReader.damaged }
    var headers: [LogHeader] = []
    for row in 0..<rows {
      guard
        let header = LogHeader(
          source: Int(clamping: sources[row]), firstEvent: positions[row], text: texts[row])
      else { throw ByteReader.damaged }
      headers.append(header)
    }
    return headers
  }
}
