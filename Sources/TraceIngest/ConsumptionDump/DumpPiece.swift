import TraceModel

/// Consecutive lines of one dump: all of it, one block, or what a capture has of it.
struct DumpPiece: Hashable {
  /// The first line's number.
  var line: Int
  var prefix: LogPrefix?
  var first: DumpSlot
  var last: DumpSlot
  var fields: [SnapshotField: SnapshotValue] = [:]
  /// Another thread may have printed some of it.
  var isDoubtful = false
  /// Another thread may have printed one of the lines that the totals cover: they decide.
  var mustSum = false

  /// Whose lines these are cannot be told.
  var isTorn: Bool { isDoubtful || mustSum && !SnapshotSums.allHold(in: fields) }

  init(line: Int, prefix: LogPrefix?, slot: DumpSlot, text: DumpText) {
    self.line = line
    self.prefix = prefix
    first = slot
    last = slot
    append(text, at: slot)
  }

  mutating func append(_ text: DumpText, at slot: DumpSlot) {
    last = slot
    if let field = slot.field, let value = text.value { fields[field] = value }
  }

  var hasHeader: Bool { first == .header }

  /// Header, three blocks and the closing lines.
  var isWhole: Bool { hasHeader && last == .appHeapUsed }

  /// One block, printed alone.
  var isWholeBlock: Bool { first.isStart && !hasHeader && last.endsBlock }

  /// At least one block is there from its first to its last line.
  var hasWholeBlock: Bool {
    let blocks: [(DumpSlot, DumpSlot)] = [
      (.moduleTotal, .moduleConstStrings), (.instanceTotal, .instanceExports),
      (.execEnvTotal, .execEnvStack),
    ]
    return blocks.contains { first <= $0.0 && last >= $0.1 }
  }

  /// The place of `text` if it is the next line of this piece.
  func following(_ text: DumpText) -> DumpSlot? {
    last.following(text, hasHeader: hasHeader)
  }

  /// The piece without the lines after `slot`.
  func upTo(_ slot: DumpSlot) -> DumpPiece {
    var copy = self
    copy.last = min(last, slot)
    for later in DumpSlot.allCases where later > slot {
      if let field = later.field { copy.fields[field] = nil }
    }
    return copy
  }

  func snapshot(source: Int, isComplete: Bool) -> Snapshot {
    Snapshot(
      source: source,
      line: line,
      thread: prefix?.printedThread,
      timeMilliseconds: prefix?.timeMilliseconds,
      isComplete: isComplete,
      fields: fields
    )
  }
}

/// Why a piece got no further.
enum PieceEnd: Hashable {
  /// It ended where a dump or a block ends.
  case regular
  /// Something else came instead of its next line.
  case brokenOff
  /// Threads printed at once, and whose lines these are cannot be told.
  case torn
  /// The capture ends.
  case endOfCapture
}

/// A piece that gets no further, and why.
struct ClosedPiece: Hashable {
  var piece: DumpPiece
  var end: PieceEnd

  /// A whole dump whose totals hold: no other thread's line stands in a block of it.
  var isSure: Bool { piece.isWhole && SnapshotSums.allHold(in: piece.fields) }

  /// Keeps only that something was there.
  mutating func forgetFields() {
    piece.fields = [:]
    end = .torn
  }
}
