import WasmBinary

/// One part of a module's file: a section, or what an .aot file's section holds.
package struct SectionSize: Hashable, Sendable {
  package var name: String
  /// Where it begins in the file.
  package var offset: Int
  /// The bytes it takes in the file, its header included.
  package var bytes: Int
  /// The entries it says it has; nil where it has no such number.
  package var count: Int?
  /// The section that these bytes are part of.
  package var container: String?

  /// The sections of a file in its order, the file's own header first; they sum to the file's size.
  package static func all(of file: ModuleFile) -> [SectionSize] {
    switch file {
    case .wasm(let module):
      let header = SectionSize(name: "header", offset: 0, bytes: 8)
      return [header]
        + module.sections.map { section in
          let kind = section.id == 0 ? "custom \(section.name)" : section.name
          return SectionSize(
            name: kind, offset: section.offset, bytes: section.fileBytes, count: section.count)
        }
    case .aot(let module): return aot(module)
    }
  }

  private init(
    name: String, offset: Int, bytes: Int, count: Int? = nil, container: String? = nil
  ) {
    self.name = name
    self.offset = offset
    self.bytes = bytes
    self.count = count
    self.container = container
  }

  /// Sections begin at multiples of 4: the gap before one counts to the one before it.
  private static func aot(_ module: AotModule) -> [SectionSize] {
    let starts = module.sections.map(\.offset)
    let ends = starts.dropFirst() + [module.bytes.count]
    var custom = module.customSections.makeIterator()
    var sizes = [SectionSize(name: "header", offset: 0, bytes: starts.first ?? module.bytes.count)]
    for (section, end) in zip(module.sections, ends) {
      var size = SectionSize(
        name: section.kind.name, offset: section.offset, bytes: end - section.offset)
      switch section.kind {
      case .functions: size.count = module.functions.count
      case .exports: size.count = module.exports.count
      case .relocations: size.count = module.relocationGroups.reduce(0) { $0 + $1.count }
      case .custom: size.name = custom.next().map { "custom \($0.name)" } ?? size.name
      case .targetInfo, .initData, .text: break
      }
      sizes.append(size)
      if section.kind == .initData {
        sizes += module.objectSections.map {
          SectionSize(
            name: $0.name, offset: $0.range.lowerBound, bytes: $0.range.count,
            container: size.name)
        }
      }
    }
    return sizes
  }
}
