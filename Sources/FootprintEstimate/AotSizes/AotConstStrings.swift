import TraceModel
import WasmBinary

/// The strings that the loader copies when the file's buffer may be freed after loading.
///
/// Source: `load_string` in core/iwasm/aot/aot_loader.c and `aot_const_str_set_insert` in
/// core/iwasm/aot/aot_runtime.c, WAMR-2.1.0 to main.
enum AotConstStrings {
  /// A hash map of 32 lists, and an entry and the bytes with a NUL for each different string; 0
  /// without any string.
  static func bytes(
    _ module: AotModule, features: BuildFeatures, pointer: Int64, size: (String) -> Int64?
  ) -> Int64 {
    let strings = strings(of: module, features: features)
    guard !strings.isEmpty else { return 0 }
    // The struct ends with the first of the lists.
    let map = (size("HashMap") ?? 0) - pointer + 32 * pointer
    let element = size("HashMapElem") ?? 0
    return strings.reduce(map) { $0 + element + Int64($1.utf8.count) + 1 }
  }

  private static func strings(of module: AotModule, features: BuildFeatures) -> Set<String> {
    var strings: Set<String> = []
    for global in module.importedGlobals { strings.formUnion([global.module, global.name]) }
    for function in module.importedFunctions {
      strings.formUnion([function.module, function.name])
    }
    for section in module.objectSections { strings.insert(section.name) }
    for export in module.exports { strings.insert(export.name) }
    for group in module.relocationGroups {
      strings.insert(group.name)
      for use in group.uses { strings.insert(module.symbols[use.symbol]) }
    }
    strings.formUnion(module.nativeSymbols)
    if features.has("CUSTOM_NAME_SECTION") { strings.formUnion(module.functionNames.values) }
    if features.has("LOAD_CUSTOM_SECTION") {
      for section in module.customSections where section.kind == .raw {
        strings.insert(section.name)
      }
    }
    return strings
  }
}
