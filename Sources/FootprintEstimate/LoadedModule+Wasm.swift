import TraceModel
package import WasmBinary

extension LoadedModule {
  /// Loads bytecode.
  ///
  /// `compiledBytes` is what the fast interpreter makes of its functions, `stackPointer` the global
  /// that they keep the C shadow stack by.
  package init(
    _ module: WasmModule, code: CodeFacts, compiledBytes: Int64,
    stackPointer: StackPointerGlobal?, build: RuntimeBuild
  ) {
    let auxiliary = AuxiliaryLayout(module)
    let loading = MemoryLoading(module, code: code, auxiliary: auxiliary, build: build)
    let fields = InterpreterFields(
      module, build: build, code: code, compiledBytes: compiledBytes)
    self.init(
      memories: loading.memories, auxiliary: auxiliary,
      exportsAllocator: module.exportsAllocator, growsMemory: code.hasMemoryGrow,
      memorySentence: loading.sentence, dataExtent: module.dataExtent,
      stackTop: stackPointer?.top.map { Int64($0) }, compiledBytes: compiledBytes,
      copiedBytes: module.copiedBytes, strippableBytes: module.customBytes, aotCode: nil,
      moduleBlock: fields.moduleBlock(), instanceBlock: { fields.instanceBlock($0) })
  }
}

extension WasmModule {
  /// Those of the first memory.
  fileprivate var dataExtent: Range<Int64>? {
    DataExtent.of(
      dataSegments.lazy.compactMap { segment in
        guard case .active(index: 0, let offset) = segment.mode else { return nil }
        return (offset, segment.range.count)
      })
  }

  /// Data segments, and names of imports and exports.
  fileprivate var copiedBytes: Int64 {
    let data = dataSegments.reduce(0) { $0 + $1.range.count }
    let names =
      imports.reduce(0) { $0 + $1.module.utf8.count + $1.name.utf8.count + 2 }
      + exports.reduce(0) { $0 + $1.name.utf8.count + 1 }
    return Int64(data + names)
  }

  fileprivate var customBytes: Int64 {
    sections.reduce(0) { $0 + ($1.id == 0 ? Int64($1.fileBytes) : 0) }
  }

  /// See ``AllocatorExports``.
  fileprivate var exportsAllocator: Bool {
    let imported = importedFunctionTypes.count
    return AllocatorExports(
      exports, has64BitMemory: (importedMemories + memories).contains(where: \.is64Bit)
    ) { index in
      let own = Int(index) - imported
      return functions.indices.contains(own) ? functionType(functions[own]) : nil
    }.areThere
  }
}
