import TraceModel

/// A line's place in WAMR's dump; the raw values give the order, which is fixed.
enum DumpSlot: UInt8, CaseIterable, Hashable, Comparable {
  case header
  case moduleTotal
  case moduleStruct
  case moduleTypes
  case moduleImports
  case moduleFunctions
  case moduleTables
  case moduleMemories
  case moduleGlobals
  case moduleExports
  case moduleTableSegments
  case moduleDataSegments
  case moduleConstStrings
  case moduleCustomSections
  case moduleAOTCode
  case instanceTotal
  case instanceStruct
  case instanceMemories
  case instanceAppHeap
  case instanceTables
  case instanceFunctions
  case instanceGlobals
  case instanceExports
  case execEnvTotal
  case execEnvStruct
  case execEnvBlockAddrCache
  case execEnvStack
  case total
  case interpreterStackUsed
  case auxStackUsed
  case nativeStackLeft
  case appHeapUsed

  static func < (left: DumpSlot, right: DumpSlot) -> Bool { left.rawValue < right.rawValue }

  /// Lines that a version or a build leaves out.
  var isOptional: Bool {
    switch self {
    case .moduleCustomSections, .moduleAOTCode, .execEnvBlockAddrCache, .nativeStackLeft: true
    default: false
    }
  }

  /// The block that the line belongs to; blocks are also printed alone.
  var block: DumpBlock {
    switch self {
    case .header: .header
    case .moduleTotal ... .moduleAOTCode: .module
    case .instanceTotal ... .instanceExports: .instance
    case .execEnvTotal ... .execEnvStack: .execEnv
    default: .closing
    }
  }

  /// A dump or a block printed alone starts here.
  var isStart: Bool {
    switch self {
    case .header, .moduleTotal, .instanceTotal, .execEnvTotal: true
    default: false
    }
  }

  /// The block may end with this line.
  var endsBlock: Bool {
    switch self {
    case .moduleConstStrings, .moduleCustomSections, .moduleAOTCode, .instanceExports,
      .execEnvStack, .appHeapUsed:
      true
    default: false
    }
  }

  /// The field that the line prints; nil for the header.
  var field: SnapshotField? { DumpSlot.fields[Int(rawValue)] }

  private static let fields: [SnapshotField?] = [
    nil, .moduleTotal, .moduleStruct, .moduleTypes, .moduleImports, .moduleFunctions,
    .moduleTables, .moduleMemories, .moduleGlobals, .moduleExports, .moduleTableSegments,
    .moduleDataSegments, .moduleConstStrings, .moduleCustomSections, .moduleAOTCode,
    .instanceTotal, .instanceStruct, .instanceMemories, .instanceAppHeap, .instanceTables,
    .instanceFunctions, .instanceGlobals, .instanceExports, .execEnvTotal, .execEnvStruct,
    .execEnvBlockAddrCache, .execEnvStack, .total, .interpreterStackUsed, .auxStackUsed,
    .nativeStackLeft, .appHeapUsed,
  ]

  /// The place of `text` in a dump whose last line stands here; nil where it cannot follow.
  func following(_ text: DumpText, hasHeader: Bool) -> DumpSlot? {
    var raw = rawValue + 1
    while let slot = DumpSlot(rawValue: raw) {
      if !hasHeader, slot.block != block { return nil }
      if text.first == slot || text.second == slot { return slot }
      guard slot.isOptional else { return nil }
      raw += 1
    }
    return nil
  }
}

/// The parts of a dump.
enum DumpBlock: Hashable {
  case header
  case module
  case instance
  case execEnv
  case closing
}
