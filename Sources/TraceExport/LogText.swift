package import TraceModel

/// The allocator log again, as text: every event and key in order, in canonical spelling.
package struct LogText {
  private var headers: ArraySlice<LogHeader>
  private var stacks: ArraySlice<StackDefinition>
  private var text = TextBuffer()

  /// Takes what stands between the events, each in the order of its position.
  package init(headers: [LogHeader], stacks: [StackDefinition]) {
    self.headers = headers[...]
    self.stacks = stacks[...]
  }

  /// The lines of a batch, with the header and stack lines that stand before its events.
  package mutating func lines(of batch: EventBatch) -> [UInt8] {
    var extras = ExtraCursor(batch)
    for row in 0..<batch.count {
      linesBefore(batch.firstEvent + UInt64(row))
      let shape = batch.shapeTable[Int(batch.shapes[row])]
      text.decimal(batch.times[row])
      text.append(" tid=")
      text.decimal(batch.threads[row])
      text.append(byte: " ")
      text.append(shape.operation.name)
      let hasExtras = shape.fields.contains { !EventBatch.isCore($0) }
      var further = hasExtras ? extras.take(shape).all[...] : []
      for field in shape.fields {
        text.append(byte: " ")
        if !field.name.isEmpty {
          text.append(field.name)
          text.append(byte: "=")
        }
        switch field {
        case EventShape.address: text.hexadecimal(batch.addresses[row])
        case EventShape.old: text.hexadecimal(batch.olds[row])
        case EventShape.size: text.decimal(batch.sizes[row])
        case EventShape.stack: text.decimal(batch.stacks[row])
        default: if let value = further.popFirst() { append(value.value, field.kind) }
        }
      }
      text.append(byte: "\n")
    }
    return text.take()
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
    while let stack = stacks.first, stack.firstEvent <= event {
      stacks.removeFirst()
      text.append("stack ")
      text.decimal(stack.id.rawValue)
      if let parent = stack.parent {
        text.append(" parent=")
        text.decimal(parent.rawValue)
      }
      text.append(" frame=")
      text.append(stack.frame)
      text.append(byte: "\n")
    }
  }

  private mutating func append(_ value: ExtraValues.Value, _ kind: ValueKind) {
    switch value {
    case .text(let value): text.append(value)
    case .signed(let number): text.signed(number)
    case .number(let number):
      if kind == .hexadecimal { text.hexadecimal(number) } else { text.decimal(number) }
    }
  }
}
