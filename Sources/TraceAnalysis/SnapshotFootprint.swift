package import TraceModel

/// Footprints of WAMR's memory-consumption dumps.
///
/// Bytes go to categories by what a line really counts, not by its name; the rows of a dump without
/// wraps sum to the total it printed.
package enum SnapshotFootprint {
  /// What a dump shows; the file buffer, mappings, native stacks and worker threads are in none.
  package static let covers: Set<MemoryCategory> = [
    .unattributed, .module, .moduleInstance, .execEnv, .wasmStack, .aotCode, .linearMemory,
    .appHeap,
  ]

  /// The complete dump with the largest total, the first on ties; nil where none is complete.
  package static func peak(
    of snapshots: [Snapshot]
  ) -> (index: Int, snapshot: Snapshot, footprint: Footprint)? {
    var best: (index: Int, snapshot: Snapshot, footprint: Footprint)?
    for (index, snapshot) in snapshots.enumerated() where snapshot.isComplete {
      let footprint = footprint(of: snapshot, index: index)
      if let best, footprint.total <= best.footprint.total { continue }
      best = (index, snapshot, footprint)
    }
    return best
  }

  package static func footprint(of snapshot: Snapshot, index: Int) -> Footprint {
    var rows: [FootprintRow] = []
    var unknown: [MemoryCategory: String] = [:]
    func bytes(_ field: SnapshotField) -> Int64 { snapshot.bytes(field) ?? 0 }
    func add(_ category: MemoryCategory, _ count: Int64, used: SnapshotField? = nil) {
      rows.append(
        FootprintRow(
          category, ByteCount(count), thread: snapshot.thread,
          used: used.flatMap { snapshot.bytes($0) }.map { ByteCount($0) }, count: 1))
    }

    add(.module, sum(snapshot, moduleFields))
    add(.aotCode, bytes(.moduleAOTCode))
    add(.execEnv, bytes(.execEnvStruct))
    add(.wasmStack, bytes(.execEnvStack), used: .interpreterStackUsed)

    let structs = sum(snapshot, instanceFields)
    let memories = bytes(.instanceMemories)
    switch MemoriesSplit(snapshot) {
    case .bytes(let linear):
      add(.linearMemory, linear)
      add(.moduleInstance, structs &+ memories &- linear)
    case .unknownProfile:
      add(.linearMemory, memories)
      add(.moduleInstance, structs)
    case .impossible(let reason):
      unknown[.linearMemory] = reason
      add(.moduleInstance, structs)
    case nil:
      add(.moduleInstance, structs)
    }
    if unknown.isEmpty {
      let appHeap = bytes(.instanceAppHeap)
      if appHeap > 0 {
        rows.append(
          FootprintRow(
            .appHeap, ByteCount(appHeap), container: .linearMemory, thread: snapshot.thread,
            used: snapshot.bytes(.appHeapUsed).map { ByteCount($0) }, count: 1))
      }
    }
    var footprint = Footprint(
      measure: .committed, source: .snapshots, rows: rows.filter { $0.bytes != .zero },
      covers: covers.subtracting(unknown.keys), unknown: unknown, event: UInt64(index))
    addUnexplained(snapshot, to: &footprint)
    footprint.sortRows()
    return footprint
  }

  /// The high-water marks a dump prints of what was used inside stacks and the app heap.
  package static func used(of snapshot: Snapshot, index: Int) -> Footprint {
    let marks: [(MemoryCategory, SnapshotField)] = [
      (.wasmStack, .interpreterStackUsed), (.auxStack, .auxStackUsed), (.appHeap, .appHeapUsed),
    ]
    let rows = marks.compactMap { category, field in
      snapshot.bytes(field).map {
        FootprintRow(category, ByteCount($0), thread: snapshot.thread, count: 1)
      }
    }
    var footprint = Footprint(
      measure: .used, source: .snapshots, rows: rows, covers: Set(rows.map(\.category)),
      event: UInt64(index))
    footprint.sortRows()
    return footprint
  }

  /// What a printed total holds beyond its printed parts; a total that wrapped holds nothing more.
  private static func addUnexplained(_ snapshot: Snapshot, to footprint: inout Footprint) {
    guard footprint.unknown.isEmpty, let total = snapshot.bytes(.total) else { return }
    let rest = ByteCount(total) - footprint.total
    guard rest > .zero else { return }
    footprint.rows.append(
      FootprintRow(.unattributed, rest, thread: snapshot.thread, count: 1))
  }

  private static func sum(_ snapshot: Snapshot, _ fields: [SnapshotField]) -> Int64 {
    fields.reduce(0) { $0 &+ (snapshot.bytes($1) ?? 0) }
  }

  private static let moduleFields: [SnapshotField] = [
    .moduleStruct, .moduleTypes, .moduleImports, .moduleFunctions, .moduleTables,
    .moduleMemories, .moduleGlobals, .moduleExports, .moduleTableSegments,
    .moduleDataSegments, .moduleConstStrings, .moduleCustomSections,
  ]

  /// Without the app heap, which is part of the memories.
  private static let instanceFields: [SnapshotField] = [
    .instanceStruct, .instanceTables, .instanceFunctions, .instanceGlobals, .instanceExports,
  ]
}
