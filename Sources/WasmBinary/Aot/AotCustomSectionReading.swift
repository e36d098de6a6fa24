import TraceModel

/// The custom sections, whose first word says what they hold.
extension AotModule {
  mutating func readCustomSection(_ cursor: inout AotCursor) throws(TraceError) {
    let number = try cursor.u32()
    switch number {
    case 0:
      let name = try cursor.string()
      addCustomSection(.raw, name, cursor)
    case 1:
      addCustomSection(.nativeSymbols, "native symbols", cursor)
      try readNativeSymbols(&cursor)
    case 3:
      addCustomSection(.names, "function names", cursor)
      // The loader, too, goes on without names where it cannot read them.
      functionNames = (try? readNames(cursor)) ?? [:]
    case 4: addCustomSection(.strings, "string literals", cursor)
    default: addCustomSection(.other(number), "custom section of kind \(number)", cursor)
    }
  }

  private mutating func addCustomSection(
    _ kind: AotCustomSection.Kind, _ name: String, _ cursor: AotCursor
  ) {
    customSections.append(
      AotCustomSection(
        kind: kind, name: name, content: cursor.position..<cursor.position + cursor.remaining))
  }

  private mutating func readNativeSymbols(_ cursor: inout AotCursor) throws(TraceError) {
    let count = try cursor.count(of: "native symbols", entryBytes: 2)
    nativeSymbols.reserveCapacity(count)
    for _ in 0..<count { nativeSymbols.append(try cursor.string()) }
  }

  /// The word `name`, then one list of function indices and names.
  ///
  /// The size before the list is that of the `.wasm` file's subsection, not of what follows.
  private func readNames(_ cursor: AotCursor) throws(TraceError) -> [UInt32: String] {
    var cursor = cursor
    var names: [UInt32: String] = [:]
    guard try cursor.u32() == 4 else { return [:] }
    try cursor.skip(4)
    while !cursor.isAtEnd {
      let kind = try cursor.u32()
      let size = try cursor.u32()
      guard kind == 1 else {
        try cursor.skip(Int(size))
        continue
      }
      guard size > 0 else { continue }
      for _ in 0..<(try cursor.count(of: "names", entryBytes: 6)) {
        let index = try cursor.u32()
        names[index] = try cursor.string()
      }
    }
    return names
  }
}
