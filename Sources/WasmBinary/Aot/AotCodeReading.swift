import TraceModel

/// The text, function and export sections.
extension AotModule {
  /// The size of the literals, the literals, the code.
  mutating func readText(_ cursor: inout AotCursor) throws(TraceError) {
    guard !cursor.isAtEnd || functionCount > 0 else {
      text = AotText(
        literal: cursor.position..<cursor.position, code: cursor.position..<cursor.position)
      return
    }
    let literal = try cursor.slice(try cursor.u32())
    text = AotText(literal: literal, code: try cursor.slice(cursor.remaining))
  }

  mutating func readFunctions(_ cursor: inout AotCursor) throws(TraceError) {
    let count = try countFunctions(cursor)
    let isDoubled = hasDoubledFunctions(count, bytes: cursor.remaining)
    var offsets: [UInt64] = []
    offsets.reserveCapacity(count)
    for _ in 0..<count {
      let offset = cursor.position
      let textOffset = try cursor.word(of: target)
      guard textOffset < UInt64(text.code.count) else {
        throw cursor.failure(
          "function at \(textOffset) in \(text.code.count) bytes of code", at: offset)
      }
      offsets.append(textOffset)
    }
    if isDoubled { try cursor.skip(count * target.pointerBytes) }
    functions.reserveCapacity(count)
    for textOffset in offsets {
      let offset = cursor.position
      let typeIndex = try cursor.u32()
      guard typeIndex < types.count else {
        throw cursor.failure("unknown type \(typeIndex)", at: offset)
      }
      functions.append(
        AotFunction(textOffset: textOffset, typeIndex: typeIndex, localCells: nil, stackCells: nil))
    }
    if isDoubled { try cursor.skip(4 * count) }
    if layout.isRelease2 {
      for index in 0..<count { functions[index].localCells = try cursor.u32() }
      for index in 0..<count { functions[index].stackCells = try cursor.u32() }
    }
    if target.hasGarbageCollection {
      // For each function, imported ones first, which cells of its frame are references.
      for _ in 0..<importedFunctions.count + count { try cursor.skip(Int(try cursor.u32())) }
    }
    try cursor.expectEnd()
  }

  private func countFunctions(_ cursor: AotCursor) throws(TraceError) -> Int {
    let entryBytes = target.pointerBytes + (layout.isRelease2 ? 12 : 4)
    return try cursor.check(functionCount, of: "functions", entryBytes: entryBytes)
  }

  /// wamrc 2.0.0 wrote offsets and types twice for Xtensa code to execute in place that checks its
  /// stack: of what is called, and of what it calls in turn.
  private func hasDoubledFunctions(_ count: Int, bytes: Int) -> Bool {
    version == 3 && layout.isRelease2 && count > 0 && target.isExecutedInPlace
      && target.architecture.hasPrefix("xtensa")
      && bytes == count * (2 * (target.pointerBytes + 4) + 8)
  }

  mutating func readExports(_ cursor: inout AotCursor) throws(TraceError) {
    let count = try cursor.count(of: "exports", entryBytes: 8)
    exports.reserveCapacity(count)
    for _ in 0..<count {
      let index = try cursor.u32()
      let offset = cursor.position
      let kind = try cursor.u8()
      guard let kind = Export.Kind(rawValue: kind) else {
        throw cursor.failure("unknown kind of export \(kind)", at: offset)
      }
      exports.append(Export(name: try cursor.string(), kind: kind, index: index))
    }
    try cursor.expectEnd()
  }
}
