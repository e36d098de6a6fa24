package import TraceModel
package import WasmBinary

/// The parts of the dump's `aot code size`.
///
/// Source: `aot_get_module_mem_consumption` in core/iwasm/aot/aot_runtime.c, `create_sections` and
/// `load_text_section` in core/iwasm/aot/aot_loader.c, the same from WAMR-1.0.0 to main. Builds for
/// source-level debugging of AOT code (`DEBUG_AOT`) count less and are not modelled.
package struct AotCodeSize: Hashable, Sendable {
  package var literalBytes: Int64
  /// As it stands in the file.
  package var codeBytes: Int64
  /// The jumps to the runtime's functions that the loader appends, with the padding behind them; 0
  /// for code that is executed in place.
  package var pltBytes: Int64
  /// The structs that describe the data sections.
  package var sectionStructBytes: Int64
  package var sectionBytes: Int64

  package var total: Int64 {
    literalBytes + codeBytes + pltBytes + sectionStructBytes + sectionBytes
  }

  /// `sectionStruct` is the size of `AOTObjectDataSection`.
  package init(
    _ module: AotModule, version: WamrVersion, features: BuildFeatures, sectionStruct: Int64
  ) {
    literalBytes = Int64(module.text.literal.count)
    codeBytes = Int64(module.text.code.count)
    pltBytes = 0
    if !module.target.isExecutedInPlace, module.textSectionBytes > 0,
      let target = Target(module.target.architecture)
    {
      let plt = AotRuntimeSymbols.pltBytes(
        version: version, features: features, target: target,
        objectFlags: module.target.objectFlags)
      // Both together end at a multiple of 4.
      pltBytes = (module.textSectionBytes + plt + 3) & ~3 - module.textSectionBytes
    }
    sectionStructBytes = sectionStruct * Int64(module.objectSections.count)
    sectionBytes = module.objectSections.reduce(0) { $0 + Int64($1.range.count) }
  }
}

extension AotModule {
  /// The text section with the size of the literals before them.
  var textSectionBytes: Int64 {
    Int64(sections.first { $0.kind == .text }?.payload.count ?? 0)
  }
}
