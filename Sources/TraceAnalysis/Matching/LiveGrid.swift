import TraceModel

/// The live bytes of cells, and of their categories and threads with their peaks.
///
/// What is asked for each event: a copy is the same grid (``PinnedArray``), until a cell is added.
struct LiveGrid {
  /// The live bytes of a cell, and where its category's and its thread's totals are.
  struct State: BitwiseCopyable {
    var committed: Int64 = 0
    var reserved: Int64 = 0
    var count: Int64 = 0
    let threadID: UInt64
    let category: Int32
    let thread: Int32
  }

  /// Live bytes of a category or a thread, and the most they ever were.
  private struct Total: BitwiseCopyable {
    var bytes: Int64 = 0
    var peak: Int64 = 0
  }

  /// The cell of a category and one of the threads that share a place: the one asked for last.
  private struct Recent: BitwiseCopyable {
    var thread: UInt64 = 0
    var index: Int32 = -1
  }

  static let categoryCount = MemoryCategory.allCases.count

  private var states = PinnedArray<State>()
  /// Of the categories, by code, then of the threads, as are their peaks.
  private var totals = PinnedArray<Total>()
  private var peaks = PinnedArray<Peak>()
  private var recent = PinnedArray(
    repeating: Recent(), count: LiveGrid.categoryCount << LiveGrid.threadBits)

  init() {
    for _ in 0..<LiveGrid.categoryCount { addTotal() }
  }

  /// Up to 16 threads whose ids follow one another have places of their own; others may share them,
  /// which costs time alone.
  private static let threadBits = 5

  @inline(__always)
  private static func place(code: UInt8, thread: UInt64) -> Int {
    Int(code) << threadBits
      | Int(truncatingIfNeeded: (thread &* 0x9E37_79B9_7F4A_7C15) &>> UInt64(64 - threadBits))
  }

  @discardableResult
  mutating func addTotal() -> Int {
    peaks.append(Peak())
    return totals.append(Total())
  }

  /// Adds a cell of a category and a thread with its total; returns its index.
  mutating func addCell(category: UInt8, threadID: UInt64, thread: Int) -> Int32 {
    Int32(
      states.append(
        State(threadID: threadID, category: Int32(category), thread: Int32(thread))))
  }

  @inline(__always)
  subscript(cell: Int32) -> State { states[Int(cell)] }

  func peak(ofTotal index: Int) -> Peak { peaks[index] }

  /// The cell of a category and a thread where it was the last in its place; below 0 where not.
  @inline(__always)
  func recentCell(code: UInt8, thread: UInt64) -> Int32 {
    let last = recent[LiveGrid.place(code: code, thread: thread)]
    return last.thread == thread ? last.index : -1
  }

  mutating func noteRecent(_ cell: Int32, code: UInt8, thread: UInt64) {
    recent[LiveGrid.place(code: code, thread: thread)] = Recent(thread: thread, index: cell)
  }

  /// Moves a cell's live bytes; peaks are noted by ``notePeaks(of:event:time:)`` after the event.
  @inline(__always)
  mutating func add(_ cell: Int32, committed: Int64, reserved: Int64 = 0, count: Int64) {
    var state = states[Int(cell)]
    state.committed &+= committed
    state.reserved &+= reserved
    state.count &+= count
    states[Int(cell)] = state
    totals[Int(state.category)].bytes &+= committed
    totals[Int(state.thread)].bytes &+= committed
  }

  /// How much a cell may grow before its category or its thread is larger than ever.
  @inline(__always)
  func headroom(of cell: Int32) -> Int64 {
    let state = states[Int(cell)]
    let category = totals[Int(state.category)]
    let thread = totals[Int(state.thread)]
    return min(category.peak &- category.bytes, thread.peak &- thread.bytes)
  }

  /// Notes the peaks of the category and the thread of a cell that grew.
  @inline(__always)
  mutating func notePeaks(of cell: Int32, event: UInt64, time: UInt64) {
    let state = states[Int(cell)]
    notePeak(of: Int(state.category), event: event, time: time)
    notePeak(of: Int(state.thread), event: event, time: time)
  }

  @inline(__always)
  private mutating func notePeak(of index: Int, event: UInt64, time: UInt64) {
    let total = totals[index]
    guard total.bytes > total.peak else { return }
    totals[index].peak = total.bytes
    peaks[index] = Peak(bytes: total.bytes, event: event, time: time)
  }

  /// Begins peaks anew with what is live after an event.
  mutating func restartPeaks(event: UInt64, time: UInt64) {
    for index in 0..<totals.count {
      let bytes = max(0, totals[index].bytes)
      totals[index].peak = bytes
      peaks[index] = bytes > 0 ? Peak(bytes: bytes, event: event, time: time) : Peak()
    }
  }
}

extension ReleasedBlock {
  /// A live block of a cell.
  @inline(__always)
  init(_ block: LiveBlock, of cell: LiveGrid.State) {
    self.init(
      size: block.size, thread: cell.threadID,
      category: UInt8(truncatingIfNeeded: cell.category),
      stack: block.hasStack ? block.stack : nil)
  }
}
