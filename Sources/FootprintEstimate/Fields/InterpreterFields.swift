package import TraceModel
package import WasmBinary

/// The dump's module and instance blocks of a bytecode module.
///
/// Sources: `wasm_get_module_mem_consumption`, `wasm_get_module_inst_mem_consumption` and
/// `wasm_instantiate` in core/iwasm/interpreter/wasm_runtime.c, WAMR 12-30-2021 to main.
package struct InterpreterFields {
  let module: WasmModule
  let build: RuntimeBuild
  let code: CodeFacts
  /// Compiled code and constants of each function; empty in the classic interpreter.
  let compiledBytes: Int64

  package init(
    _ module: WasmModule, build: RuntimeBuild, code: CodeFacts, compiledBytes: Int64
  ) {
    self.module = module
    self.build = build
    self.code = code
    self.compiledBytes = compiledBytes
  }

  private var pointer: Int64 { build.pointerBytes }

  private func size(_ name: String) -> Int64 { build.size(name) }

  package func moduleBlock() -> [SnapshotField: Int64] {
    var fields: [SnapshotField: Int64] = [
      .moduleStruct: size("WASMModule"),
      .moduleTypes: types,
      .moduleImports: size("WASMImport") * Int64(module.imports.count),
      .moduleFunctions: functions,
      .moduleTables: tables,
      .moduleMemories: size("WASMMemory") * Int64(module.memories.count),
      .moduleGlobals: size("WASMGlobal") * Int64(module.globals.count),
      .moduleExports: size("WASMExport") * Int64(module.exports.count),
      .moduleTableSegments: size("WASMTableSeg") * Int64(module.elements.count),
      .moduleDataSegments: (pointer + size("WASMDataSeg")) * Int64(module.dataSegments.count),
      // Names point into the file's buffer, unless the embedder says that it can be freed.
      .moduleConstStrings: 0,
    ]
    if build.features.has("AOT") { fields[.moduleAOTCode] = 0 }
    if build.version == .main, build.features.has("LOAD_CUSTOM_SECTION") {
      fields[.moduleCustomSections] = customSections
    }
    fields[.moduleTotal] = fields.values.reduce(0, +)
    return fields
  }

  private var types: Int64 {
    let header = build.profile.sizes["WASMFuncType.types"] ?? size("WASMType.types")
    return module.types.reduce(0) { sum, type in
      let values = type.function.map { $0.parameters.count + $0.results.count } ?? 0
      return sum + pointer + header + Int64(values)
    }
  }

  private var functions: Int64 {
    var sum = compiledBytes
    for (index, body) in module.bodies.enumerated() {
      let locals = Int64(body.localCount)
      let type = module.functionType(module.functions[index])
      let parameters = Int64(type?.parameters.count ?? 0)
      sum += pointer + size("WASMFunction") + locals + 2 * (parameters + locals)
    }
    return sum
  }

  /// WAMR adds the segments' elements to the tables.
  private var tables: Int64 {
    let element: Int64 = build.version < .v2_0 ? 4 : pointer
    let elements = module.elements.reduce(0) { $0 + Int64($1.functions.count) }
    return size("WASMTable") * Int64(module.tables.count) + element * elements
  }

  private var customSections: Int64 {
    // A build that reads the name section takes the length of that word off its content once more.
    let readsNames = build.features.has("CUSTOM_NAME_SECTION")
    return module.customSections.reduce(0) { sum, section in
      let isRead = readsNames && section.name == "name"
      let content = Int64(section.content.count) - (isRead ? 4 : 0)
      return sum + size("WASMCustomSection") + max(0, content)
    }
  }

  package func instanceBlock(_ memories: [MemoryInstantiation]) -> [SnapshotField: Int64] {
    let tableCount = Int64(tableTypes.count)
    let functionCount = Int64(module.importedFunctionTypes.count + module.functions.count)
    let globalCount = Int64(module.importedGlobals.count + module.globals.count)
    let exported = Int64(module.exports.count { $0.kind == .function })
    let isJoined = build.profile.instanceHoldsMemories
    var fields: [SnapshotField: Int64] = [
      .instanceStruct: isJoined ? joinedStruct(memories.count) : size("WASMModuleInstance"),
      .instanceTables: pointer * tableCount + (isJoined ? 0 : separateTables),
      .instanceFunctions: size("WASMFunctionInstance") * functionCount,
      .instanceGlobals: size("WASMGlobalInstance") * globalCount + (isJoined ? 0 : globalData),
      .instanceExports: size("WASMExportFuncInstance") * exported,
    ]
    let memoryStruct = pointer + build.profile.heap + (isJoined ? 0 : size("WASMMemoryInstance"))
    fields[.instanceMemories] = memories.reduce(0) { sum, memory in
      sum + memoryStruct + memory.initialBytes
    }
    fields[.instanceTotal] = fields.values.reduce(0, +)
    fields[.instanceAppHeap] = memories.reduce(0) { $0 + $1.heapBytes }
    return fields
  }

  /// The instance with its memory instances, globals' values, tables and the rest behind it.
  private func joinedStruct(_ memoryCount: Int) -> Int64 {
    let tables = tableTypes.enumerated().reduce(Int64(0)) { sum, table in
      let header = size("WASMTableInstance.elems")
      let element: Int64 = build.version < .v2_0 ? 4 : pointer
      return sum + header + element * slots(of: table.element, index: table.offset)
    }
    let count = build.features.has("JIT") ? max(1, memoryCount) : memoryCount
    let offset =
      size("WASMModuleInstance.global_table_data") + size("WASMMemoryInstance") * Int64(count)
      + globalData + tables
    return (offset + 7) & ~7 + size("WASMModuleInstanceExtra")
  }

  private var tableTypes: [TableType] { module.importedTables + module.tables }

  /// 1.0.0 and older: each table is an allocation of its own, with its present size.
  private var separateTables: Int64 {
    tableTypes.enumerated().reduce(0) { sum, table in
      sum + size("WASMTableInstance.elems") + 4 * slots(of: table.element, index: table.offset)
    }
  }

  /// The elements that a table has room for: its maximum where the code can grow it.
  private func slots(of table: TableType, index: Int) -> Int64 {
    TableRoom.slots(
      initial: Int64(clamping: table.limits.minimum),
      maximum: table.limits.maximum.map { Int64(clamping: $0) },
      canGrow: build.features.has("MULTI_MODULE") || code.grownTables.contains(UInt32(index)))
  }

  /// The values of all globals.
  private var globalData: Int64 {
    let types = module.importedGlobals.map(\.value) + module.globals.map(\.type.value)
    return types.reduce(0) { $0 + $1.globalBytes(build) }
  }
}

/// How many elements WAMR gives a table.
///
/// Source: `adjust_table_max_size` in core/iwasm/interpreter/wasm_loader.c.
enum TableRoom {
  static func slots(initial: Int64, maximum: Int64?, canGrow: Bool) -> Int64 {
    let bounded = min(max(0, initial), Int64(UInt32.max))
    guard canGrow else { return bounded }
    let usual = max(min(bounded * 2, Int64(UInt32.max)), 1024)
    guard let maximum else { return usual }
    return maximum <= bounded ? bounded : min(maximum, usual)
  }
}
