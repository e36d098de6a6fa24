import TraceModel
import WasmBinary

/// Loading bytecode.
///
/// Source: `wasm_loader_load` in core/iwasm/interpreter/wasm_loader.c of WAMR 1.3.3, 2.2.0, 2.4.4
/// and main; names and data stay in the file's buffer.
extension RunAllocations {
  mutating func load(_ module: WasmModule, compiled: [FastFunctionCode]?) {
    sequence.allocate(size("WASMModule"), .module)
    if build.features.has("GC") { sequence.allocate(structs.referenceTypes, .types) }
    // One entry for each section of the file, until the end of loading.
    var sections: [AllocationSequence.Block] = []
    for _ in module.sections { sections.append(sequence.allocate(structs.section, .sectionList)) }
    for section in module.sections { load(section, of: module) }
    checkFunctions(module, compiled: compiled)
    for section in sections { sequence.free(section, .sectionList) }
  }

  private mutating func load(_ section: Section, of module: WasmModule) {
    switch section.id {
    case 0:
      if build.features.has("LOAD_CUSTOM_SECTION") {
        sequence.allocate(structs.customSection, .customSections)
      }
    case 1: loadTypes(module)
    case 2: allocate("WASMImport", module.imports.count, .imports)
    case 3: loadFunctions(module)
    case 4: allocate("WASMTable", module.tables.count, .tables)
    case 5: allocate("WASMMemory", module.memories.count, .memories)
    case 6: allocate("WASMGlobal", module.globals.count, .globals)
    case 7: loadExports(module.exports.count, "WASMExport")
    case 9:
      allocate("WASMTableSeg", module.elements.count, .elementSegments)
      if !module.elements.isEmpty { noteReferenceType() }
      // 1.x keeps function indices, later versions expressions.
      let element: Int64 = build.version < .v2_0 ? 4 : size("InitializerExpression")
      for segment in module.elements {
        sequence.allocateUnlessEmpty(element * Int64(segment.functions.count), .elementSegments)
      }
    case 11:
      sequence.allocateUnlessEmpty(pointer * Int64(module.dataSegments.count), .dataSegments)
      for _ in module.dataSegments { sequence.allocate(size("WASMDataSeg"), .dataSegments) }
    default: break
    }
  }

  private mutating func allocate(_ name: String, _ count: Int, _ purpose: AllocationPurpose) {
    sequence.allocateUnlessEmpty(size(name) * Int64(count), purpose)
  }

  /// The first reference type that is no plain one, where there is a garbage collector.
  mutating func noteReferenceType() {
    guard build.features.has("GC") else { return }
    sequence.allocate(8, .types)
    sequence.allocate(3 * pointer, .types)
  }

  /// More than 32 names are sorted in a buffer of their own.
  mutating func loadExports(_ count: Int, _ name: String) {
    allocate(name, count, .exports)
    guard count > 32, rules.checksDuplicateExports else { return }
    let names = sequence.allocate(pointer * Int64(count), .exports)
    sequence.free(names, .exports)
  }

  /// A type that an earlier one equals is freed again.
  private mutating func loadTypes(_ module: WasmModule) {
    sequence.allocateUnlessEmpty(pointer * Int64(module.types.count), .types)
    let header = build.profile.sizes["WASMFuncType.types"] ?? size("WASMType.types")
    var known: Set<FunctionType> = []
    for definition in module.types {
      let values = definition.function.map { $0.parameters.count + $0.results.count } ?? 0
      let type = sequence.allocate(header + Int64(values), .types)
      if let function = definition.function, !known.insert(function).inserted {
        sequence.free(type, .types)
      }
    }
    if build.features.has("GC") {
      sequence.allocateUnlessEmpty(pointer * Int64(module.types.count), .types)
    }
  }

  private mutating func loadFunctions(_ module: WasmModule) {
    sequence.allocateUnlessEmpty(pointer * Int64(module.bodies.count), .functions)
    for (index, body) in module.bodies.enumerated() {
      let locals = Int64(body.localCount)
      sequence.allocate(size("WASMFunction") + locals, .functions)
      let parameters = Int64(parameterCount(of: index, module))
      sequence.allocateUnlessEmpty(2 * (parameters + locals), .functions)
    }
  }

  private func parameterCount(of index: Int, _ module: WasmModule) -> Int {
    guard module.functions.indices.contains(index) else { return 0 }
    let type = module.functions[index]
    guard Int(type) < module.types.count else { return 0 }
    return module.types[Int(type)].function?.parameters.count ?? 0
  }

  /// Goes through each function's instructions as the loader does.
  private mutating func checkFunctions(_ module: WasmModule, compiled: [FastFunctionCode]?) {
    var check = FunctionCheck(
      module, rules: rules, structs: structs, isFast: compiled != nil,
      repeatsChecks: repeatsChecks)
    for index in module.bodies.indices {
      let code = compiled.flatMap { $0.indices.contains(index) ? $0[index] : nil }
      check.run(index, code: code, &sequence)
    }
  }
}
