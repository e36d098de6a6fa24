import TraceModel

/// Says which of the runs that bare dump lines fall into are certainly one dump's.
///
/// A run with all lines of a dump may still be two dumps': an earlier run stops at a line after
/// which a later run goes on, so the earlier one may go on inside this run and the later one be
/// this run's rest. That is harmless where both say the same, and impossible where the totals
/// would not hold.
struct PlainRunJudge {
  private let runs: [PlainRun]
  private let pieces: [DumpPiece?]
  /// For each run, the later ones that can be what comes after its last line.
  private let continuations: [[Int]]
  /// For each run, the earlier ones that it can be the continuation of.
  private let heads: [[Int]]

  init(_ runs: [PlainRun]) {
    self.runs = runs
    pieces = runs.map(\.piece)
    var continuations = runs.map { _ in [Int]() }
    var heads = continuations
    let broken = runs.indices.filter { runs[$0].isBroken }
    for head in broken {
      for run in runs.indices where run > head && !runs[run].isWhole {
        guard runs[head].canContinue(with: runs[run]) else { continue }
        continuations[head].append(run)
        heads[run].append(head)
      }
    }
    self.continuations = continuations
    self.heads = heads
  }

  var verdicts: [ClosedPiece] { runs.indices.compactMap(verdict) }

  private func verdict(_ index: Int) -> ClosedPiece? {
    let run = runs[index]
    guard let piece = pieces[index] else { return unplaced(run) }
    guard run.isWhole else { return ClosedPiece(piece: piece, end: end(ofPart: index)) }
    guard let limit = limit(of: index, piece) else {
      return ClosedPiece(piece: piece, end: .regular)
    }
    return ClosedPiece(piece: piece.upTo(limit), end: .torn)
  }

  private func end(ofPart index: Int) -> PieceEnd {
    let run = runs[index]
    if run.isWholeBlock, heads[index].isEmpty { return .regular }
    if !heads[index].isEmpty || !continuations[index].isEmpty { return .torn }
    if run.isAtEnd { return .endOfCapture }
    return run.isCutByOther || run.startsInsideOther ? .torn : .brokenOff
  }

  /// Lines whose block cannot be told have no fields, but they may say that something is torn.
  private func unplaced(_ run: PlainRun) -> ClosedPiece? {
    guard let text = run.texts.first else { return nil }
    var piece = DumpPiece(line: run.line, prefix: nil, slot: text.first, text: text)
    piece.fields = [:]
    let isTorn = run.startsInsideOther || run.isCutByOther
    return ClosedPiece(piece: piece, end: isTorn ? .torn : .brokenOff)
  }

  /// The last line of a whole run that is certainly this dump's; nil where all of it is.
  private func limit(of index: Int, _ piece: DumpPiece) -> DumpSlot? {
    let rivals = (0..<index).filter { earlier in
      continuations[earlier].contains { $0 > index && !isEnd($0, of: piece) }
    }
    guard !rivals.isEmpty else { return nil }
    guard SnapshotSums.mismatches(in: piece.fields).isEmpty else { return .header }
    let agreement = agreement(with: piece, before: index)
    var limit: DumpSlot?
    for rival in rivals where !agreement[rival] {
      guard let head = pieces[rival] else { return .header }
      if head.hasHeader {
        let spliced = piece.fields.merging(head.fields) { $1 }
        if !SnapshotSums.mismatches(in: spliced).isEmpty { continue }
      }
      limit = min(limit ?? head.last, head.last)
    }
    return limit
  }

  /// Whether a run goes to the end of a dump and says what `whole` says there.
  private func isEnd(_ index: Int, of whole: DumpPiece) -> Bool {
    guard runs[index].last == .appHeapUsed, let piece = pieces[index] else { return false }
    return isPart(piece, of: whole)
  }

  private func isPart(_ piece: DumpPiece, of whole: DumpPiece) -> Bool {
    piece.fields.allSatisfy { whole.fields[$0.key] == $0.value }
  }

  /// For each run, whether it and all that it can continue, back to a header, say what `whole`
  /// says in the same lines.
  private func agreement(with whole: DumpPiece, before index: Int) -> [Bool] {
    var agreement: [Bool] = []
    for run in 0..<index {
      guard let piece = pieces[run], isPart(piece, of: whole) else {
        agreement.append(false)
        continue
      }
      let hasHead = piece.hasHeader || !heads[run].isEmpty
      agreement.append(hasHead && heads[run].allSatisfy { agreement[$0] })
    }
    return agreement
  }
}
