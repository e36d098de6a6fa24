import TraceModel

/// The dump lines that depend on the run, between what is certain and what is possible.
struct FieldRanges {
  let fields: [SnapshotField: Int64]
  /// How much the run can add to linear memory; nil where nothing bounds it.
  let growth: Int64?
  let build: RuntimeBuild
  let memories: [MemoryInstantiation]
  let shadow: StackNeed?
  let operand: StackNeed?

  var bounds: [SnapshotField: Estimate.FieldBounds] {
    var bounds: [SnapshotField: Estimate.FieldBounds] = [:]
    if growth != 0 {
      for field in [SnapshotField.instanceMemories, .instanceTotal, .total] {
        let least = ByteCount(fields[field] ?? 0)
        bounds[field] = Estimate.FieldBounds(
          minimum: least, maximum: growth.map { least + ByteCount($0) })
      }
    }
    // What is used lies within the stack; a bound of the analysis holds where nothing grows over it.
    let stack = fields[.execEnvStack] ?? 0
    bounds[.interpreterStackUsed] = Estimate.FieldBounds(
      minimum: .zero, maximum: ByteCount(min(stack, operand?.bytes ?? stack)))
    bounds[.auxStackUsed] = Estimate.FieldBounds(
      minimum: .zero, maximum: shadow?.bytes.map { ByteCount($0) })
    bounds[.nativeStackLeft] = Estimate.FieldBounds(
      minimum: .zero,
      maximum: (build.configuration.nativeStackSize ?? build.platform.mainStackBytes)
        .map { ByteCount($0) })
    bounds[.appHeapUsed] = Estimate.FieldBounds(
      minimum: .zero, maximum: ByteCount(memories.first?.heapBytes ?? 0))
    return bounds
  }
}
