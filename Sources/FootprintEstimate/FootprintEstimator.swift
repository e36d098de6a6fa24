package import TraceModel

/// Makes an estimate of a loaded module in a run.
package struct FootprintEstimator {
  let loaded: LoadedModule
  let build: RuntimeBuild
  let fileBytes: Int64
  /// The fast interpreter's code is not modelled for this module.
  package var isCodeGuessed = false
  /// A bound on the main thread's aux stack.
  package var shadowStack: StackNeed?
  /// A bound on the operand stack.
  package var operandStack: StackNeed?
  /// A bound on compiled code's frames.
  package var nativeStack: StackNeed?
  /// Bytes of the global heap in use at the most of a run, without linear memory and the file.
  package var heapPeakBytes: Int64?
  let memories: [MemoryInstantiation]
  let instance: [SnapshotField: Int64]
  let execEnv: [SnapshotField: Int64]

  package init(_ loaded: LoadedModule, build: RuntimeBuild, fileBytes: Int64) {
    self.loaded = loaded
    self.build = build
    self.fileBytes = fileBytes
    memories = loaded.memories.enumerated().map { index, shape in
      MemoryInstantiation(
        shape, index: build.mode == .aot ? 0 : index, heapBytes: build.heapBytes,
        auxiliary: loaded.auxiliary, exportsAllocator: loaded.exportsAllocator, build: build)
    }
    instance = loaded.instanceBlock(memories)
    execEnv = ExecEnvFields.block(build)
  }

  /// Dump lines that instantiation determines.
  package var fields: [SnapshotField: Int64] {
    var fields = loaded.moduleBlock
    fields.merge(instance) { first, _ in first }
    fields.merge(execEnv) { first, _ in first }
    fields[.total] = [SnapshotField.moduleTotal, .instanceTotal, .execEnvTotal]
      .reduce(0) { $0 + (fields[$1] ?? 0) }
    return fields
  }

  package func estimate() -> Estimate {
    let fields = fields
    let linear = LinearMemoryRow(memories: memories, loaded: loaded, build: build)
    let layout = memories.first.map {
      LinearMemoryLayout(
        $0, auxiliary: loaded.auxiliary, stackTop: loaded.stackTop, dataExtent: loaded.dataExtent)
    }
    var rows = FileRows(fileBytes: fileBytes, loaded: loaded, build: build).rows
    rows +=
      GlobalHeapRows(
        loaded: loaded, build: build, fields: fields,
        linearBytes: memories.reduce(0) { $0 + $1.initialBytes },
        moduleBasis: isCodeGuessed ? .assumption : .exact, operandStack: operandStack,
        peakBytes: heapPeakBytes
      ).rows
    rows.append(linear.row)
    if let memory = memories.first, let layout {
      rows +=
        LinearMemoryParts(
          memory: memory,
          furtherBytes: memories.dropFirst().reduce(0) { $0 + $1.initialBytes }, layout: layout,
          loaded: loaded, build: build, shadow: shadowStack
        ).rows
    }
    rows +=
      ThreadRows(
        build: build, auxStackBytes: layout?.bytes(.auxStack) ?? 0, frames: nativeStack
      ).rows
    rows.sort { ($1.expected, $0.category) < ($0.expected, $1.category) }
    var estimate = Estimate(rows: rows, covers: FootprintEstimator.covers)
    estimate.fields = fields.mapValues { ByteCount($0) }
    estimate.fieldBounds =
      FieldRanges(
        fields: fields, growth: linear.growth, build: build, memories: memories,
        shadow: shadowStack, operand: operandStack
      ).bounds
    estimate.configuration = ConfigurationSettings.settings(of: build)
    estimate.assumptions = build.assumptions
    if isCodeGuessed {
      estimate.assumptions.append(
        "the fast interpreter's code with garbage-collected references is not modelled; it is taken "
          + "as 4 times the bytecode")
    }
    return estimate
  }

  /// What an estimate speaks of, whether it has a row of it or none; never of the host's own.
  private static let covers: Set<MemoryCategory> = [
    .moduleFile, .module, .moduleInstance, .execEnv, .wasmStack, .runtimeOther, .aotCode,
    .linearMemory, .staticData, .auxStack, .libcHeap, .threadAuxStack, .appHeap, .nativeStack,
    .stackGuard, .gcHeap,
  ]
}
