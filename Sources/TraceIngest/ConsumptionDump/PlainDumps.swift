/// Cuts the dump lines of runtimes that print bare lines, without a thread's id, into runs.
///
/// Threads that dump at once interleave whole lines; ``PlainRunJudge`` says what is certain.
struct PlainDumps {
  /// Runs that are judged together; a run that nobody continued for so long is left for good.
  private static let maxHeld = 256

  private var current: PlainRun?
  private var held: [PlainRun] = []
  private var closed: [ClosedPiece] = []
  private var isAfterDumpLine = false

  mutating func text(_ text: DumpText, line: Int) {
    defer { isAfterDumpLine = true }
    if current?.take(text, line: line) == true {
      if current?.isWhole == true { closeCurrent() }
      return
    }
    let isInside = isAfterDumpLine && held.last.map { $0.isBroken } ?? false
    let cutsCurrent = current.map { !$0.isFollowedByOther && $0.isBroken } ?? false
    if cutsCurrent { current?.isCutByOther = true }
    closeCurrent()
    current = PlainRun(text, line: line, startsInsideOther: isInside || cutsCurrent)
  }

  mutating func other() {
    current?.isFollowedByOther = true
    isAfterDumpLine = false
  }

  mutating func finish() {
    if current?.isFollowedByOther == false { current?.isAtEnd = true }
    closeCurrent()
    judge()
  }

  mutating func takeClosed() -> [ClosedPiece] {
    defer { closed = [] }
    return closed
  }

  var firstOpenLine: Int? { (held.map(\.line) + [current?.line].compactMap { $0 }).min() }

  private mutating func closeCurrent() {
    guard let run = current else { return }
    current = nil
    held.append(run)
    if !held.contains(where: \.isBroken) || held.count >= PlainDumps.maxHeld { judge() }
  }

  private mutating func judge() {
    closed += PlainRunJudge(held).verdicts
    held = []
  }
}
