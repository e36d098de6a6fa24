import TraceModel

/// The init data section: what of the `.wasm` file the runtime still needs.
extension AotModule {
  mutating func readInitData(_ cursor: inout AotCursor) throws(TraceError) {
    try readMemories(&cursor)
    try readDataSegments(&cursor)
    importedTables = try readTables(&cursor, areImported: true)
    tables = try readTables(&cursor, areImported: false)
    try readElementSegments(&cursor)
    try readTypes(&cursor)
    try readGlobals(&cursor)
    try readImportedFunctions(&cursor)
    functionCount = try cursor.u32()
    start = try cursor.u32().index
    try readAuxiliaryMemory(&cursor)
    try readObjectSections(&cursor)
    try cursor.expectEnd()
  }

  private mutating func readMemories(_ cursor: inout AotCursor) throws(TraceError) {
    // wamrc makes imported memories own ones, so that this is 0.
    importedMemoryCount = try cursor.u32()
    let count = try cursor.count(of: "memories", entryBytes: 16, limit: ModuleLimits.memories)
    memories.reserveCapacity(count)
    for _ in 0..<count {
      let start = cursor.position
      let memory = AotMemory(
        flags: try cursor.u32(), pageBytes: try cursor.u32(), initialPages: try cursor.u32(),
        maximumPages: try cursor.u32())
      guard
        UInt64(memory.pageBytes) * UInt64(memory.initialPages) <= ModuleLimits.memoryBytes
      else {
        throw cursor.failure(
          "a memory of \(memory.initialPages) pages of \(memory.pageBytes) bytes", at: start)
      }
      memories.append(memory)
    }
  }

  private mutating func readDataSegments(_ cursor: inout AotCursor) throws(TraceError) {
    let count = try cursor.count(of: "data segments", entryBytes: 16)
    dataSegments.reserveCapacity(count)
    for _ in 0..<count {
      let isPassive = try cursor.u32() != 0
      let memory = try cursor.u32()
      let offset = try readOffset(&cursor, layout.dataOffset)
      let range = try cursor.slice(try cursor.u32())
      dataSegments.append(
        AotDataSegment(isPassive: isPassive, memory: memory, offset: offset, range: range))
    }
  }

  private func readTables(
    _ cursor: inout AotCursor, areImported: Bool
  ) throws(TraceError) -> [AotTable] {
    let count = try cursor.count(
      of: areImported ? "imported tables" : "tables", entryBytes: layout.isRelease2 ? 12 : 16)
    var tables: [AotTable] = []
    tables.reserveCapacity(count)
    for _ in 0..<count {
      tables.append(
        layout.isRelease2
          ? try readTable2(&cursor, isImported: areImported)
          : try readTable1(&cursor, isImported: areImported))
    }
    return tables
  }

  /// 1.x: words; imported tables have no flags.
  private func readTable1(
    _ cursor: inout AotCursor, isImported: Bool
  ) throws(TraceError) -> AotTable {
    AotTable(
      element: ValueType(rawValue: UInt8(truncatingIfNeeded: try cursor.u32())),
      flags: isImported ? 0 : try cursor.u32(), minimum: try cursor.u32(),
      maximum: try cursor.u32(), canGrow: try cursor.u32() & 1 != 0)
  }

  /// From 2.0 on: bytes, with a reference type and an initial value for the garbage collector.
  private func readTable2(
    _ cursor: inout AotCursor, isImported: Bool
  ) throws(TraceError) -> AotTable {
    let element = ValueType(rawValue: try cursor.u8())
    let flags = UInt32(try cursor.u8())
    let canGrow = try cursor.u8() != 0
    _ = try cursor.u8()
    let table = AotTable(
      element: element, flags: flags, minimum: try cursor.u32(), maximum: try cursor.u32(),
      canGrow: canGrow)
    if target.hasGarbageCollection {
      if !element.isComplete { _ = try cursor.u32() }
      if !isImported { _ = try readExpression(&cursor) }
    }
    return table
  }

