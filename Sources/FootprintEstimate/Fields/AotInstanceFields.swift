package import TraceModel
package import WasmBinary

/// The dump's instance block of an AOT module.
///
/// Source: `aot_get_module_inst_mem_consumption` in core/iwasm/aot/aot_runtime.c, WAMR 1.0.0 to main.
package struct AotInstanceFields {
  let module: AotModule
  let build: RuntimeBuild

  package init(_ module: AotModule, build: RuntimeBuild) {
    self.module = module
    self.build = build
  }

  package func instanceBlock(_ memories: [MemoryInstantiation]) -> [SnapshotField: Int64] {
    let pointer = build.pointerBytes
    let functionCount = Int64(module.importedFunctions.count + module.functions.count)
    let exported = Int64(module.exports.count { $0.kind == .function })
    let memoryStruct = pointer + build.size("AOTMemoryInstance") + build.profile.heap
    var fields: [SnapshotField: Int64] = [
      .instanceStruct: build.size("AOTModuleInstance"),
      .instanceMemories: memories.reduce(0) { $0 + memoryStruct + $1.initialBytes },
      .instanceTables: tables,
      // An address and a type index for each.
      .instanceFunctions: (pointer + 4) * functionCount,
      .instanceGlobals: globalData,
      .instanceExports: build.size("AOTFunctionInstance") * exported,
    ]
    fields[.instanceTotal] = fields.values.reduce(0, +)
    // The last memory's heap is printed, not the sum.
    fields[.instanceAppHeap] = memories.last?.heapBytes ?? 0
    return fields
  }

  /// Four bytes are counted for each element, whatever it takes; before 1.2, tables stood in the
  /// instance without a list of them.
  private var tables: Int64 {
    let header = build.size("AOTTableInstance.elems")
    let each = build.version < .v1_2 ? header : build.pointerBytes + header
    return (module.importedTables + module.tables).reduce(0) { sum, table in
      let slots = table.canGrow ? table.maximum : table.minimum
      return sum + each + 4 * Int64(slots)
    }
  }

  private var globalData: Int64 {
    let types = module.importedGlobals.map(\.type.value) + module.globals.map(\.type.value)
    return types.reduce(0) { $0 + $1.globalBytes(build) }
  }
}
