import TraceModel
package import WasmBinary

extension LoadedModule {
  /// Loads bytecode; `compiledBytes` is what the fast interpreter makes of its functions.
  package init(
    _ module: WasmModule, code: CodeFacts, compiledBytes: Int64, build: RuntimeBuild
  ) {
    let auxiliary = AuxiliaryLayout(module)
    let loading = MemoryLoading(module, code: code, auxiliary: auxiliary, build: build)
    let fields = InterpreterFields(
      module, build: build, code: code, compiledBytes: compiledBytes)
    self.init(
      memories: loading.memories, auxiliary: auxiliary,
      exportsAllocator: module.exportsAllocator, growsMemory: code.hasMemoryGrow,
      memorySentence: loading.sentence, dataExtent: module.dataExtent,
      stackTop: module.stackPointerValue, compiledBytes: compiledBytes,
      copiedBytes: module.copiedBytes, strippableBytes: module.customBytes, aotCode: nil,
      moduleBlock: fields.moduleBlock(), instanceBlock: { fields.instanceBlock($0) })
  }
}

extension WasmModule {
  /// The addresses of the first memory that active segments fill; those whose offset an imported
  /// global gives are left out.
  package var dataExtent: Range<Int64>? {
    var extent: Range<Int64>?
    for segment in dataSegments where !segment.range.isEmpty {
      guard case .active(index: 0, offset: .number(let value)) = segment.mode else { continue }
      let start = Int64(UInt32(truncatingIfNeeded: value))
      let end = start + Int64(segment.range.count)
      extent = min(extent?.lowerBound ?? start, start)..<max(extent?.upperBound ?? end, end)
    }
    return extent
  }

  /// The first mutable i32 global of the module is its stack pointer, if the linker is wasm-ld.
  fileprivate var stackPointerValue: Int64? {
    for (index, global) in globals.enumerated()
    where global.type.isMutable && global.type.value == .i32 {
      let number = UInt32(importedGlobals.count + index)
      return constant(ofGlobal: number).map { Int64($0) }
    }
    return nil
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
  package var exportsAllocator: Bool {
    let imported = importedFunctionTypes.count
    return AllocatorExports(
      exports, has64BitMemory: (importedMemories + memories).contains(where: \.is64Bit)
    ) { index in
      let own = Int(index) - imported
      return functions.indices.contains(own) ? functionType(functions[own]) : nil
    }.areThere
  }
}
