import TraceModel

/// What the lines of a block say: common events and call stacks as columns, everything else line by
/// line.
struct ParsedLines: Sendable {
  /// A line of neither, and how many of the block's common events and stacks stand before it.
  struct Other: Sendable {
    var row: Int
    var stack: Int
    /// From the block's first line, from 0.
    var line: Int
    var content: EventLine
  }

  var block: LineBlock
  let rows: EventRows
  /// Their `firstEvent` counts the block's common events before them.
  var stacks = StackBatch()
  var others: [Other] = []
  /// What another program printed: how many lines, and the first of them, from 0.
  var otherText: (count: Int, first: Int) = (0, 0)
  var lineCount = 0

  /// Reads a block; `columns` are those of a CSV header, which the block may begin with.
  init(
    _ block: LineBlock, spelling: AllocatorLogReader.Spelling, columns: inout EventColumns?,
    into rows: EventRows
  ) {
    self.block = block
    self.rows = rows
    rows.clear()
    unsafe block.bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return }
      let bytes = block.bytes.span
      var position = 0
      var expected = LineExpectation()
      while position < buffer.count {
        if spelling == .text {
          let before = rows.count
          position = unsafe WordwiseEventLines.append(
            start, from: position, limit: buffer.count - WordwiseEventLines.reach,
            expecting: &expected, to: rows)
          lineCount += rows.count - before
          guard position < buffer.count else { break }
          let stacksBefore = stacks.count
          while let end = StackLine.append(bytes, at: position, row: rows.count, to: &stacks) {
            position = end + 1
            lineCount += 1
          }
          guard stacks.count == stacksBefore else { continue }
          if let end = CommonEventLine.append(bytes, at: position, to: rows) {
            position = end + 1
            lineCount += 1
            continue
          }
        }
        var end = position
        while end < buffer.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        let hasReturn = end > position && bytes[end - 1] == UInt8(ascii: "\r")
        add(bytes, position..<(hasReturn ? end - 1 : end), spelling, &columns)
        position = end + 1
        lineCount += 1
      }
    }
    self.block.bytes = []
  }

  private mutating func add(
    _ bytes: borrowing Span<UInt8>, _ range: Range<Int>,
    _ spelling: AllocatorLogReader.Spelling, _ columns: inout EventColumns?
  ) {
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
    case .ignored: break
    case .otherText:
      if otherText.count == 0 { otherText.first = lineCount }
      otherText.count += 1
    case .stack(var definition):
      definition.firstEvent = UInt64(rows.count)
      stacks.append(definition)
    default:
      others.append(
        Other(row: rows.count, stack: stacks.count, line: lineCount, content: content))
    }
  }
}
