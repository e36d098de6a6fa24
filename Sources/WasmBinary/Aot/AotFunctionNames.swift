/// What an `.aot` file calls its functions.
package struct AotFunctionNames: Sendable {
  private let stated: [UInt32: String]
  private let exported: [UInt32: String]
  private let imported: [AotImportedFunction]

  package init(_ module: AotModule) {
    stated = module.functionNames
    imported = module.importedFunctions
    var exported: [UInt32: String] = [:]
    for export in module.exports where export.kind == .function {
      exported[export.index] = exported[export.index] ?? export.name
    }
    self.exported = exported
  }

  /// From the names section or an export, or wamrc's own: `aot_func#` and the index among the own
  /// functions.
  package func label(_ index: Int) -> String {
    let number = UInt32(clamping: index)
    if let name = stated[number] ?? exported[number] { return name }
    guard imported.indices.contains(index) else { return "aot_func#\(index - imported.count)" }
    return "\(imported[index].module).\(imported[index].name)"
  }
}
