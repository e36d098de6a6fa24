package import TraceModel

/// The allocator log again, as text: every event and key in order, in canonical spelling.
package struct LogText: ~Copyable {
  private var headers: ArraySlice<LogHeader>
  private let stacks: StackBatch
  private var nextStack = 0
  private var text = TextBuffer()

  /// Takes what stands between the events, each in the order of its position.
  package init(headers: [LogHeader], stacks: StackBatch) {
    self.headers = headers[...]
    self.stacks = stacks
  }

  /// The lines of a batch, with the header and stack lines that stand before its events.
  package mutating func lines(of batch: EventBatch) -> [UInt8] {
    var extras = ExtraCursor(batch)
    let patterns = LinePatterns(batch.shapeTable, extras)
    let thread = Array(" tid=".utf8)
    var next = nextLine
    for row in 0..<batch.count {
      if batch.firstEvent + UInt64(row) >= next {
        linesBefore(batch.firstEvent + UInt64(row))
        next = nextLine
      }
      text.decimal(batch.times[row])
      text.append(thread.span)
      text.decimal(batch.threads[row])
      patterns.forEachPart(of: batch.shapes[row]) { bytes, value in
        text.append(bytes)
        switch value {
        case .none: break
        case .address: text.hexadecimal(batch.addresses[row])
        case .old: text.hexadecimal(batch.olds[row])
        case .size: text.decimal(batch.sizes[row])
        case .stack: text.decimal(batch.stacks[row])
        case .further(let column, let kind):
          guard let number = extras.take(column) else { break }
          switch kind {
          case .text: text.append(extras.text(number))
          case .signed: text.signed(Int64(bitPattern: number))
          case .hexadecimal: text.hexadecimal(number)
          case .decimal: text.decimal(number)
          }
        }
      }
      text.append(byte: "\n")
    }
    return text.take()
  }

  /// The event before which the next header or stack line stands.
  private var nextLine: UInt64 {
    min(
      headers.first?.firstEvent ?? .max,
      nextStack < stacks.count ? stacks.rows[nextStack].firstEvent : .max)
  }

  /// What stands after the last event.
  package mutating func end() -> [UInt8] {
    linesBefore(.max)
    return text.take()
  }

  private mutating func linesBefore(_ event: UInt64) {
    while let header = headers.first, header.firstEvent <= event {
      headers.removeFirst()
      text.append(header.text)
      text.append(byte: "\n")
    }
    while nextStack < stacks.count, stacks.rows[nextStack].firstEvent <= event {
      text.append("stack ")
      text.decimal(stacks.rows[nextStack].id)
      if let parent = stacks.rows[nextStack].parent {
        text.append(" parent=")
        text.decimal(parent)
      }
      text.append(" frame=")
      text.append(stacks.frame(nextStack))
      text.append(byte: "\n")
      nextStack += 1
    }
  }
}
