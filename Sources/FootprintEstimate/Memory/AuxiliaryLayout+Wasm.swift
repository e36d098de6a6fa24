package import WasmBinary

extension AuxiliaryLayout {
  /// Nil where the module does not export `__heap_base` and `__data_end`, or not as constants.
  ///
  /// Source: `load_from_sections` in core/iwasm/interpreter/wasm_loader.c, the same from 12-30-2021
  /// to main.
  package init?(_ module: WasmModule) {
    guard let heapBase = AuxiliaryLayout.linkerConstant("__heap_base", in: module),
      let dataEnd = AuxiliaryLayout.linkerConstant("__data_end", in: module)
    else { return nil }
    let end = (Int64(dataEnd) + 15) & ~15
    let base = Int64(heapBase)
    guard end <= base else { return nil }
    self.dataEnd = end
    self.heapBase = base
    stackTop = base
    stackBytes = 0
    let imported = UInt32(clamping: module.importedGlobals.count)
    for (index, global) in module.globals.enumerated() {
      guard global.type.isMutable, global.type.value == .i32,
        case .number(let value) = global.initial
      else { continue }
      let top = Int64(UInt32(truncatingIfNeeded: value))
      guard top <= base else { continue }
      stackTop = top
      stackBytes = top > end ? top - end : top
      stackGlobal = imported + UInt32(index)
      return
    }
  }

  private static func linkerConstant(_ name: String, in module: WasmModule) -> UInt32? {
    guard let export = module.export(name, .global) else { return nil }
    let own = Int(export.index) - module.importedGlobals.count
    guard module.globals.indices.contains(own), !module.globals[own].type.isMutable else {
      return nil
    }
    return module.constant(ofGlobal: export.index)
  }
}