  private mutating func readElementSegments(_ cursor: inout AotCursor) throws(TraceError) {
    let count = try cursor.count(of: "element segments", entryBytes: 20)
    elementSegments.reserveCapacity(count)
    for _ in 0..<count {
      let mode = try cursor.u32()
      let element = ValueType(rawValue: UInt8(truncatingIfNeeded: try cursor.u32()))
      let table = try cursor.u32()
      let offset = try readOffset(&cursor, layout.elementOffset)
      // The reference type, which only the garbage collector needs.
      if layout.isRelease2 { try cursor.skip(8) }
      elementSegments.append(
        AotElementSegment(
          mode: mode, element: element, table: table, offset: offset,
          functions: try readElements(&cursor)))
    }
  }

  private func readElements(_ cursor: inout AotCursor) throws(TraceError) -> [UInt32?] {
    let count = try cursor.count(of: "elements", entryBytes: 4)
    var functions: [UInt32?] = []
    functions.reserveCapacity(count)
    for _ in 0..<count {
      guard layout.isRelease2 else {
        functions.append(try cursor.u32().index)
        continue
      }
      if case .function(let index) = try readExpression(&cursor) {
        functions.append(index)
      } else {
        functions.append(nil)
      }
    }
    return functions
  }

  private mutating func readGlobals(_ cursor: inout AotCursor) throws(TraceError) {
    let importCount = try cursor.count(of: "imported globals", entryBytes: 6)
    importedGlobals.reserveCapacity(importCount)
    for _ in 0..<importCount {
      try cursor.align(2)
      let type = try readGlobalType(&cursor)
      importedGlobals.append(
        AotImportedGlobal(module: try cursor.string(), name: try cursor.string(), type: type))
    }
    let count = try cursor.count(of: "globals", entryBytes: 8)
    globals.reserveCapacity(count)
    for _ in 0..<count {
      let type = try readGlobalType(&cursor)
      let initial =
        layout.isRelease2 ? try readExpression(&cursor) : try readGlobalValue1(&cursor)
      globals.append(Global(type: type, initial: initial))
    }
  }

  private func readGlobalType(_ cursor: inout AotCursor) throws(TraceError) -> GlobalType {
    GlobalType(value: ValueType(rawValue: try cursor.u8()), isMutable: try cursor.u8() != 0)
  }

  /// 1.x: the kind of value in 16 bits, then 64 bits, or 128 of a vector.
  private func readGlobalValue1(_ cursor: inout AotCursor) throws(TraceError) -> ConstantValue {
    let kind = AotValueKind(rawValue: UInt32(try cursor.u16()))
    if kind == .v128 {
      try cursor.skip(16)
      return .other
    }
    return kind.value(bits: try cursor.u64())
  }

  private mutating func readImportedFunctions(_ cursor: inout AotCursor) throws(TraceError) {
    let count = try cursor.count(of: "imported functions", entryBytes: 6)
    importedFunctions.reserveCapacity(count)
    for _ in 0..<count {
      let typeIndex = UInt32(try cursor.u16())
      importedFunctions.append(
        AotImportedFunction(
          module: try cursor.string(), name: try cursor.string(), typeIndex: typeIndex))
    }
  }

  private mutating func readAuxiliaryMemory(_ cursor: inout AotCursor) throws(TraceError) {
    let isRelease2 = layout.isRelease2
    func mark(_ cursor: inout AotCursor) throws(TraceError) -> AotAuxiliaryMemory.Mark? {
      let global = try cursor.u32()
      let value = isRelease2 ? try cursor.u64() : UInt64(try cursor.u32())
      return global.index.map { AotAuxiliaryMemory.Mark(global: $0, value: value) }
    }
    auxiliary = AotAuxiliaryMemory(
      dataEnd: try mark(&cursor), heapBase: try mark(&cursor), stackBottom: try mark(&cursor),
      stackBytes: try cursor.u32())
  }

  private mutating func readObjectSections(_ cursor: inout AotCursor) throws(TraceError) {
    let count = try cursor.count(of: "data sections", entryBytes: 8)
    objectSections.reserveCapacity(count)
    for _ in 0..<count {
      let name = try cursor.string()
      objectSections.append(AotObjectSection(name: name, range: try cursor.slice(cursor.u32())))
    }
  }
}

extension UInt32 {
  /// nil for 0xFFFFFFFF, with which WAMR says that there is none.
  var index: UInt32? { self == .max ? nil : self }
}
