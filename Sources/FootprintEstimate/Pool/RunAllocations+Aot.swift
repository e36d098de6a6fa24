import TraceModel
import WasmBinary

/// Loading AOT code.
///
/// Source: `aot_load_from_aot_file` in core/iwasm/aot/aot_loader.c of WAMR 1.3.3, 2.2.0, 2.4.4 and
/// main; strings and data stay in the file's buffer from 2.3 on.
extension RunAllocations {
  mutating func load(_ module: AotModule) {
    sequence.allocate(size("AOTModule"), .module)
    if build.features.has("GC") { sequence.allocate(structs.referenceTypes, .types) }
    var sections: [AllocationSequence.Block] = []
    let mappings = aotMappings(module)
    var text: AllocationSequence.Block?
    for section in module.sections {
      sections.append(sequence.allocate(structs.aotSection, .sectionList))
      if section.kind == .text, mappings.text > 0 {
        text = sequence.allocate(mappings.text, .aotSections)
      }
    }
    loadInitData(module)
    load(mappings, text: text)
    loadFunctions(module)
    loadExports(module.exports.count, "AOTExport")
    loadRelocations(module)
    loadCustomSections(module)
    for section in sections { sequence.free(section, .sectionList) }
  }

  private mutating func allocate(_ name: String, _ count: Int, _ purpose: AllocationPurpose) {
    sequence.allocateUnlessEmpty(size(name) * Int64(count), purpose)
  }

  private mutating func loadInitData(_ module: AotModule) {
    allocate("AOTMemory", module.memories.count, .memories)
    sequence.allocateUnlessEmpty(pointer * Int64(module.dataSegments.count), .dataSegments)
    for segment in module.dataSegments {
      // Before 2.3 the bytes are copied.
      let bytes =
        build.version >= PoolRules.v2_3
        ? size("AOTMemInitData") : size("AOTMemInitData.bytes") + Int64(segment.range.count)
      sequence.allocate(bytes, .dataSegments)
    }
    allocate("AOTImportTable", module.importedTables.count, .imports)
    allocate("AOTTable", module.tables.count, .tables)
    sequence.allocateUnlessEmpty(pointer * Int64(module.elementSegments.count), .elementSegments)
    let element: Int64 = build.version < .v2_0 ? 4 : size("InitializerExpression")
    for segment in module.elementSegments {
      sequence.allocate(
        size("AOTTableInitData.init_values") + element * Int64(segment.functions.count),
        .elementSegments)
    }
    if !module.elementSegments.isEmpty { noteReferenceType() }
    sequence.allocateUnlessEmpty(pointer * Int64(module.types.count), .types)
    for type in module.types where type.sameAs == nil {
      let values = type.function.map { $0.parameters.count + $0.results.count } ?? 0
      let header = build.features.has("GC") ? size("AOTFuncType") : size("AOTFuncType.types")
      sequence.allocate(header + Int64(values), .types)
    }
    if build.features.has("GC") {
      sequence.allocateUnlessEmpty(pointer * Int64(module.types.count), .types)
    }
    allocate("AOTImportGlobal", module.importedGlobals.count, .imports)
    allocate("AOTGlobal", module.globals.count, .globals)
    allocate("AOTImportFunc", module.importedFunctions.count, .imports)
    allocate("AOTObjectDataSection", module.objectSections.count, .aotSections)
  }

  /// The sizes of what the loader maps, where mappings are blocks of the global heap; else 0.
  private struct Mappings {
    var text: Int64 = 0
    var data: [Int64] = []
    var together: Int64 = 0
    var addresses: Int64 = 0
  }

  private func aotMappings(_ module: AotModule) -> Mappings {
    var sizes = Mappings()
    guard rules.takesAotSections else { return sizes }
    var apart = AotMappings.Rules(platform: build.platform, version: build.version)
    let merges = apart.mergesSections
    apart.mergesSections = false
    let mappings = AotMappings(
      module, version: build.version, features: build.features, rules: apart)
    for mapping in mappings.mappings {
      switch mapping.kind {
      case .text: sizes.text = mapping.bytes
      case .addressTable: sizes.addresses = mapping.bytes
      case .dataSections, .textAndDataSections: sizes.data.append(mapping.bytes)
      }
    }
    guard merges, sizes.text > 0 else { return sizes }
    let page = max(1, apart.pageBytes)
    sizes.together = (sizes.text + page - 1) / page * page + sizes.data.reduce(0, +)
    return sizes
  }

  /// Data, then code and data once more in one block, where that can be had.
  private mutating func load(_ mappings: Mappings, text: AllocationSequence.Block?) {
    let data = mappings.data.map { sequence.allocate($0, .aotSections) }
    guard mappings.together > 0, let text else { return }
    let together = sequence.allocate(mappings.together, .aotSections, optional: true)
    sequence.free(text, ifGiven: together, .aotSections)
    for block in data { sequence.free(block, ifGiven: together, .aotSections) }
  }

  private mutating func loadFunctions(_ module: AotModule) {
    let count = Int64(module.functions.count)
    sequence.allocateUnlessEmpty(pointer * count, .functions)
    sequence.allocateUnlessEmpty(4 * count, .functions)
    if rules.keepsAotCells {
      sequence.allocateUnlessEmpty(4 * count, .functions)
      sequence.allocateUnlessEmpty(4 * count, .functions)
    }
    if build.features.has("GC") { loadReferenceFlags(module) }
  }

  /// Which cells of each function's frame are references: those of locals that the file has.
  private mutating func loadReferenceFlags(_ module: AotModule) {
    let functions = module.importedFunctions.count + module.functions.count
    sequence.allocateUnlessEmpty(2 * pointer * Int64(functions), .functions)
    for function in module.functions {
      sequence.allocateUnlessEmpty(Int64(function.localCells ?? 0), .functions)
    }
  }

  /// All of it is freed when the section has been read.
  private mutating func loadRelocations(_ module: AotModule) {
    var symbols: AllocationSequence.Block?
    if !module.symbols.isEmpty {
      symbols = sequence.allocate(pointer * Int64(module.symbols.count), .relocations)
    }
    // The slots of a table through which x86-64 code takes functions' addresses; they are kept.
    for _ in module.indirectlyAddressedFunctions {
      sequence.allocate(structs.gotItem, .relocations)
    }
    sequence.allocateUnlessEmpty(aotMappings(module).addresses, .aotSections)
    var groups: AllocationSequence.Block?
    if !module.relocationGroups.isEmpty {
      groups = sequence.allocate(
        structs.aotRelocationGroup * Int64(module.relocationGroups.count), .relocations)
    }
    let relocations = module.relocationGroups.map {
      sequence.allocate(structs.aotRelocation * Int64($0.count), .relocations)
    }
    if let symbols { sequence.free(symbols, .relocations) }
    for block in relocations { sequence.free(block, .relocations) }
    if let groups { sequence.free(groups, .relocations) }
  }

  private mutating func loadCustomSections(_ module: AotModule) {
    for section in module.customSections {
      switch section.kind {
      case .nativeSymbols:
        sequence.allocateUnlessEmpty(pointer * Int64(module.nativeSymbols.count), .customSections)
      case .raw:
        if build.features.has("LOAD_CUSTOM_SECTION") {
          sequence.allocate(structs.customSection, .customSections)
        }
      case .names:
        if build.features.has("CUSTOM_NAME_SECTION"), !module.functionNames.isEmpty {
          sequence.allocate(4 * Int64(module.functionNames.count), .customSections)
          sequence.allocate(pointer * Int64(module.functionNames.count), .customSections)
        }
      case .strings, .other: break
      }
    }
  }
}
