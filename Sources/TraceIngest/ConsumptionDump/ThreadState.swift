/// What one thread has printed of its log lines: a prefix, and a dump that is open.
struct ThreadState: Hashable {
  /// Whether a prefix of the thread waits for its text.
  enum Waiting: Hashable {
    case no
    case yes
    /// Other text came since; it may have been the thread's.
    case perhaps
  }

  var waiting = Waiting.no
  /// The prefix that waits, and its line.
  var prefix: LogPrefix?
  var prefixLine = 0
  var dump: DumpPiece?

  /// The place of `text` if this thread prints it now; nil where it cannot.
  func place(of text: DumpText) -> DumpSlot? {
    if let dump {
      if let next = dump.following(text) { return next }
      guard dump.isWholeBlock else { return nil }
    }
    return text.first.isStart ? text.first : nil
  }

  /// Takes `text` as its next line; returns what ends with it.
  mutating func take(_ text: DumpText, at slot: DumpSlot) -> [ClosedPiece] {
    waiting = .no
    var closed: [ClosedPiece] = []
    if var piece = dump, piece.following(text) == slot {
      piece.append(text, at: slot)
      dump = piece
    } else {
      closed += close(.regular)
      dump = DumpPiece(line: prefixLine, prefix: prefix, slot: slot, text: text)
    }
    if dump?.isWhole == true { closed += close(.regular) }
    return closed
  }

  /// Ends the open dump, if any; a block that is whole ends regularly however it ends.
  mutating func close(_ end: PieceEnd) -> [ClosedPiece] {
    guard let piece = dump else { return [] }
    dump = nil
    if piece.isTorn { return [ClosedPiece(piece: piece, end: .torn)] }
    let isRegular = piece.isWhole || piece.isWholeBlock
    return [ClosedPiece(piece: piece, end: isRegular ? .regular : end)]
  }

  var isIdle: Bool { waiting == .no && dump == nil }
}
