/// The allocator log's text spelling and the CSV that DuckDB reads.
extension OutputFile {
  mutating func logHeader() throws(GeneratorError) {
    append("#memtrace-log 1 clock=monotonic-ns pagesize=4096" as StaticString)
    try endLine()
  }

  /// For operations that the generator makes: malloc, free and realloc.
  mutating func log(_ event: HeapEvent) throws(GeneratorError) {
    append(decimal: event.time)
    append(" tid=" as StaticString)
    append(decimal: event.thread)
    switch event.operation {
    case .free: append(" free" as StaticString)
    case .realloc: append(" realloc" as StaticString)
    default: append(" malloc" as StaticString)
    }
    if let old = event.old {
      append(" old=" as StaticString)
      append(hexadecimal: old)
    }
    append(" addr=" as StaticString)
    append(hexadecimal: event.address)
    if let size = event.size {
      append(" size=" as StaticString)
      append(decimal: size)
    }
    if let stack = event.stack {
      append(" stack=" as StaticString)
      append(decimal: stack)
    }
    try endLine()
  }

  mutating func csvHeader() throws(GeneratorError) {
    append("ts,tid,op,addr,old,size,stack" as StaticString)
    try endLine()
  }

  mutating func csv(_ event: HeapEvent) throws(GeneratorError) {
    append(decimal: event.time)
    append(UInt8(ascii: ","))
    append(decimal: event.thread)
    append(UInt8(ascii: ","))
    append(event.operation.rawValue)
    append(UInt8(ascii: ","))
    append(decimal: event.address)
    for field in [event.old, event.size, event.stack] {
      append(UInt8(ascii: ","))
      if let field { append(decimal: field) }
    }
    try endLine()
  }
}
