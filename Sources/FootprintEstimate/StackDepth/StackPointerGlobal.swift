package import WasmBinary

/// The global that holds the C shadow stack's pointer.
package struct StackPointerGlobal: Hashable, Sendable {
  /// Imported globals counted.
  package var index: UInt32
  /// How sure the choice is: named so by linker or WAMR's own rule, or only the usual place.
  package var isCertain: Bool
  /// The initial value, the stack's highest address; nil where the module does not say.
  package var top: UInt32?

  /// What WAMR takes (`AuxiliaryLayout`), else a global named `__stack_pointer`, else the first
  /// mutable i32 global, which is where LLVM's linker puts it.
  package init?(_ module: WasmModule) {
    if let global = AuxiliaryLayout(module)?.stackGlobal {
      self.init(global, isCertain: true, module)
    } else if let global = StackPointerGlobal.named("__stack_pointer", in: module) {
      self.init(global, isCertain: true, module)
    } else if let global = StackPointerGlobal.first(in: module) {
      self.init(global, isCertain: false, module)
    } else {
      return nil
    }
  }

  private init(_ index: UInt32, isCertain: Bool, _ module: WasmModule) {
    self.index = index
    self.isCertain = isCertain
    top = module.constant(ofGlobal: index)
  }

  private static func named(_ name: String, in module: WasmModule) -> UInt32? {
    if let export = module.export(name, .global) { return export.index }
    var index: UInt32 = 0
    for entry in module.imports {
      guard case .global = entry.kind else { continue }
      if entry.name == name { return index }
      index += 1
    }
    return module.global(named: name)
  }

  private static func first(in module: WasmModule) -> UInt32? {
    let imported = UInt32(clamping: module.importedGlobals.count)
    for (index, global) in module.globals.enumerated()
    where global.type.isMutable && global.type.value == .i32 {
      guard case .number(let value) = global.initial, value != 0 else { return nil }
      return imported + UInt32(index)
    }
    return nil
  }
}
