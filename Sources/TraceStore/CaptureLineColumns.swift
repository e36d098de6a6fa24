import TraceModel

/// Capture lines as columns, and back: a kind, a place, numbers that may be absent, and texts.
enum CaptureLineColumns {
  private enum Kind: UInt64 {
    case loader = 0
    case process = 1
    case fileRead = 2
    case heapCreated = 3
    case heapStatistics = 4
  }

  private struct Row {
    var kind: Kind
    var source: Int
    var line: Int
    var numbers: [Int64?] = []
    var texts: [String?] = []
  }

  static func columns(_ lines: [CaptureLine]) -> [Column] {
    let rows = lines.map(row)
    var texts = ByteWriter()
    for row in rows {
      texts.varint(UInt64(row.texts.count))
      for text in row.texts { texts.optionalText(text) }
    }
    return [
      Column(.kinds, .runLength, rows.map(\.kind.rawValue)),
      Column(.sources, .runLength, rows.map { UInt64($0.source) }),
      Column(.lines, .delta, rows.map { UInt64($0.line) }),
      Column(.valueCounts, .runLength, rows.map { UInt64($0.numbers.count) }),
      // A presence bit beside each number keeps all 64 bits for it.
      Column(
        .presentFields, .runLength, rows.flatMap { $0.numbers.map { $0 == nil ? 0 : 1 } }),
      Column(
        .values, .varint, rows.flatMap { $0.numbers.compactMap { $0.map(ZigZag.encode) } }),
      Column(.texts, blob: texts.bytes),
    ]
  }

  private static func row(_ line: CaptureLine) -> Row {
    switch line {
    case .loader(let memory):
      Row(
        kind: .loader, source: memory.source, line: memory.line,
        numbers: [
          memory.pageBytes, memory.initialPages, memory.maxPages, memory.heapOffset,
          memory.heapSize,
        ], texts: [memory.thread])
    case .process(let sample):
      Row(
        kind: .process, source: sample.source, line: sample.line,
        numbers: sample.values.map(\.bytes), texts: [sample.label] + sample.values.map(\.name))
    case .fileRead(let read):
      Row(kind: .fileRead, source: read.source, line: read.line, numbers: [read.bytes])
    case .heapCreated(let heap):
      Row(
        kind: .heapCreated, source: heap.source, line: heap.line,
        numbers: [heap.totalBytes, heap.structBytes, heap.actualBytes, heap.paddingBytes])
    case .heapStatistics(let heap):
      Row(
        kind: .heapStatistics, source: heap.source, line: heap.line,
        numbers: [heap.freeBytes, heap.currentBytes, heap.highmarkBytes, heap.occupiedBytes],
        texts: [heap.heap])
    }
  }

  static func lines(_ columns: ColumnSet, rows count: Int) throws(TraceError) -> [CaptureLine] {
    let kinds = try columns.values(.kinds, count: count)
    let sources = try columns.values(.sources, count: count)
    let lines = try columns.values(.lines, count: count)
    let valueCounts = try columns.values(.valueCounts, count: count)
    var present = try columns.values(.presentFields)[...]
    var values = try columns.values(.values)[...]
    var texts = ByteReader(columns.blob(.texts))
    var result: [CaptureLine] = []
    for index in 0..<count {
      guard let kind = Kind(rawValue: kinds[index]) else { throw ByteReader.damaged }
      var row = Row(
        kind: kind, source: Int(clamping: sources[index]), line: Int(clamping: lines[index]))
      guard valueCounts[index] <= UInt64(present.count) else { throw ByteReader.damaged }
      for _ in 0..<valueCounts[index] {
        let isPresent = present.removeFirst() != 0
        row.numbers.append(isPresent ? values.popFirst().map(ZigZag.decode) : nil)
      }
      let textCount = try texts.count(limit: TraceFileFormat.Limit.values)
      for _ in 0..<textCount { row.texts.append(try texts.optionalText()) }
      guard let line = line(row) else { throw ByteReader.damaged }
      result.append(line)
    }
    return result
  }

  private static func line(_ row: Row) -> CaptureLine? {
    let numbers = row.numbers
    let text = row.texts.first ?? nil
    switch row.kind {
    case .loader:
      guard numbers.count == 5, let page = numbers[0], let initial = numbers[1],
        let max = numbers[2]
      else { return nil }
      return .loader(
        LoaderMemory(
          source: row.source, line: row.line, thread: text, pageBytes: page,
          initialPages: initial, maxPages: max, heapOffset: numbers[3], heapSize: numbers[4]))
    case .process:
      guard row.texts.count == numbers.count + 1 else { return nil }
      let values = zip(row.texts.dropFirst(), numbers).map { NamedBytes($0 ?? "", $1 ?? 0) }
      return .process(
        ProcessSample(source: row.source, line: row.line, label: text, values: values))
    case .fileRead:
      guard numbers.count == 1, let bytes = numbers[0] else { return nil }
      return .fileRead(FileRead(source: row.source, line: row.line, bytes: bytes))
    case .heapCreated:
      guard numbers.count == 4, let total = numbers[0] else { return nil }
      return .heapCreated(
        HeapCreated(
          source: row.source, line: row.line, totalBytes: total, structBytes: numbers[1],
          actualBytes: numbers[2], paddingBytes: numbers[3]))
    case .heapStatistics:
      guard numbers.count == 4, let free = numbers[0], let current = numbers[1],
        let highmark = numbers[2]
      else { return nil }
      return .heapStatistics(
        HeapStatistics(
          source: row.source, line: row.line, heap: text, freeBytes: free,
          currentBytes: current, highmarkBytes: highmark, occupiedBytes: numbers[3]))
    }
  }
}
