/// Plain dump lines that follow each other as the grammar wants; other text may stand between.
struct PlainRun {
  /// The lines, and the place of the first one, of which there may be two.
  private(set) var texts: [DumpText]
  private(set) var starts: [DumpSlot]
  /// Where the last line stands, for each start.
  private var lasts: [DumpSlot]
  private(set) var line: Int
  private(set) var lastLine: Int
  /// Other text stood between the last line and what came next.
  var isFollowedByOther = false
  /// It started directly after a line of another run.
  private(set) var startsInsideOther: Bool
  /// The next run started directly after its last line.
  var isCutByOther = false
  /// The capture ended directly after its last line.
  var isAtEnd = false

  init(_ text: DumpText, line: Int, startsInsideOther: Bool) {
    texts = [text]
    starts = [text.first] + (text.second.map { [$0] } ?? [])
    lasts = starts
    self.line = line
    lastLine = line
    self.startsInsideOther = startsInsideOther
  }

  /// Takes the next line; false where it does not fit.
  mutating func take(_ text: DumpText, line: Int) -> Bool {
    var keptStarts: [DumpSlot] = []
    var keptLasts: [DumpSlot] = []
    for (start, last) in zip(starts, lasts) {
      // Lines that start in the middle of a dump are its rest: they go on to the next block.
      let isPart = start == .header || !start.isStart
      guard let next = last.following(text, hasHeader: isPart) else { continue }
      keptStarts.append(start)
      keptLasts.append(next)
    }
    guard !keptStarts.isEmpty else { return false }
    starts = keptStarts
    lasts = keptLasts
    texts.append(text)
    lastLine = line
    isFollowedByOther = false
    return true
  }

  /// Where it ends; nil where the start is not certain.
  var last: DumpSlot? { starts.count == 1 ? lasts[0] : nil }
  var start: DumpSlot? { starts.count == 1 ? starts[0] : nil }

  var isWhole: Bool { start == .header && last == .appHeapUsed }

  /// A block printed alone.
  var isWholeBlock: Bool {
    guard let start, let last else { return false }
    return start != .header && start.isStart && last.endsBlock
  }

  /// A dump or a block that starts but does not end, or the rest of one.
  var isBroken: Bool { !isWhole && !isWholeBlock }

  /// The lines as a piece of a dump; nil where their places are not certain.
  var piece: DumpPiece? {
    guard let start else { return nil }
    var piece = DumpPiece(line: line, prefix: nil, slot: start, text: texts[0])
    for text in texts.dropFirst() {
      guard let next = piece.last.following(text, hasHeader: true) else { return nil }
      piece.append(text, at: next)
    }
    return piece
  }

  /// Whether `other`, which came later, can be what comes after this run's last line.
  func canContinue(with other: PlainRun) -> Bool {
    guard let first = other.texts.first else { return false }
    return lasts.contains { last in
      guard last != .appHeapUsed, let next = last.following(first, hasHeader: true) else {
        return false
      }
      return other.starts.contains(next)
    }
  }
}
