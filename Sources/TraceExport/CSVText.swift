package import TraceModel

/// The events as the CSV spelling of the allocator log.
package struct CSVText {
  /// The keys that CSV has no column for, with the number of events that had one.
  package private(set) var lostKeys: [String: Int] = [:]
  private var text = TextBuffer()
  private static let columns: Set<String> = ["addr", "old", "size", "usage"]

  package init() {
    text.append("ts_ns,tid,op,addr,old,size,usage\n")
  }

  package mutating func rows(of batch: EventBatch) -> [UInt8] {
    var extras = ExtraCursor(batch)
    for row in 0..<batch.count {
      let shape = batch.shapeTable[Int(batch.shapes[row])]
      let values = extras.take(shape)
      text.decimal(batch.times[row])
      text.append(byte: ",")
      text.decimal(batch.threads[row])
      text.append(byte: ",")
      append(shape.operation.name)
      text.append(byte: ",")
      pointer(batch.addresses[row])
      text.append(byte: ",")
      pointer(batch.olds[row])
      text.append(byte: ",")
      text.decimal(batch.sizes[row])
      text.append(byte: ",")
      append(values.text("usage") ?? "")
      text.append(byte: "\n")
      for field in shape.fields where !CSVText.columns.contains(field.name) {
        lostKeys[field.name.isEmpty ? "(word)" : field.name, default: 0] += 1
      }
    }
    return text.take()
  }

  private mutating func pointer(_ address: UInt64) {
    if address == 0 { text.append("(nil)") } else { text.hexadecimal(address) }
  }

  private mutating func append(_ field: String) {
    guard field.contains(where: { $0 == "," || $0 == "\"" }) else {
      text.append(field)
      return
    }
    text.append(byte: "\"")
    text.append(
      field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))
    text.append(byte: "\"")
  }
}
