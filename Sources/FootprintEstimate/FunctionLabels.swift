import WasmBinary

/// How functions are called in sentences and tables, whichever kind of file they are from.
struct FunctionLabels {
  let importCount: Int
  private let label: (Int) -> String

  init(_ module: WasmModule) {
    let names = FunctionNames(module)
    importCount = module.importedFunctionTypes.count
    label = { names.label($0) }
  }

  init(_ module: AotModule) {
    let names = AotFunctionNames(module)
    importCount = module.importedFunctions.count
    label = { names.label($0) }
  }

  /// By the index that counts imported functions.
  subscript(index: Int) -> String { label(index) }

  /// At most six of them in a row.
  func list(_ functions: [Int], _ separator: String) -> String {
    let shown = functions.prefix(6).map { label($0) }
    return (shown + (functions.count > 6 ? ["…"] : [])).joined(separator: separator)
  }
}
