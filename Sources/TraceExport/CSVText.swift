package import TraceModel

/// The events as the CSV spelling of the allocator log.
package struct CSVText: ~Copyable {
  /// The keys that CSV has no column for, with the number of events that had one.
  package private(set) var lostKeys: [String: Int] = [:]
  private var text = TextBuffer()
  private static let columns: Set<String> = ["addr", "old", "size", "usage"]

  package init() {
    text.append("ts_ns,tid,op,addr,old,size,usage\n")
  }

  package mutating func rows(of batch: EventBatch) -> [UInt8] {
    var extras = ExtraCursor(batch)
    // What rows of each shape have, and how many there are.
    let operations = batch.shapeTable.map { CSVText.quoted($0.operation.name) }
    let usages = batch.shapeTable.map { shape in
      shape.keys.contains(.usage) ? extras.column(of: EventShape.usage) : nil
    }
    let texts = batch.strings.map(CSVText.quoted)
    var counts = batch.shapeTable.map { _ in 0 }
    for row in 0..<batch.count {
      let shape = Int(batch.shapes[row])
      counts[shape] += 1
      text.decimal(batch.times[row])
      text.append(byte: ",")
      text.decimal(batch.threads[row])
      text.append(byte: ",")
      text.append(operations[shape])
      text.append(byte: ",")
      pointer(batch.addresses[row])
      text.append(byte: ",")
      pointer(batch.olds[row])
      text.append(byte: ",")
      text.decimal(batch.sizes[row])
      text.append(byte: ",")
      if let column = usages[shape], let number = extras.take(column), number < UInt64(texts.count)
      {
        text.append(texts[Int(number)])
      }
      text.append(byte: "\n")
    }
    for (shape, count) in zip(batch.shapeTable, counts) where count > 0 {
      for field in shape.fields where !CSVText.columns.contains(field.name) {
        lostKeys[field.name.isEmpty ? "(word)" : field.name, default: 0] += count
      }
    }
    return text.take()
  }

  private mutating func pointer(_ address: UInt64) {
    if address == 0 { text.append("(nil)") } else { text.hexadecimal(address) }
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" }) else { return field }
    let parts = field.split(separator: "\"", omittingEmptySubsequences: false)
    return "\"\(parts.joined(separator: "\"\""))\""
  }
}
