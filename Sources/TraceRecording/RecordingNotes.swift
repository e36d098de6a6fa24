import TraceModel

/// What was met while recording that makes a trace less than whole.
struct RecordingNotes {
  var damagedRings: Set<UInt32> = []
  var stuckRings: Set<UInt32> = []
  var impossibleStacks = 0
  var undefinedStacks = 0
  var unknownRecords = 0
  var lost: UInt64 = 0

  mutating func add(_ other: RecordingNotes) {
    damagedRings.formUnion(other.damagedRings)
    stuckRings.formUnion(other.stuckRings)
    impossibleStacks += other.impossibleStacks
    undefinedStacks += other.undefinedStacks
    unknownRecords += other.unknownRecords
    lost &+= other.lost
  }

  var diagnostics: [Diagnostic] {
    let kinds: [(count: Int, severity: Diagnostic.Severity, text: String)] = [
      (Int(clamping: lost), .warning, "events are missing: the program could not hand them over"),
      (damagedRings.count, .warning, "a thread's records are damaged: the rest of them is missing"),
      (
        stuckRings.count, .note,
        "a thread stood still inside an operation: it was not waited for, its order may be wrong"
      ),
      (impossibleStacks, .warning, "a call stack with an impossible number"),
      (undefinedStacks, .warning, "an event's call stack is not known"),
      (unknownRecords, .warning, "a record of an unknown kind"),
    ]
    return kinds.compactMap { kind in
      kind.count > 0 ? Diagnostic(kind.severity, kind.text, count: kind.count) : nil
    }
  }
}
