import TraceModel

/// Puts together the dumps of log lines with a prefix, also where threads tear each other's lines.
///
/// A log line is printed in three calls: prefix, text, end of line. A text goes to the threads
/// whose prefix waits and whose dump it can continue. Where several could have printed it, all
/// assignments are followed until only one agrees with the later prefixes; where two remain, what
/// they do not agree on is nobody's.
struct ThreadDumps {
  private static let maxAssignments = 64
  /// After so many failed choices without a whole dump, only what is certain at once is followed.
  private static let maxStrain = 64
  private static let maxUndecided = 32
  private static let maxIdleThreads = 64
  /// No process has so many threads inside a dump.
  private static let maxThreads = 256

  private var assignments = [ThreadAssignment()]
  private var closed: [ClosedPiece] = []
  /// Prefixed lines hold dumps, so a bare dump line may be a torn one.
  private var hasDumps = false
  private var strain = 0
  /// Choosing was given up once: from then on a thread may have printed more than is known, and only
  /// whole dumps, whose totals decide, are anybody's.
  private var hasGivenUp = false

  private var limit: Int { strain > ThreadDumps.maxStrain ? 1 : ThreadDumps.maxAssignments }

  mutating func prefix(_ prefix: LogPrefix, line: Int) {
    let possible = assignments.filter { $0.allowsPrefix(of: prefix.thread) }
    if possible.isEmpty {
      for index in assignments.indices {
        assignments[index].abandon(prefix.thread, .brokenOff)
      }
    } else if possible.count < assignments.count {
      assignments = possible
    }
    for index in assignments.indices { assignments[index].prefix(prefix, line: line) }
    settle()
  }

  /// Whether a waiting thread can have printed `text`; `isLine` where it is a whole line.
  mutating func text(_ text: DumpText, isLine: Bool) -> Bool {
    let includesPossible = hasDumps || !isLine
    if assignments.count == 1 {
      let candidates = assignments[0].candidates(for: text, includesPossible: includesPossible)
      guard candidates.count > 1 else {
        guard let only = candidates.first else { return false }
        assignments[0].take(text, at: only.slot, by: only.thread)
        hasDumps = true
        settle()
        return true
      }
    }
    return branch(text, includesPossible: includesPossible)
  }

  /// Follows every assignment of `text`, unless that would be too many.
  private mutating func branch(_ text: DumpText, includesPossible: Bool) -> Bool {
    let candidates = assignments.map {
      $0.candidates(for: text, includesPossible: includesPossible)
    }
    let count = candidates.reduce(0) { $0 + $1.count }
    guard count > 0 else { return false }
    if count > 4 * limit {
      merge()
      for (thread, _) in candidates.joined() { assignments[0].tear(thread) }
    } else {
      var known: Set<ThreadAssignment> = []
      var next: [ThreadAssignment] = []
      for (assignment, choices) in zip(assignments, candidates) {
        for (thread, slot) in choices {
          var branch = assignment
          branch.take(text, at: slot, by: thread)
          if known.insert(branch).inserted { next.append(branch) }
        }
      }
      assignments = next
      if assignments.count > limit { merge() }
    }
    settle()
    return true
  }

  /// A text that nobody waits for: an application's look-alike, or a sign of a wrong assignment.
  mutating func orphan(_ text: DumpText, after prefix: LogPrefix?) {
    for index in assignments.indices { assignments[index].doubt(text) }
    guard let prefix, text.first.isStart else { return other() }
    // The thread started anew in the middle of a dump.
    for index in assignments.indices { assignments[index].abandon(prefix.thread, .brokenOff) }
    if !self.text(text, isLine: false) { other() }
  }

  /// A text of the runtime's log that is no dump's, directly after `thread`'s prefix.
  mutating func log(by thread: UInt64) {
    for index in assignments.indices { assignments[index].log(by: thread) }
  }

  mutating func other() {
    for index in assignments.indices { assignments[index].other() }
  }

  mutating func finish() {
    for index in assignments.indices { assignments[index].finish() }
    if assignments.count > 1 { merge(isExhaustive: !hasGivenUp) }
    settle()
  }

  mutating func takeClosed() -> [ClosedPiece] {
    defer { closed = [] }
    return closed
  }

  var firstOpenLine: Int? {
    assignments.compactMap(\.firstOpenLine).min()
  }

  /// Hands over what all assignments agree on.
  private mutating func settle() {
    if assignments.count > 1,
      assignments.contains(where: { $0.closed.count > ThreadDumps.maxUndecided })
    {
      merge()
    }
    guard assignments.count == 1 else { return }
    var certain = assignments[0].takeClosed()
    if hasGivenUp {
      for index in certain.indices where certain[index].end != .regular || !certain[index].isSure {
        certain[index].forgetFields()
      }
    }
    if certain.contains(where: { $0.end == .regular }) { strain = 0 }
    closed += certain
    if assignments[0].threads.count > ThreadDumps.maxIdleThreads {
      assignments[0].forgetThreads(atMost: ThreadDumps.maxThreads)
    }
  }

  /// Gives up choosing: keeps what all assignments agree on, and marks the rest as torn.
  ///
  /// Where assignments were dropped before, those that are left prove nothing by agreeing.
  private mutating func merge(isExhaustive: Bool = false) {
    guard let first = assignments.first else { return }
    strain += 1
    hasGivenUp = hasGivenUp || !isExhaustive
    var pieces: [PieceKey: [ClosedPiece]] = [:]
    for assignment in assignments {
      for closed in assignment.closed { pieces[PieceKey(closed.piece), default: []].append(closed) }
    }
    var disputed: Set<UInt64> = []
    for thread in Set(assignments.flatMap(\.threads.keys)) {
      let states = assignments.map { $0.threads[thread] }
      guard states.contains(where: { $0 != states[0] }) else { continue }
      disputed.insert(thread)
      for piece in states.compactMap({ $0?.dump }) {
        let torn = ClosedPiece(piece: piece, end: .torn)
        pieces[PieceKey(piece), default: []].append(torn)
      }
    }
    for key in pieces.keys.sorted() {
      guard let versions = pieces[key] else { continue }
      var agreed = ThreadDumps.agreement(of: versions, among: assignments.count)
      if !isExhaustive, !(agreed.end == .regular && agreed.isSure) { agreed.forgetFields() }
      closed.append(agreed)
    }
    var merged = first
    _ = merged.takeClosed()
    for thread in disputed { merged.forget(thread) }
    assignments = [merged]
  }

  private static func agreement(of versions: [ClosedPiece], among count: Int) -> ClosedPiece {
    let first = versions[0]
    if versions.count == count, versions.allSatisfy({ $0 == first }) { return first }
    var piece = first.piece
    for version in versions {
      piece.last = min(piece.last, version.piece.last)
      piece.fields = piece.fields.filter { version.piece.fields[$0.key] == $0.value }
    }
    return ClosedPiece(piece: piece, end: .torn)
  }

  private struct PieceKey: Hashable, Comparable {
    var line: Int
    var thread: UInt64

    init(_ piece: DumpPiece) {
      line = piece.line
      thread = piece.threadID
    }

    static func < (left: PieceKey, right: PieceKey) -> Bool {
      (left.line, left.thread) < (right.line, right.thread)
    }
  }
}
