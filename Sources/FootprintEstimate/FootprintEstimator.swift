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
    let layout = memories.first.map {
      LinearMemoryLayout(
        $0, auxiliary: loaded.auxiliary, stackTop: loaded.stackTop, dataExtent: loaded.dataExtent)
    }
    let threadGrowth = layout.map(threadGrowth) ?? 0
    let linear = LinearMemoryRow(
      memories: memories, loaded: loaded, build: build, threadGrowth: threadGrowth)
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
          loaded: loaded, build: build,
          threadGrowth: threadGrowth, shadow: shadowStack
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

  /// The pages that wasi-threads' aux stacks need beyond the libc heap that is there at the start.
  private func threadGrowth(_ layout: LinearMemoryLayout) -> Int64 {
    let run = build.configuration
    guard run.threadModel == .wasi, loaded.growsMemory != false, let memory = memories.first else {
      return 0
    }
    let stacks = LargestSize.product(layout.bytes(.auxStack), run.threads)
    let heap = LargestSize.product(layout.bytes(.libcHeap), run.instances)
    let page = max(1, memory.shape.pageBytes)
    let missing = max(0, stacks - heap)
    let room =
      memory.shape.hasDeclaredMaximum || run.maxMemoryPages != nil
      ? LargestSize.product(memory.maximumBytes - memory.initialBytes, run.instances) : Int64.max
    return min(missing / page * page + (missing % page > 0 ? page : 0), room)
  }

  /// What an estimate speaks of, whether it has a row of it or none; never of the host's own.
  private static let covers: Set<MemoryCategory> = [
    .moduleFile, .module, .moduleInstance, .execEnv, .wasmStack, .runtimeOther, .aotCode,
    .linearMemory, .staticData, .auxStack, .libcHeap, .threadAuxStack, .appHeap, .nativeStack,
    .stackGuard, .gcHeap,
  ]
}
