/// A line of WAMR's memory-consumption dump.
///
/// The raw values are written to disk: never reused, never renumbered. Formulas and quirks of each
/// field: `wasm_runtime_dump_mem_consumption` in WAMR's wasm_runtime_common.c.
package enum SnapshotField: UInt8, CaseIterable, Hashable, Sendable, Comparable {
  case moduleTotal = 0
  case moduleStruct = 1
  case moduleTypes = 2
  case moduleImports = 3
  case moduleFunctions = 4
  case moduleTables = 5
  case moduleMemories = 6
  case moduleGlobals = 7
  case moduleExports = 8
  case moduleTableSegments = 9
  case moduleDataSegments = 10
  case moduleConstStrings = 11
  case moduleCustomSections = 12
  case moduleAOTCode = 13
  case instanceTotal = 14
  case instanceStruct = 15
  case instanceMemories = 16
  case instanceAppHeap = 17
  case instanceTables = 18
  case instanceFunctions = 19
  case instanceGlobals = 20
  case instanceExports = 21
  case execEnvTotal = 22
  case execEnvStruct = 23
  case execEnvBlockAddrCache = 24
  case execEnvStack = 25
  case total = 26
  case interpreterStackUsed = 27
  case auxStackUsed = 28
  case nativeStackLeft = 29
  case appHeapUsed = 30

  /// The name in `memtrace snapshots` and in an estimate's `fields`.
  package var name: String { SnapshotField.names[Int(rawValue)] }

  private static let names = [
    "module.total", "module.struct", "module.types", "module.imports", "module.functions",
    "module.tables", "module.memories", "module.globals", "module.exports",
    "module.tableSegments", "module.dataSegments", "module.constStrings",
    "module.customSections", "module.aotCode", "instance.total", "instance.struct",
    "instance.memories", "instance.appHeap", "instance.tables", "instance.functions",
    "instance.globals", "instance.exports", "execEnv.total", "execEnv.struct",
    "execEnv.blockAddrCache", "execEnv.stack", "total", "interpreterStackUsed", "auxStackUsed",
    "nativeStackLeft", "appHeapUsed",
  ]

  package init?(name: String) {
    guard let match = SnapshotField.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }

  package static func < (left: SnapshotField, right: SnapshotField) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// What a dump line says: a number of bytes, or that WAMR had no enough info to profile.
package enum SnapshotValue: Hashable, Sendable {
  case bytes(Int64)
  case notEnoughInfo

  package var bytes: Int64? {
    if case .bytes(let count) = self { count } else { nil }
  }
}

/// One memory-consumption dump, or a part of one, at one moment.
package struct Snapshot: Hashable, Sendable {
  /// The input's ordinal in the trace.
  package var source: Int
  /// The first line of the block, from 1.
  package var line: Int
  /// The thread as printed in the log prefix; nil in dumps without prefixes.
  package var thread: String?
  /// Time since boot, modulo 24 h, as the log prefix prints it.
  package var timeMilliseconds: Int64?
  /// Header, three blocks and the closing lines are all there.
  package var isComplete: Bool
  /// What was printed, and nothing else.
  package var fields: [SnapshotField: SnapshotValue]

  package init(
    source: Int, line: Int, thread: String? = nil, timeMilliseconds: Int64? = nil,
    isComplete: Bool = false, fields: [SnapshotField: SnapshotValue] = [:]
  ) {
    self.source = source
    self.line = line
    self.thread = thread
    self.timeMilliseconds = timeMilliseconds
    self.isComplete = isComplete
    self.fields = fields
  }

  package func bytes(_ field: SnapshotField) -> Int64? { fields[field]?.bytes }
}
