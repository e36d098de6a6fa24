import TraceModel

/// Stack definitions as columns, and back.
enum StackColumns {
  static func columns(_ stacks: StackBatch) -> [Column] {
    var texts = ByteWriter()
    for place in 0..<stacks.frames.count {
      unsafe stacks.frames.withFrame(place) { unsafe texts.text($0) }
    }
    return [
      Column(.ids, .delta, stacks.rows.map(\.id)),
      Column(.parents, .delta, stacks.rows.map(\.parentAndOne)),
      Column(.positions, .delta, stacks.rows.map(\.firstEvent)),
      Column(.texts, blob: texts.bytes),
      Column(.frames, .fixed, stacks.rows.map { UInt64($0.frame) }),
    ]
  }

  static func stacks(_ columns: ColumnSet, rows: Int) throws(TraceError) -> StackBatch {
    let ids = try columns.values(.ids, count: rows)
    let parents = try columns.values(.parents, count: rows)
    let positions = try columns.values(.positions, count: rows)
    var texts = ByteReader(columns.blob(.texts))
    var frames = FrameTable()
    // Before version 4 each row has a text of its own.
    var places: [UInt32] = []
    while !texts.isAtEnd, places.count < rows {
      let text = try texts.textRange()
      places.append(
        UInt32(
          unsafe texts.bytes.withUnsafeBytes { bytes in
            unsafe frames.place(of: UnsafeRawBufferPointer(rebasing: bytes[text]))
          }))
    }
    guard texts.isAtEnd else { throw ByteReader.damaged }
    if columns[.frames] != nil {
      let named = try columns.values(.frames)
      guard named.allSatisfy({ $0 < UInt64(places.count) }) else { throw ByteReader.damaged }
      places = named.map { places[Int($0)] }
    }
    guard places.count == rows else { throw ByteReader.damaged }
    let definitions = (0..<rows).map { row in
      StackBatch.Row(
        id: ids[row], parentAndOne: parents[row], firstEvent: positions[row], frame: places[row])
    }
    return StackBatch(rows: definitions, frames: frames)
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
