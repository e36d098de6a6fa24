import TraceModel

/// The text of one dump line, without knowing which dump it belongs to.
struct DumpText: Hashable {
  /// Its place; four texts stand both in the module's and in the instance's block.
  var first: DumpSlot
  var second: DumpSlot?
  /// Nil for the header.
  var value: SnapshotValue?

  var isHeader: Bool { first == .header }

  /// The text whose colon stands at `colon`: where it starts and ends, and what it says.
  static func find(
    in bytes: [UInt8],
    from start: Int,
    colon: Int,
    to end: Int
  ) -> (text: DumpText, range: Range<Int>)? {
    guard colon > start, let stems = stemsByLastByte[bytes[colon - 1]] else { return nil }
    for stem in stems {
      let begin = colon - stem.text.count
      guard begin >= start, bytes[begin..<colon].elementsEqual(stem.text) else { continue }
      if stem.first == .header {
        return (DumpText(first: .header, second: nil, value: nil), begin..<(colon + 1))
      }
      guard let (value, stop) = value(of: stem, in: bytes, from: colon + 1, to: end) else {
        return nil
      }
      return (DumpText(first: stem.first, second: stem.second, value: value), begin..<stop)
    }
    return nil
  }

  /// Whether `range` can be the beginning of a dump line that was cut.
  static func isBeginning(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    stems.contains { $0.text.starts(with: bytes[range]) || bytes[range].starts(with: $0.text) }
  }

  private static func value(
    of stem: Stem,
    in bytes: [UInt8],
    from start: Int,
    to end: Int
  ) -> (SnapshotValue, Int)? {
    guard start < end, bytes[start] == UInt8(ascii: " ") else { return nil }
    let missingEnd = start + missing.count
    if stem.mayBeMissing, missingEnd <= end, bytes[start..<missingEnd].elementsEqual(missing) {
      return (.notEnoughInfo, missingEnd)
    }
    guard !stem.isOnlyMissing else { return nil }
    var position = start + 1
    let isNegative =
      stem.first == .nativeStackLeft && position < end && bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    guard let (number, stop) = DecimalNumber.read(bytes, from: position, to: end),
      let signed = Int64(exactly: number)
    else { return nil }
    return (.bytes(isNegative ? -signed : signed), stop)
  }

  private struct Stem {
    var text: [UInt8]
    var first: DumpSlot
    var second: DumpSlot?
    var mayBeMissing = false
    var isOnlyMissing = false

    init(
      _ text: String,
      _ first: DumpSlot,
      _ second: DumpSlot? = nil,
      mayBeMissing: Bool = false,
      isOnlyMissing: Bool = false
    ) {
      self.text = Array(text.utf8)
      self.first = first
      self.second = second
      self.mayBeMissing = mayBeMissing
      self.isOnlyMissing = isOnlyMissing
    }
  }

  private static let missing = Array(" no enough info to profile".utf8)

  private static let stems = [
    Stem("Memory consumption summary (bytes)", .header),
    Stem("WASM module memory consumption, total size", .moduleTotal),
    Stem("    module struct size", .moduleStruct),
    Stem("    types size", .moduleTypes),
    Stem("    imports size", .moduleImports),
    Stem("    funcs size", .moduleFunctions),
    Stem("    tables size", .moduleTables, .instanceTables),
    Stem("    memories size", .moduleMemories, .instanceMemories),
    Stem("    globals size", .moduleGlobals, .instanceGlobals),
    Stem("    exports size", .moduleExports, .instanceExports),
    Stem("    table segs size", .moduleTableSegments),
    Stem("    data segs size", .moduleDataSegments),
    Stem("    const strings size", .moduleConstStrings),
    Stem("    custom sections size", .moduleCustomSections),
    Stem("    aot code size", .moduleAOTCode),
    Stem("WASM module inst memory consumption, total size", .instanceTotal),
    Stem("    module inst struct size", .instanceStruct),
    Stem("        app heap size", .instanceAppHeap),
    Stem("    functions size", .instanceFunctions),
    Stem("Exec env memory consumption, total size", .execEnvTotal),
    Stem("    exec env struct size", .execEnvStruct),
    Stem("        block addr cache size", .execEnvBlockAddrCache),
    Stem("    stack size", .execEnvStack),
    Stem("Total memory consumption of module, module inst and exec env", .total),
    Stem("Total interpreter stack used", .interpreterStackUsed),
    Stem("Total auxiliary stack used", .auxStackUsed),
    Stem("Total aux stack used", .auxStackUsed, mayBeMissing: true, isOnlyMissing: true),
    Stem("Native stack left", .nativeStackLeft, mayBeMissing: true),
    Stem("Total app heap used", .appHeapUsed),
  ]

  private static let stemsByLastByte = Dictionary(grouping: stems) { $0.text.last ?? 0 }
}
