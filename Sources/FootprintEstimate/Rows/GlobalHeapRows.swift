import TraceModel

/// What WAMR takes from its global heap: `wasm_runtime_malloc`.
struct GlobalHeapRows {
  let loaded: LoadedModule
  let build: RuntimeBuild
  let fields: [SnapshotField: Int64]
  let linearBytes: Int64
  /// How sure the module's structs are: the fast interpreter's code is the only part in doubt.
  let moduleBasis: Estimate.Basis
  let operandStack: StackNeed?
  /// What the run takes from the heap at its most; nil where no model knows.
  let peakBytes: Int64?

  private var instances: Int64 { build.configuration.instances }
  private var threads: Int64 { build.configuration.threads }

  var rows: [Estimate.Row] {
    var rows = [module, moduleInstance, execEnv, wasmStack, runtimeOther]
    if build.features.has("GC") { rows.append(gcHeap) }
    return rows
  }

  private func field(_ field: SnapshotField) -> Int64 { fields[field] ?? 0 }

  private var module: Estimate.Row {
    let bytes = field(.moduleTotal) - field(.moduleAOTCode)
    var row = Estimate.Row(.module, ByteCount(bytes))
    row.basis = moduleBasis
    row.minimum = ByteCount(bytes)
    row.maximum = ByteCount(bytes)
    let parts: [(SnapshotField, String)] = [
      (.moduleFunctions, "functions"), (.moduleDataSegments, "data segments"),
      (.moduleTypes, "types"), (.moduleImports, "imports"), (.moduleStruct, "the module's struct"),
      (.moduleCustomSections, "custom sections"), (.moduleTables, "tables"),
      (.moduleGlobals, "globals"), (.moduleExports, "exports"),
    ]
    let largest = parts.filter { field($0.0) > 0 }.sorted { field($0.0) > field($1.0) }.prefix(3)
    row.why = RowText.sentence([
      "structures of the loaded module, most of it "
        + largest.map { "\($0.1) (\(RowText.bytes(field($0.0))))" }.joined(separator: ", "),
      instances > 1 ? "shared by all \(instances) instances" : "",
    ])
    if build.mode == .fast, loaded.compiledBytes > 0 {
      row.changes.append(
        Estimate.Change(
          "build WAMR with WAMR_BUILD_FAST_INTERP=0: the classic interpreter needs no compiled code, "
            + "but is slower and keeps the module's file",
          saved: ByteCount(loaded.compiledBytes)))
    }
    if field(.moduleCustomSections) > 0 {
      row.changes.append(
        Estimate.Change(
          "strip custom sections, or build WAMR without WAMR_BUILD_LOAD_CUSTOM_SECTION",
          saved: ByteCount(field(.moduleCustomSections))))
    }
    return row
  }

  /// One instance's structures, without its linear memory.
  private var instanceBytes: Int64 { field(.instanceTotal) - linearBytes }

  private var moduleInstance: Estimate.Row {
    row(
      .moduleInstance, each: instanceBytes,
      "structures of each instance: globals, tables, functions, the app heap's manager",
      threadWhy: "each thread clones the instance")
  }

  private var execEnv: Estimate.Row {
    var row = row(
      .execEnv, each: field(.execEnvStruct),
      "the execution environment's struct", threadWhy: "each thread has its own")
    if let cache = fields[.execEnvBlockAddrCache] {
      row.why = RowText.sentence([
        row.why ?? "", "\(RowText.bytes(cache)) of it are the block address cache",
      ])
    }
    return row
  }

  private var wasmStack: Estimate.Row {
    var row = row(
      .wasmStack, each: field(.execEnvStack),
      build.mode == .aot
        ? "AOT code uses it for call frames only, where WAMR has DUMP_CALL_STACK or PERF_PROFILING"
        : "the interpreter's operands and frames (stack_size of wasm_runtime_instantiate)",
      threadWhy: "each thread has one of the same size")
    row.used = operandStack?.bytes.map { ByteCount($0) }
    if let sentence = operandStack?.sentence {
      row.why = RowText.sentence([row.why ?? "", sentence])
    }
    if let needed = neededStack, needed < field(.execEnvStack) {
      row.changes.append(
        Estimate.Change(
          "--stack-size=\(needed)"
            + (build.mode == .aot
              ? " (AOT code hardly uses it)" : " (twice the static bound of its use)"),
          saved: ByteCount(
            LargestSize.product(field(.execEnvStack) - needed, instances + threads))))
    }
    return row
  }

  /// WAMR wants as much free as the topmost frame takes once more; nil where no size is known to do.
  private var neededStack: Int64? {
    if build.mode == .aot {
      let keepsFrames = ["DUMP_CALL_STACK", "PERF_PROFILING", "AOT_STACK_FRAME", "GC"]
      return keepsFrames.contains { build.features.has($0) } ? nil : 1024
    }
    return operandStack?.bytes.map { (2 * $0 + 1023) & ~1023 }
  }

  private var runtimeOther: Estimate.Row {
    // The run that was followed has one instance, and the threads that were asked for.
    let each = instanceBytes + field(.execEnvStruct) + field(.execEnvStack)
    let shown = field(.moduleTotal) - field(.moduleAOTCode) + LargestSize.product(each, 1 + threads)
    let other = peakBytes.map { max(0, $0 - shown) }
    var row = Estimate.Row(.runtimeOther, ByteCount(other ?? 0))
    row.basis = other == nil ? .assumption : .bound
    if let other {
      // Arguments, environment and directories that the host passes move it.
      let margin = max(1024, other / 10)
      row.minimum = ByteCount(max(0, other - margin))
      row.maximum = ByteCount(other + margin)
    }
    row.why =
      other == nil
      ? "not modelled for this build: WASI context, native symbols, thread manager"
      : "what no dump shows, when most is in use: native symbols, WASI context, names, what the "
        + "loader needs for a while"
    return row
  }

  private var gcHeap: Estimate.Row {
    var row = Estimate.Row(.gcHeap, ByteCount(131_072 * instances))
    row.basis = .assumption
    row.why = "the garbage-collected heap of each instance (GC_HEAP_SIZE_DEFAULT)"
    row.changes = [Estimate.Change("--gc-heap-size=BYTES", saved: nil)]
    return row
  }

  /// Something that each instance has once, and each created thread as well.
  private func row(
    _ category: MemoryCategory, each: Int64, _ why: String, threadWhy: String
  ) -> Estimate.Row {
    let all = LargestSize.product(each, instances + threads)
    var row = Estimate.Row(category, ByteCount(all))
    row.minimum = ByteCount(LargestSize.product(each, instances))
    row.maximum = ByteCount(all)
    row.basis = threads > 0 ? .bound : .exact
    row.why = RowText.sentence([
      why,
      instances > 1 ? "\(RowText.bytes(each)) for each of \(instances) instances" : "",
      threads > 0 ? "\(threadWhy) (\(RowText.count(threads, "thread")))" : "",
    ])
    if instances > 1 {
      row.changes.append(
        Estimate.Change("one instance fewer", saved: ByteCount(each)))
    }
    return row
  }
}
