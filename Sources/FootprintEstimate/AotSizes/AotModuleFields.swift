package import TraceModel
package import WasmBinary

/// The module block of the dump for an `.aot` file.
///
/// Source: `aot_get_module_mem_consumption` in core/iwasm/aot/aot_runtime.c of WAMR-1.0.0 to main.
package enum AotModuleFields {
  /// Every line of the block.
  ///
  /// `size` gives the size of a struct (`AOTModule`) or the offset of a member
  /// (`AOTTableInitData.init_values`) in the build. `isFileFreeable`: the embedder may free the
  /// file's buffer after loading (`LoadArgs.wasm_binary_freeable`, 2.1.0 and later), so that the
  /// runtime copies strings.
  package static func compute(
    module: AotModule, version: WamrVersion, features: BuildFeatures, isFileFreeable: Bool = false,
    size: (String) -> Int64?
  ) -> [SnapshotField: Int64] {
    let pointer = size("void*") ?? Int64(module.target.pointerBytes)
    func bytes(_ name: String, _ count: Int) -> Int64 { (size(name) ?? 0) * Int64(count) }
    let code = AotCodeSize(
      module, version: version, features: features,
      sectionStruct: size("AOTObjectDataSection") ?? 0)
    var fields: [SnapshotField: Int64] = [
      .moduleStruct: size("AOTModule") ?? 0,
      .moduleTypes: types(module, pointer: pointer, header: size("AOTFuncType.types") ?? 0),
      .moduleImports: bytes("AOTImportMemory", Int(module.importedMemoryCount))
        + bytes("AOTImportTable", module.importedTables.count)
        + bytes("AOTImportGlobal", module.importedGlobals.count)
        + bytes("AOTImportFunc", module.importedFunctions.count),
      // An address and a type index for each.
      .moduleFunctions: (pointer + 4) * Int64(module.functions.count),
      .moduleTables: bytes("AOTTable", module.tables.count),
      .moduleMemories: bytes("AOTMemory", module.memories.count),
      .moduleGlobals: bytes("AOTGlobal", module.globals.count),
      .moduleExports: bytes("AOTExport", module.exports.count),
      .moduleTableSegments: tableSegments(module, version, pointer: pointer, size: size),
      .moduleDataSegments: (pointer + (size("AOTMemInitData") ?? 0))
        * Int64(module.dataSegments.count),
      .moduleConstStrings: 0,
      .moduleAOTCode: code.total,
    ]
    if isFileFreeable, let since = WamrVersion("2.1.0"), version >= since {
      fields[.moduleConstStrings] = AotConstStrings.bytes(
        module, features: features, pointer: pointer, size: size)
    }
    if version == .main, features.has("LOAD_CUSTOM_SECTION") {
      fields[.moduleCustomSections] = module.customSections.reduce(0) { sum, section in
        guard section.kind == .raw else { return sum }
        return sum + (size("WASMCustomSection") ?? 0) + Int64(section.content.count)
      }
    }
    fields[.moduleTotal] = fields.values.reduce(0, &+)
    return fields
  }

  /// A pointer, the struct before the value types, and a byte for each value.
  ///
  /// Structures and arrays are counted as if they were functions: what stands where a function has
  /// the numbers of its parameters and results is added.
  private static func types(_ module: AotModule, pointer: Int64, header: Int64) -> Int64 {
    module.types.reduce(0) { sum, type in
      let values: Int64
      switch type.shape {
      case .function(let function):
        values = Int64(function.parameters.count + function.results.count)
      case .structure(let fields):
        let total = structureBytes(fields, of: module.target)
        values = total & 0xFFFF + total >> 16
      case .array(let flags, let element): values = Int64(flags) + Int64(element.rawValue)
      }
      return sum + pointer + header + values
    }
  }

  /// The size of a structure's object: a word, then the fields, aligned except on x86.
  private static func structureBytes(_ fields: [ValueType], of target: AotTarget) -> Int64 {
    let isPacked = target.architecture.hasPrefix("x86") || target.architecture.hasPrefix("i386")
    return fields.reduce(Int64(target.pointerBytes)) { offset, field in
      let size = Int64(field.fieldBytes(pointerBytes: target.pointerBytes))
      let alignment = isPacked ? 1 : min(size, 4)
      return (offset + alignment - 1) / alignment * alignment + size
    }
  }

  private static func tableSegments(
    _ module: AotModule, _ version: WamrVersion, pointer: Int64, size: (String) -> Int64?
  ) -> Int64 {
    // The elements' member was called `func_indexes` before 2.0, when they were plain indices.
    let header = size("AOTTableInitData.init_values") ?? size("AOTTableInitData.func_indexes") ?? 0
    let element = version < .v2_0 ? 4 : size("InitializerExpression") ?? 0
    return module.elementSegments.reduce(0) { sum, segment in
      sum + pointer + header + element * Int64(segment.functions.count)
    }
  }
}

extension ValueType {
  /// The bytes of a structure's field (`wasm_reftype_size` in core/iwasm/common/gc/gc_type.c).
  fileprivate func fieldBytes(pointerBytes: Int) -> Int {
    switch rawValue {
    case 0x7F, 0x7D: 4
    case 0x7E, 0x7C: 8
    case 0x7B: 16
    case 0x78: 1
    case 0x77: 2
    default: pointerBytes
    }
  }
}
