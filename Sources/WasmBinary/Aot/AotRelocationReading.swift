import TraceModel

/// The relocation section: a table of symbols, then groups of places that depend on their addresses.
extension AotModule {
  mutating func readRelocations(_ cursor: inout AotCursor) throws(TraceError) {
    try readSymbols(&cursor)
    let groupCount = try cursor.count(of: "relocation groups", entryBytes: 8)
    relocationGroups.reserveCapacity(groupCount)
    for _ in 0..<groupCount {
      let name = try readSymbolIndex(&cursor)
      let entryBytes = 2 * target.pointerBytes + 8
      // Nothing is kept of each, so that only the bytes limit them.
      let count = try cursor.count(of: "relocations", entryBytes: entryBytes, limit: .max)
      var uses: [Int: Int] = [:]
      for _ in 0..<count {
        _ = try cursor.word(of: target)
        _ = try cursor.word(of: target)
        let type = try cursor.u32()
        let symbol = try readSymbolIndex(&cursor)
        uses[symbol, default: 0] += 1
        noteIndirectAddress(type: type, symbol: symbol)
      }
      relocationGroups.append(
        AotRelocationGroup(
          name: symbols[name], count: count,
          uses: uses.sorted { $0.key < $1.key }.map { .init(symbol: $0.key, count: $0.value) }))
    }
    try cursor.expectEnd()
  }

  /// Offsets of the strings, their total size, the strings, each at an even offset.
  private mutating func readSymbols(_ cursor: inout AotCursor) throws(TraceError) {
    let count = try cursor.count(of: "symbols", entryBytes: 6)
    var offsets = AotCursor(
      cursor.bytes.cursor(over: try cursor.slice(4 * count)), part: cursor.part)
    let size = try cursor.u32()
    var strings = try cursor.cursor(over: size)
    let start = strings.position
    symbols.reserveCapacity(count)
    for _ in 0..<count {
      try strings.align(2)
      let place = offsets.position
      guard try offsets.u32() == UInt32(truncatingIfNeeded: strings.position - start) else {
        throw strings.failure("a symbol's offset does not point to it", at: place)
      }
      symbols.append(try strings.string())
    }
    if !strings.isAtEnd { try strings.align(2) }
    try strings.expectEnd()
  }

  private func readSymbolIndex(_ cursor: inout AotCursor) throws(TraceError) -> Int {
    let index = try cursor.u32()
    guard index < symbols.count else {
      throw cursor.failure("unknown symbol \(index)", at: cursor.position - 4)
    }
    return Int(index)
  }

  /// `R_X86_64_GOTPCREL`, `R_X86_64_GOTPCRELX` and `R_X86_64_REX_GOTPCRELX` of an own function.
  private mutating func noteIndirectAddress(type: UInt32, symbol: Int) {
    let prefix = "aot_func#"
    guard type == 9 || type == 41 || type == 42, target.machine == 62,
      symbols[symbol].hasPrefix(prefix),
      let index = UInt32(symbols[symbol].dropFirst(prefix.count))
    else { return }
    indirectlyAddressedFunctions.insert(index)
  }
}
