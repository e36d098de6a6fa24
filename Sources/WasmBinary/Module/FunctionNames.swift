/// What a module calls its functions: the `name` section's word, else the first export's, else
/// `module.name` of an import.
package struct FunctionNames: Sendable {
  /// The place of each name in the file; empty where the section has none.
  private struct Place {
    var offset: UInt32 = 0
    var count: UInt32 = 0
  }

  private let bytes: [UInt8]
  private var places: [Place] = []
  private var exported: [UInt32: String] = [:]
  private var imported: [(module: String, name: String)] = []

  /// Finds where the names are, and reads none of them yet.
  ///
  /// A broken `name` section is no error: names are missing, that is all.
  package init(_ module: WasmModule) {
    bytes = module.bytes
    for entry in module.imports {
      if case .function = entry.kind { imported.append((entry.module, entry.name)) }
    }
    for export in module.exports where export.kind == .function {
      exported[export.index] = exported[export.index] ?? export.name
    }
    let count = imported.count + module.functions.count
    var places: [Place] = []
    NameSection(module).forEachName(in: .functions) { index, range in
      guard index < count, !range.isEmpty else { return }
      if places.isEmpty { places = [Place](repeating: Place(), count: count) }
      places[Int(index)] = Place(
        offset: UInt32(clamping: range.lowerBound), count: UInt32(clamping: range.count))
    }
    self.places = places
  }

  /// The name of a function by its index, imported ones first; nil where nothing names it.
  package func name(_ index: Int) -> String? {
    if places.indices.contains(index), places[index].count > 0 {
      let start = Int(places[index].offset)
      let range = (start..<start + Int(places[index].count)).clamped(to: bytes.indices)
      return String(decoding: bytes[range], as: UTF8.self)
    }
    if let name = UInt32(exactly: index).flatMap({ exported[$0] }) { return name }
    guard imported.indices.contains(index) else { return nil }
    return "\(imported[index].module).\(imported[index].name)"
  }

  /// The name, or `function N`.
  package func label(_ index: Int) -> String { name(index) ?? "function \(index)" }
}
