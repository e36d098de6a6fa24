import TraceModel
package import WasmBinary

extension LoadedModule {
  /// Loads an .aot file: wamrc has shrunk its memory and left out what only bytecode needs.
  package init(_ module: AotModule, build: RuntimeBuild) {
    let instance = AotInstanceFields(module, build: build)
    let memories = module.memories.map(\.shape)
    let code = AotCode(module, build: build)
    let canGrow = memories.contains { $0.maximumPages > $0.initialPages }
    self.init(
      memories: memories, auxiliary: AuxiliaryLayout(module.auxiliary),
      exportsAllocator: module.exportsAllocator,
      growsMemory: canGrow ? nil : false,
      memorySentence: canGrow
        ? "wamrc kept whole pages, so some code asks for the memory's size or grows it"
        : "wamrc found no memory.grow and fixed the memory's size",
      dataExtent: module.dataExtent, stackTop: nil, compiledBytes: 0,
      copiedBytes: Int64(module.dataSegments.reduce(0) { $0 + $1.range.count }),
      strippableBytes: module.customSections.reduce(0) {
        $0 + ($1.kind == .raw ? Int64($1.content.count) : 0)
      },
      aotCode: code,
      moduleBlock: AotModuleFields.compute(
        module: module, version: build.version, features: build.features,
        size: { build.profile.sizes[$0] }),
      instanceBlock: { instance.instanceBlock($0) })
  }
}

extension AotMemory {
  fileprivate var shape: MemoryShape {
    MemoryShape(
      pageBytes: Int64(pageBytes), initialPages: Int64(initialPages),
      maximumPages: max(Int64(maximumPages), Int64(initialPages)), hasDeclaredMaximum: hasMaximum,
      isShared: isShared, is64Bit: is64Bit, isImported: false)
  }
}

extension AuxiliaryLayout {
  /// As wamrc found it; nil where the module did not export the linker's symbols.
  fileprivate init?(_ marks: AotAuxiliaryMemory) {
    guard let heapBase = marks.heapBase else { return nil }
    func address(_ mark: AotAuxiliaryMemory.Mark) -> Int64 {
      Int64(min(mark.value, ModuleLimits.memoryBytes))
    }
    self.heapBase = address(heapBase)
    dataEnd = ((marks.dataEnd.map(address) ?? 0) + 15) & ~15
    stackTop = marks.stackBottom.map(address) ?? self.heapBase
    stackBytes = Int64(marks.stackBytes)
    stackGlobal = marks.stackBytes > 0 ? marks.stackBottom?.global : nil
  }
}

extension AotModule {
  /// Those of the first memory.
  fileprivate var dataExtent: Range<Int64>? {
    DataExtent.of(
      dataSegments.lazy.filter { !$0.isPassive && $0.memory == 0 }
        .map { ($0.offset, $0.range.count) })
  }

  fileprivate var exportsAllocator: Bool {
    AllocatorExports(exports, has64BitMemory: memories.contains(where: \.is64Bit)) { index in
      let own = Int(index) - importedFunctions.count
      return functions.indices.contains(own) ? functionType(functions[own].typeIndex) : nil
    }.areThere
  }
}

extension AotCode {
  /// The code of a file in a build.
  fileprivate init(_ module: AotModule, build: RuntimeBuild) {
    let sizes = AotCodeSize(
      module, version: build.version, features: build.features,
      sectionStruct: build.size("AOTObjectDataSection"))
    let mappings = AotMappings(
      module, version: build.version, features: build.features,
      rules: AotMappings.Rules(platform: build.platform, version: build.version))
    let isInFile = mappings.isTextInFile
    let parts: [(Int64, String)] = [
      (sizes.codeBytes, "text"), (sizes.literalBytes, "literals"),
      (sizes.sectionBytes, "data sections"),
      (sizes.pltBytes, "stubs for calls into the runtime"),
    ]
    let list = parts.filter { $0.0 > 0 }.map { "\($0.1) \(RowText.bytes($0.0))" }
    var changes: [Estimate.Change] = []
    if !isInFile {
      changes.append(
        Estimate.Change(
          "wamrc --size-level=3 --opt-level=s, where size matters more than speed", saved: nil))
      changes.append(
        Estimate.Change(
          "wamrc --xip: the code is executed where the file lies, such as in flash",
          saved: ByteCount(sizes.codeBytes + sizes.pltBytes)))
    }
    self.init(
      bytes: sizes.total, mappedBytes: mappings.mappedBytes,
      // How many stubs there are was seen in runs on x86 only; elsewhere WAMR's source says it.
      isExact: sizes.pltBytes == 0 || build.target.architecture == .x86_64, isInFile: isInFile,
      why: RowText.sentence([
        list.joined(separator: ", "),
        isInFile
          ? "executed in place: the text stays in the file's own mapping"
          : build.platform.mapsPages
            ? "mapped as executable pages, \(RowText.bytes(mappings.mappedBytes)) when rounded"
            : "from the executable heap of \(build.platform.rawValue)",
      ]), changes: changes)
  }
}
