import TraceModel

/// What the lines of consecutive blocks say: events as batches, call stacks as columns, everything else
/// line by line.
struct ParsedLines: Sendable {
  struct Block: Sendable {
    /// Its bytes are not kept.
    var block: LineBlock
    var lineCount = 0
    /// What another program printed: how many lines, and the first of them, from 0.
    var otherText: (count: Int, first: Int) = (0, 0)
  }

  /// A line of neither, and how many of the batches and stacks stand before it.
  struct Other: Sendable {
    enum Content {
      case header(LogHeader)
      case malformed(reason: String)
    }

    var batch: Int
    var stack: Int
    var block: Int
    /// From the block's first line, from 0.
    var line: Int
    var content: Content
  }

  private(set) var blocks: [Block] = []
  /// Where they begin in the trace is not known yet.
  private(set) var batches: [EventBatch] = []
  /// Their `firstEvent` counts the events before them.
  private(set) var stacks = StackBatch()
  private(set) var others: [Other] = []
  /// The events of the batches.
  private var eventCount = 0
  /// The block that is being read.
  private var last: Int { blocks.count - 1 }

  /// How far the last block's lines are read.
  private struct Place {
    var byte = 0
    var expected = LineExpectation()
  }

  /// Reads blocks, each when the one before is read; `columns` are those of a CSV header, which the
  /// first may begin with.
  init(
    _ next: () -> LineBlock?, spelling: AllocatorLogReader.Spelling,
    columns: inout EventColumns?
  ) {
    var place = Place()
    guard var block = next() else { return }
    blocks.append(Block(block: block))
    var isAtEnd = false
    while !isAtEnd {
      // Enough for common events of as many such blocks; of shorter ones there are more batches.
      let bytes = (block.bytes.count - place.byte) * InputLimits.batchBlocks
      let capacity = min(InputLimits.batchRows, bytes / EventRows.shortestLine + 1)
      let batch = EventRows.batch(capacity: capacity) { rows in
        var isBatchOver = false
        while !isAtEnd, !isBatchOver {
          isBatchOver = parse(block.bytes, &rows, from: &place, spelling, &columns)
          guard place.byte >= block.bytes.count else { continue }
          place.byte = 0
          block.bytes = []
          blocks[last].block.bytes = []
          if let more = next() {
            block = more
            blocks.append(Block(block: block))
          } else {
            isAtEnd = true
          }
        }
      }
      guard !batch.isEmpty else { continue }
      eventCount += batch.count
      batches.append(batch)
    }
  }

  /// Has each block given its number; its lines are counted.
  mutating func number(_ number: (inout LineBlock, Int) -> Void) {
    for place in blocks.indices { number(&blocks[place].block, blocks[place].lineCount) }
  }

  /// Reads lines of a block until it ends or the batch does; whether the batch does.
  private mutating func parse(
    _ block: [UInt8], _ rows: inout EventRows, from place: inout Place,
    _ spelling: AllocatorLogReader.Spelling, _ columns: inout EventColumns?
  ) -> Bool {
    unsafe block.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return false }
      let bytes = block.span
      while place.byte < buffer.count {
        if rows.isFull { return true }
        if spelling == .text {
          let before = rows.count
          place.byte = unsafe WordwiseEventLines.append(
            start, from: place.byte, limit: buffer.count - WordwiseEventLines.reach,
            expecting: &place.expected, to: &rows)
          blocks[last].lineCount += rows.count - before
          guard place.byte < buffer.count, !rows.isFull else { continue }
          let stacksBefore = stacks.count
          while let end = StackLine.append(
            bytes, at: place.byte, row: eventCount + rows.count, to: &stacks)
          {
            place.byte = end + 1
            blocks[last].lineCount += 1
          }
          guard stacks.count == stacksBefore else { continue }
          if let end = CommonEventLine.append(bytes, at: place.byte, to: &rows) {
            place.byte = end + 1
            blocks[last].lineCount += 1
            continue
          }
        }
        var end = place.byte
        while end < buffer.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        let hasReturn = end > place.byte && bytes[end - 1] == UInt8(ascii: "\r")
        let line = place.byte..<(hasReturn ? end - 1 : end)
        let isBatchOver = add(bytes, line, &rows, spelling, &columns)
        place.byte = end + 1
        blocks[last].lineCount += 1
        if isBatchOver { return true }
      }
      return false
    }
  }

  /// Takes a line of any kind; whether the batch ends there.
  private mutating func add(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ rows: inout EventRows,
    _ spelling: AllocatorLogReader.Spelling, _ columns: inout EventColumns?
  ) -> Bool {
    let content: EventLine
    switch spelling {
    case .text: content = EventLine(bytes, range)
    case .jsonLines: content = JSONEventLine.parse(bytes, range)
    case .csv:
      let text = NumberText.text(bytes, range)
      if let columns {
        content = columns.event(text)
      } else {
        columns = EventColumns(header: text)
        content = columns == nil && !text.isEmpty ? .otherText : .ignored
      }
    }
    switch content {
    case .event(let event):
      if let reason = event.append(to: &rows) { add(.malformed(reason: reason)) }
    case .malformed(let reason): add(.malformed(reason: reason))
    case .header(let header):
      // What it says holds for the events behind it.
      add(.header(header), behindBatch: !rows.isEmpty)
      return !rows.isEmpty
    case .stack(var definition):
      definition.firstEvent = UInt64(eventCount + rows.count)
      stacks.append(definition)
    case .otherText:
      if blocks[last].otherText.count == 0 {
        blocks[last].otherText.first = blocks[last].lineCount
      }
      blocks[last].otherText.count += 1
    case .ignored: break
    }
    return false
  }

  private mutating func add(_ content: Other.Content, behindBatch: Bool = false) {
    others.append(
      Other(
        batch: batches.count + (behindBatch ? 1 : 0), stack: stacks.count, block: last,
        line: blocks[last].lineCount, content: content))
  }
}
