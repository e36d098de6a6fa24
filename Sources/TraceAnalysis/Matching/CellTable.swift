import TraceModel

/// Live bytes by category and thread, with each category's and thread's own peak.
struct CellTable {
  /// The live bytes of a cell, and where its category's and its thread's totals are.
  private struct State {
    var committed: Int64 = 0
    var reserved: Int64 = 0
    var count: Int64 = 0
    let category: Int32
    let thread: Int32
  }

  private(set) var cells: [Cell] = []
  /// By category code.
  private(set) var categoryPeaks: [Peak]
  private(set) var threadPeaks: [Peak] = []
  private(set) var threadIDs: [UInt64] = []
  private var states: [State] = []
  private var categoryTotals = InlineArray<20, Int64>(repeating: 0)
  private var threadTotals: [Int64] = []
  private var indices: [Cell: Int32] = [:]
  private var threadIndices: [UInt64: Int32] = [:]
  /// The cells found last, by category code: logs stay with a thread for long.
  private var recent: [(thread: UInt64, index: Int32)]

  init() {
    let categories = MemoryCategory.allCases.count
    categoryPeaks = Array(repeating: Peak(), count: categories)
    precondition(categories == categoryTotals.count, "a total for each category")
    recent = Array(repeating: (0, -1), count: categories)
  }

  mutating func index(category: MemoryCategory, thread: UInt64) -> Int32 {
    index(code: category.code, thread: thread)
  }

  @inline(__always)
  mutating func index(code: UInt8, thread: UInt64) -> Int32 {
    let last = recent[Int(code)]
    return last.thread == thread && last.index >= 0 ? last.index : lookUp(code, thread)
  }

  private mutating func lookUp(_ code: UInt8, _ thread: UInt64) -> Int32 {
    let cell = Cell(category: MemoryCategory(rawValue: code) ?? .unattributed, thread: thread)
    let index = indices[cell] ?? addCell(cell)
    recent[Int(code)] = (thread, index)
    return index
  }

  private mutating func addCell(_ cell: Cell) -> Int32 {
    let index = Int32(cells.count)
    indices[cell] = index
    cells.append(cell)
    let thread = threadIndices[cell.thread] ?? Int32(threadTotals.count)
    if Int(thread) == threadTotals.count {
      threadIndices[cell.thread] = thread
      threadIDs.append(cell.thread)
      threadTotals.append(0)
      threadPeaks.append(Peak())
    }
    states.append(State(category: Int32(cell.category.code), thread: thread))
    return index
  }

  /// Moves a cell's live bytes; peaks are noted by ``notePeaks(of:event:time:)`` after the event.
  @inline(__always)
  mutating func add(_ index: Int32, committed: Int64, reserved: Int64 = 0, count: Int64) {
    var state = states[Int(index)]
    state.committed &+= committed
    state.reserved &+= reserved
    state.count &+= count
    states[Int(index)] = state
    categoryTotals[Int(state.category)] &+= committed
    threadTotals[Int(state.thread)] &+= committed
  }

  /// Notes the peaks of the category and the thread of a cell that grew.
  @inline(__always)
  mutating func notePeaks(of index: Int32, event: UInt64, time: UInt64) {
    let state = states[Int(index)]
    let category = Int(state.category)
    if categoryTotals[category] > categoryPeaks[category].bytes {
      categoryPeaks[category] = Peak(bytes: categoryTotals[category], event: event, time: time)
    }
    let thread = Int(state.thread)
    if threadTotals[thread] > threadPeaks[thread].bytes {
      threadPeaks[thread] = Peak(bytes: threadTotals[thread], event: event, time: time)
    }
  }

  /// Begins peaks anew with what is live after an event.
  mutating func restartPeaks(event: UInt64, time: UInt64) {
    for index in categoryPeaks.indices {
      let bytes = categoryTotals[index]
      categoryPeaks[index] = bytes > 0 ? Peak(bytes: bytes, event: event, time: time) : Peak()
    }
    for index in threadPeaks.indices {
      let bytes = threadTotals[index]
      threadPeaks[index] = bytes > 0 ? Peak(bytes: bytes, event: event, time: time) : Peak()
    }
  }

  /// The cells that hold anything, in order.
  var checkpoint: [CellBytes] {
    zip(cells, states).map { cell, state in
      CellBytes(
        cell: cell, committed: state.committed, reserved: state.reserved, count: state.count)
    }.filter { !$0.isZero }.sorted { $0.cell < $1.cell }
  }
}
