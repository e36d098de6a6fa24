import TraceModel

/// What lies inside linear memory: static data, aux stack, libc heap, app heap, and the rest.
struct LinearMemoryParts {
  let memory: MemoryInstantiation
  /// What further memories of the module take.
  let furtherBytes: Int64
  let layout: LinearMemoryLayout
  let loaded: LoadedModule
  let build: RuntimeBuild
  /// What the libc heap must grow by for the aux stacks of threads, of all instances.
  let threadGrowth: Int64
  /// A bound on the aux stack's use, with its reason.
  let shadow: StackNeed?

  private var instances: Int64 { build.configuration.instances }

  var rows: [Estimate.Row] {
    var rows = [staticData, auxStack, libcHeap, appHeap]
    let rest =
      furtherBytes + memory.initialBytes - layout.places.reduce(0) { $0 + Int64($1.range.count) }
    if rest > 0 {
      var row = part(.unattributed, rest, .exact)
      row.container = .linearMemory
      row.why =
        "no symbol says what lies there: the bytes below the data, and gaps"
        + (furtherBytes > 0 ? "; and all of the further memories" : "")
      rows.append(row)
    }
    return rows
  }

  private func part(
    _ category: MemoryCategory, _ bytes: Int64, _ basis: Estimate.Basis
  ) -> Estimate.Row {
    let all = LargestSize.product(bytes, instances)
    var row = Estimate.Row(category, ByteCount(all))
    row.minimum = ByteCount(all)
    row.maximum = ByteCount(all)
    row.basis = basis
    return row
  }

  private var basis: Estimate.Basis { layout.isExact ? .exact : .assumption }

  private let guessed =
    "__data_end and __heap_base are not exported, so it is taken from the stack pointer and the "
    + "data segments"

  private var staticData: Estimate.Row {
    var row = part(.staticData, layout.bytes(.staticData), basis)
    row.why = layout.isExact ? "initialised and zeroed data, up to __data_end" : guessed
    return row
  }

  private var auxStack: Estimate.Row {
    let bytes = layout.bytes(.auxStack)
    var row = part(.auxStack, bytes, basis)
    let place =
      bytes == 0
      ? "the module has no stack pointer: its functions keep nothing in linear memory"
      : layout.isExact
        ? "the C shadow stack, below the stack pointer's initial value" : guessed
    row.used = shadow?.bytes.map { ByteCount($0) }
    row.why = RowText.sentence([place, bytes > 0 ? shadow?.sentence ?? "" : ""])
    if let used = shadow?.bytes, bytes > 0 {
      let needed = (used + 15) & ~15
      if needed < bytes {
        row.changes.append(
          Estimate.Change(
            "link with -z stack-size=\(needed) (the static bound of its use)",
            saved: ByteCount(LargestSize.product(bytes - needed, instances))))
      }
    }
    return row
  }

  private var libcHeap: Estimate.Row {
    var row = part(.libcHeap, layout.bytes(.libcHeap), basis)
    let grows = loaded.growsMemory != false
    if grows {
      row.basis = .bound
      row.expected += ByteCount(threadGrowth)
      let maximum = memory.shape.hasDeclaredMaximum || build.configuration.maxMemoryPages != nil
      row.maximum =
        maximum
        ? (row.minimum ?? .zero)
          + ByteCount(LargestSize.product(memory.maximumBytes - memory.initialBytes, instances))
        : nil
    }
    row.why = RowText.sentence([
      layout.isExact ? "from __heap_base to the end of the memory" : guessed,
      grows ? "memory.grow extends it" : "nothing can extend it",
    ])
    if row.expected > .zero {
      row.changes.append(
        Estimate.Change(
          "link with a smaller --initial-memory, and let malloc grow the memory",
          saved: grows ? row.expected : nil))
    }
    return row
  }

  private var appHeap: Estimate.Row {
    var row = part(.appHeap, memory.heapBytes, .exact)
    switch memory.heapPlace {
    case .none:
      row.why = "none: the run asks for no app heap"
    case .servedByModule:
      row.why =
        "none: the module exports malloc and free, so \(RowText.bytes(build.heapBytes)) asked for "
        + "are not inserted"
    case .enlargedPage: row.why = "the memory's only page is enlarged by it"
    case .beforeHeapBase: row.why = "inserted at __heap_base, which moves up"
    case .appendedPages:
      row.why =
        "appended in whole pages, less 1 KiB: \(RowText.bytes(build.heapBytes)) asked for become "
        + RowText.bytes(memory.heapBytes)
    }
    if memory.heapBytes > 0 {
      row.changes.append(
        Estimate.Change(
          "--heap-size=0, where the host allocates nothing in the module's memory",
          saved: row.expected))
    }
    return row
  }
}
