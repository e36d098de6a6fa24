import TraceModel

/// Linear memory of all instances: who allocates it, how much at once, how far it grows.
///
/// Source: `wasm_allocate_linear_memory` in core/iwasm/common/wasm_memory.c (2.0 and later),
/// `memory_instantiate` in core/iwasm/interpreter/wasm_runtime.c (before).
struct LinearMemoryRow {
  let memories: [MemoryInstantiation]
  let loaded: LoadedModule
  let build: RuntimeBuild
  /// What the libc heap must grow by for the aux stacks of threads, of all instances.
  let threadGrowth: Int64

  private var instances: Int64 { build.configuration.instances }
  private var isShared: Bool { memories.contains(where: \.shape.isShared) }

  var row: Estimate.Row {
    let grown = committed + threadGrowth
    var row = Estimate.Row(
      .linearMemory, ByteCount(maximum.map { min($0, grown) } ?? grown))
    // A dump shows the pages in use, also of a memory that took its maximum at once.
    row.minimum = ByteCount(LargestSize.product(initial, instances))
    row.maximum = maximum.map { ByteCount($0) }
    row.reserved = reserved.map { ByteCount($0) }
    row.basis = row.minimum == row.maximum ? .exact : .bound
    row.why = RowText.sentence([
      pages, loaded.memorySentence, heap, growthSentence, allocation,
      threadGrowth > 0
        ? "\(RowText.bytes(threadGrowth)) more are expected for the aux stacks of threads" : "",
      instances > 1 ? "\(instances) instances have a memory each" : "",
    ])
    return row
  }

  /// The pages in use after instantiation, of one instance.
  private var initial: Int64 {
    let sum = memories.reduce(Int64(0)) { $0.addingReportingOverflow($1.initialBytes).partialValue }
    return max(0, sum)
  }

  /// How much the run can add to the pages in use of one instance; nil where nothing bounds it.
  var growth: Int64? { maximum.map { $0 / max(1, instances) - initial } }

  /// What instantiation commits.
  var committed: Int64 {
    let bytes = memories.reduce(Int64(0)) { sum, memory in
      let all = takesMaximum(memory) ? memory.maximumBytes : memory.initialBytes
      return sum.addingReportingOverflow(all).partialValue
    }
    return LargestSize.product(max(0, bytes), instances)
  }

  /// Without a mapping that can be committed bit by bit, a shared memory takes its maximum at once.
  private func takesMaximum(_ memory: MemoryInstantiation) -> Bool {
    memory.shape.isShared && !build.checksBoundsInHardware
      && (!build.platform.mapsPages || build.version < .v2_0)
  }

  /// Nil where neither the module nor the configuration bounds it.
  private var maximum: Int64? {
    var sum: Int64 = 0
    for memory in memories {
      if loaded.growsMemory == false {
        sum += takesMaximum(memory) ? memory.maximumBytes : memory.initialBytes
      } else if memory.shape.hasDeclaredMaximum || memory.shape.maximumPages <= 1
        || build.configuration.maxMemoryPages != nil
      {
        let (next, overflow) = sum.addingReportingOverflow(memory.maximumBytes)
        guard !overflow else { return nil }
        sum = next
      } else {
        return nil
      }
    }
    return LargestSize.product(sum, instances)
  }

  /// Address space: 8 GiB for each memory whose bounds the hardware checks, the maximum of a shared
  /// one elsewhere.
  private var reserved: Int64? {
    guard !memories.isEmpty, build.platform.mapsPages, !usesAllocator else { return nil }
    if build.checksBoundsInHardware {
      return LargestSize.product((8 << 30) * Int64(memories.count), instances)
    }
    guard isShared else { return nil }
    let bytes = memories.reduce(Int64(0)) { sum, memory in
      sum.addingReportingOverflow(memory.maximumBytes).partialValue
    }
    return bytes > 0 ? LargestSize.product(bytes, instances) : nil
  }

  private var usesAllocator: Bool { build.features.has("ALLOC_WITH_USAGE") }

  private var pages: String {
    guard let first = memories.first else { return "" }
    let shape = first.shape
    let rest = memories.count > 1 ? ", and \(memories.count - 1) more" : ""
    return "\(shape.isShared ? "shared, " : "")"
      + "\(RowText.count(shape.initialPages, "page")) of \(RowText.bytes(shape.pageBytes))\(rest)"
  }

  private var heap: String {
    guard let first = memories.first, first.heapBytes > 0 else { return "" }
    return "\(RowText.bytes(first.heapBytes)) of it are the app heap"
  }

  private var growthSentence: String {
    guard !memories.isEmpty, loaded.growsMemory != false else { return "" }
    guard let maximum else {
      return "memory.grow can grow it to 4 GiB, as the module declares no maximum"
    }
    return maximum > committed ? "memory.grow can grow it to \(RowText.bytes(maximum))" : ""
  }

  private var allocation: String {
    guard !memories.isEmpty else { return "" }
    if usesAllocator { return "the embedder's allocator gives it, as linear memory" }
    if build.checksBoundsInHardware {
      return "WAMR reserves 8 GiB with os_mmap, which catches accesses out of bounds, and commits "
        + "the pages in use"
    }
    if !build.platform.mapsPages {
      let heap = build.platform.mapsFromGlobalHeap ? "WAMR's heap" : "the system's heap"
      return "os_mmap is a plain allocation from \(heap) on \(build.platform.rawValue)"
        + (isShared ? ", and a shared memory takes its maximum at once" : "")
    }
    if build.version < .v2_0 {
      return "without hardware bound checks, it comes from the global heap"
        + (isShared ? ", with its maximum at once" : "")
    }
    return isShared
      ? "WAMR reserves the maximum with os_mmap and commits the pages in use"
      : "WAMR maps the pages in use with os_mmap and moves them to grow"
  }
}
