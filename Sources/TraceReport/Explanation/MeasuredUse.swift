import TraceModel

/// What complete dumps show of the memory that a run really used, and the sizes that are enough.
struct MeasuredUse {
  private struct Mark {
    /// What was there for it; nil where no dump says.
    var bytes: Int64?
    var used: Int64
  }

  private var marks: [MemoryCategory: Mark] = [:]

  /// Dumps of an instance that has not run say nothing of its use.
  init(_ snapshots: [Snapshot], isAOT: Bool) {
    for snapshot in snapshots where snapshot.isComplete && Self.hasRun(snapshot, isAOT: isAOT) {
      note(.wasmStack, .interpreterStackUsed, of: snapshot.bytes(.execEnvStack), snapshot)
      note(.appHeap, .appHeapUsed, of: snapshot.bytes(.instanceAppHeap), snapshot)
      note(.auxStack, .auxStackUsed, of: nil, snapshot)
    }
  }

  /// The most that was used of a category in any dump.
  func used(_ category: MemoryCategory) -> ByteCount? {
    marks[category].map { ByteCount($0.used) }
  }

  /// A size that would have been enough; nil where nothing says so, or it would save nothing.
  func change(_ category: MemoryCategory) -> Estimate.Change? {
    guard let mark = marks[category] else { return nil }
    switch category {
    case .wasmStack:
      let request = SizeRequest.stack(forUse: mark.used)
      guard let bytes = mark.bytes, request < bytes else { return nil }
      return Estimate.Change(
        "--stack-size=\(request) (twice the most that was used)",
        saved: ByteCount(bytes - request))
    case .appHeap:
      guard let bytes = mark.bytes, bytes > 0 else { return nil }
      let request = SizeRequest.withReserve(mark.used)
      guard request < bytes else { return nil }
      let saved = SizeRequest.savedByAppHeap(of: bytes, asking: request)
      guard saved > 0 else { return nil }
      let reason = request == 0 ? "nothing was allocated in it" : "a quarter more than was used"
      return Estimate.Change("--heap-size=\(request) (\(reason))", saved: ByteCount(saved))
    case .auxStack:
      let request = SizeRequest.withReserve(mark.used)
      guard mark.used > 0, request < SizeRequest.linkersAuxStack else { return nil }
      return Estimate.Change(
        "link with -z stack-size=\(request) (a quarter more than was used)", saved: nil)
    default: return nil
    }
  }

  private mutating func note(
    _ category: MemoryCategory, _ field: SnapshotField, of bytes: Int64?, _ snapshot: Snapshot
  ) {
    guard let used = snapshot.bytes(field), used >= 0 else { return }
    if let known = marks[category], known.used >= used { return }
    marks[category] = Mark(bytes: bytes, used: used)
  }

  /// AOT code uses no WASM stack, and not every build knows what is left of its native stack.
  private static func hasRun(_ snapshot: Snapshot, isAOT: Bool) -> Bool {
    let marks: [SnapshotField] = [
      .interpreterStackUsed, .auxStackUsed, .nativeStackLeft, .appHeapUsed,
    ]
    if marks.contains(where: { (snapshot.bytes($0) ?? 0) > 0 }) { return true }
    return isAOT && snapshot.bytes(.nativeStackLeft) == nil
  }
}
