import TraceModel
import WasmBinary

/// Instantiation.
///
/// Sources: `wasm_instantiate` in core/iwasm/interpreter/wasm_runtime.c, `aot_instantiate` in
/// core/iwasm/aot/aot_runtime.c.
extension RunAllocations {
  /// An instance; that of a thread shares memory and WASI context with the first one.
  mutating func instantiate(isThread: Bool) {
    let purpose: AllocationPurpose = isThread ? .threads : .instance
    switch inputs.module {
    case .bytecode(let module, _):
      instantiate(module, purpose, isThread: isThread)
      if !isThread, build.features.has("LIBC_WASI") { allocateWasiContext() }
    case .aot(let module):
      instantiate(module, purpose, isThread: isThread)
      if !isThread, build.features.has("LIBC_WASI") { allocateWasiContext() }
      if build.features.has("PERF_PROFILING") {
        let functions = Int64(module.importedFunctions.count + module.functions.count)
        sequence.allocateUnlessEmpty(4 * 8 * functions, purpose)
      }
      allocateFrameList(purpose)
    }
  }

  private mutating func instantiate(
    _ module: WasmModule, _ purpose: AllocationPurpose, isThread: Bool
  ) {
    sequence.allocate(inputs.instanceBytes ?? size("WASMModuleInstance"), purpose)
    allocateDroppedMarks(
      data: module.dataSegments.count, elements: module.elements.count, purpose)
    if !isThread { allocateCollectedHeap(elements: module.elements.map(\.functions.count)) }
    allocateFrameList(purpose)
    let imported = module.importedFunctionTypes.count
    let functions = imported + module.functions.count
    let globals = module.importedGlobals.count + module.globals.count
    let tables = module.importedTables.count + module.tables.count
    sequence.allocateUnlessEmpty(size("WASMGlobalInstance") * Int64(globals), purpose)
    if !build.profile.instanceHoldsMemories {
      let types = module.importedGlobals.map(\.value) + module.globals.map(\.type.value)
      sequence.allocateUnlessEmpty(valueBytes(types), purpose)
    }
    allocateMemories(isThread: isThread, purpose)
    sequence.allocateUnlessEmpty(pointer * Int64(tables), purpose)
    if !build.profile.instanceHoldsMemories {
      for table in module.importedTables + module.tables {
        let elements = Int64(clamping: min(table.limits.minimum, 1 << 28))
        sequence.allocate(size("WASMTableInstance.elems") + 4 * elements, purpose)
      }
    }
    sequence.allocateUnlessEmpty(size("WASMFunctionInstance") * Int64(functions), purpose)
    sequence.allocateUnlessEmpty(pointer * Int64(imported), purpose)
    let exported = module.exports.count { $0.kind == .function }
    sequence.allocateUnlessEmpty(size("WASMExportFuncInstance") * Int64(exported), purpose)
    if build.features.has("MULTI_MEMORY") {
      let memories = module.exports.count { $0.kind == .memory }
      sequence.allocateUnlessEmpty(2 * pointer * Int64(memories), purpose)
    }
  }

  private mutating func instantiate(
    _ module: AotModule, _ purpose: AllocationPurpose, isThread: Bool
  ) {
    let functions = Int64(module.importedFunctions.count + module.functions.count)
    let tables = Int64(module.importedTables.count + module.tables.count)
    sequence.allocate(inputs.instanceBytes ?? aotInstanceBytes(module), purpose)
    if !isThread { allocateCollectedHeap(elements: module.elementSegments.map(\.functions.count)) }
    // From 2.0 on types come first.
    if build.version >= .v2_0 { sequence.allocateUnlessEmpty(4 * functions, purpose) }
    allocateDroppedMarks(
      data: module.dataSegments.count, elements: module.elementSegments.count, purpose)
    sequence.allocateUnlessEmpty(pointer * tables, purpose)
    allocateMemories(isThread: isThread, purpose)
    sequence.allocateUnlessEmpty(pointer * functions, purpose)
    if build.version < .v2_0 { sequence.allocateUnlessEmpty(4 * functions, purpose) }
    let exported = module.exports.count { $0.kind == .function }
    sequence.allocateUnlessEmpty(size("AOTFunctionInstance") * Int64(exported), purpose)
  }

  /// The instance, its memory instances, its globals' values, its tables, and more behind them.
  private func aotInstanceBytes(_ module: AotModule) -> Int64 {
    var bytes =
      size("AOTModuleInstance.global_table_data")
      + size("AOTMemoryInstance") * Int64(module.memories.count)
    bytes += valueBytes(
      module.importedGlobals.map(\.type.value) + module.globals.map(\.type.value))
    for table in module.importedTables + module.tables {
      let slots = table.canGrow ? max(table.minimum, table.maximum) : table.minimum
      bytes += size("AOTTableInstance.elems") + rules.tableElement * Int64(slots)
    }
    return (bytes + 7) & ~7 + size("AOTModuleInstanceExtra")
  }

  private func valueBytes(_ types: [ValueType]) -> Int64 {
    types.reduce(0) { sum, type in
      switch type {
      case .i32, .f32: sum + 4
      case .i64, .f64: sum + 8
      case .v128: sum + 16
      default: sum + (build.features.has("GC") ? pointer : 4)
      }
    }
  }

  /// Which segments were dropped: a bit for each.
  private mutating func allocateDroppedMarks(
    data: Int, elements: Int, _ purpose: AllocationPurpose
  ) {
    guard rules.marksDroppedSegments else { return }
    if data > 0, build.features.has("BULK_MEMORY") {
      sequence.allocate(structs.bitmapHeader + Int64((data + 7) / 8), purpose)
    }
    if elements > 0, build.features.has("REF_TYPES") {
      sequence.allocate(structs.bitmapHeader + Int64((elements + 7) / 8), purpose)
    }
  }

  /// The garbage collector's heap (`GC_HEAP_SIZE_DEFAULT`), and types of the functions in tables.
  private mutating func allocateCollectedHeap(elements: [Int]) {
    guard build.features.has("GC") else { return }
    sequence.allocate(128 << 10, .collectedHeap)
    for _ in 0..<min(elements.reduce(0, &+), 256) {
      sequence.allocate(structs.runtimeType, .types)
    }
  }

  private mutating func allocateFrameList(_ purpose: AllocationPurpose) {
    if build.features.has("DUMP_CALL_STACK") { sequence.allocate(structs.vector, purpose) }
  }

  private mutating func allocateMemories(isThread: Bool, _ purpose: AllocationPurpose) {
    sequence.allocateUnlessEmpty(pointer * Int64(inputs.memories.count), purpose)
    for memory in inputs.memories where !(isThread && memory.shape.isShared) {
      // Before 1.2 memory instances are blocks of their own.
      if !build.profile.instanceHoldsMemories {
        sequence.allocate(size("WASMMemoryInstance"), purpose)
      }
      if rules.takesLinearMemory(isShared: memory.shape.isShared) {
        // A shared memory gets all that it may ever have.
        let bytes = memory.shape.isShared ? memory.maximumBytes : memory.initialBytes
        sequence.allocateUnlessEmpty(bytes, .linearMemory)
      }
      if memory.heapBytes > 0 { sequence.allocate(size("gc_heap_t"), .appHeapStruct) }
    }
  }
}
