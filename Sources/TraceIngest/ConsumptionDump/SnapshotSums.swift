import TraceModel

/// A total that is not the sum of its lines.
struct SumMismatch: Hashable {
  var total: SnapshotField
  var printed: Int64
  var sum: Int64
}

/// Checks the totals of a dump against its lines.
///
/// App heap and block address cache are lines inside other lines and never added.
enum SnapshotSums {
  private static let parts: [(total: SnapshotField, fields: [SnapshotField], from: Int)] = [
    (
      .moduleTotal,
      [
        .moduleStruct, .moduleTypes, .moduleImports, .moduleFunctions, .moduleTables,
        .moduleMemories, .moduleGlobals, .moduleExports, .moduleTableSegments,
        .moduleDataSegments, .moduleConstStrings, .moduleCustomSections, .moduleAOTCode,
      ], 11
    ),
    (
      .instanceTotal,
      [
        .instanceStruct, .instanceMemories, .instanceTables, .instanceFunctions,
        .instanceGlobals, .instanceExports,
      ], 6
    ),
    (.execEnvTotal, [.execEnvStruct, .execEnvStack], 2),
    (.total, [.moduleTotal, .instanceTotal, .execEnvTotal], 3),
  ]

  /// Whether a line is a total or a part of one: the app heap's and the block cache's are not.
  static func cover(_ field: SnapshotField?) -> Bool {
    guard let field else { return false }
    return parts.contains { $0.total == field || $0.fields.contains(field) }
  }

  /// Whether every total that is there has all its parts and holds.
  static func allHold(in fields: [SnapshotField: SnapshotValue]) -> Bool {
    let kept = verified(fields)
    return parts.allSatisfy { fields[$0.total] == nil || kept[$0.total] != nil }
  }

  /// The lines of the blocks whose parts are all there and sum to their total, and no others.
  static func verified(
    _ fields: [SnapshotField: SnapshotValue]
  ) -> [SnapshotField: SnapshotValue] {
    let broken = Set(mismatches(in: fields).map(\.total))
    var kept: [SnapshotField: SnapshotValue] = [:]
    for part in parts where fields[part.total] != nil && !broken.contains(part.total) {
      guard part.fields.prefix(part.from).allSatisfy({ fields[$0]?.bytes != nil }) else { continue }
      if part.total == .total, !part.fields.allSatisfy({ kept[$0] != nil }) { continue }
      for field in [part.total] + part.fields { kept[field] = fields[field] }
    }
    return kept
  }

  /// The totals that do not hold, also not after a wrap at 32 bits, which WAMR 1.x has.
  static func mismatches(
    in fields: [SnapshotField: SnapshotValue]
  ) -> [SumMismatch] {
    parts.compactMap { part in
      let needed = part.fields.prefix(part.from)
      guard let printed = fields[part.total]?.bytes,
        needed.allSatisfy({ fields[$0]?.bytes != nil })
      else { return nil }
      let sum = part.fields.reduce(Int64(0)) { $0 &+ (fields[$1]?.bytes ?? 0) }
      guard
        UInt32(truncatingIfNeeded: sum) != UInt32(truncatingIfNeeded: printed)
          || (sum != printed && printed > Int64(UInt32.max))
      else { return nil }
      return SumMismatch(total: part.total, printed: printed, sum: sum)
    }
  }
}
