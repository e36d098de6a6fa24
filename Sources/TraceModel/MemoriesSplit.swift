/// The linear memory in a dump's `memories size`, which mixes it with structs.
package enum MemoriesSplit: Hashable, Sendable {
  /// Bytes of linear memory.
  case bytes(Int64)
  /// No known build fits, or those that fit disagree: what is not linear memory is not known.
  case unknownProfile
  /// The printed number cannot be right.
  case impossible(String)

  /// Splits the memories of `snapshot`; nil where it has none printed.
  package init?(_ snapshot: Snapshot) {
    guard let memories = snapshot.bytes(.instanceMemories) else { return nil }
    let matches = StructProfile.matches(snapshot)
    let sums = Set(matches.map { MemoriesSplit.linearBytes(memories, in: snapshot, of: $0) })
    guard let linear = sums.first, sums.count == 1 else {
      self = .unknownProfile
      return
    }
    let hasOwn = snapshot.bytes(.moduleMemories) ?? 0 > 0
    if linear < 0 {
      self = .impossible("the memories' structs alone are larger than the memories")
    } else if linear < snapshot.bytes(.instanceAppHeap) ?? 0 {
      self = .impossible("the app heap is larger than the memory that holds it")
    } else if linear == 0, hasOwn, matches.contains(where: \.profile.wrapsAt32Bits) {
      self = .impossible("a memory of 4 GiB, whose size this version prints as 0")
    } else {
      self = .bytes(linear)
    }
  }

  private static func linearBytes(
    _ memories: Int64,
    in snapshot: Snapshot,
    of match: StructProfile.Match
  ) -> Int64 {
    let own = (snapshot.bytes(.moduleMemories) ?? 0) / max(1, match.sizes.memory)
    guard memories > 0 || own > 0 else { return 0 }
    // A module that imports its memory has none of its own, and an instance has one all the same.
    let count = max(own, 1)
    var structs = match.profile.pointerBytes + match.profile.heap
    if match.isAOT || !match.profile.instanceHoldsMemories {
      structs += match.sizes.memoryInstance
    }
    let (all, overflow) = structs.multipliedReportingOverflow(by: count)
    return overflow ? -1 : memories.subtractingReportingOverflow(all).partialValue
  }
}

extension StructProfile {
  /// Versions that keep or compute the bytes of a memory in 32 bits.
  package var wrapsAt32Bits: Bool { version < .v2_4 }
}
