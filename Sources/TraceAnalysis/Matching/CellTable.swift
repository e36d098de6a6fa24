import TraceModel

/// Live bytes by category and thread, with each category's and thread's own peak.
struct CellTable {
  private(set) var cells: [CellBytes] = []
  /// By category code.
  private(set) var categoryPeaks: [Peak]
  private(set) var threadPeaks: [Peak] = []
  private(set) var threadIDs: [UInt64] = []
  private var categoryTotals = InlineArray<20, Int64>(repeating: 0)
  private var threadTotals: [Int64] = []
  private var threadOfCell: [Int32] = []
  private var indices: [Cell: Int32] = [:]
  private var threadIndices: [UInt64: Int32] = [:]
  /// The cell found last, by category: logs stay with a thread for long.
  private var recent: [(thread: UInt64, index: Int32)?]

  init() {
    let categories = MemoryCategory.allCases.count
    categoryPeaks = Array(repeating: Peak(), count: categories)
    precondition(categories == categoryTotals.count, "a total for each category")
    recent = Array(repeating: nil, count: categories)
  }

  @inline(__always)
  mutating func index(category: MemoryCategory, thread: UInt64) -> Int32 {
    if let last = recent[Int(category.code)], last.thread == thread { return last.index }
    return lookUp(Cell(category: category, thread: thread))
  }

  private mutating func lookUp(_ cell: Cell) -> Int32 {
    let index = indices[cell] ?? addCell(cell)
    recent[Int(cell.category.code)] = (cell.thread, index)
    return index
  }

  private mutating func addCell(_ cell: Cell) -> Int32 {
    let index = Int32(cells.count)
    indices[cell] = index
    cells.append(CellBytes(cell: cell))
    if let thread = threadIndices[cell.thread] {
      threadOfCell.append(thread)
    } else {
      let thread = Int32(threadTotals.count)
      threadIndices[cell.thread] = thread
      threadIDs.append(cell.thread)
      threadTotals.append(0)
      threadPeaks.append(Peak())
      threadOfCell.append(thread)
    }
    return index
  }

  /// Moves a cell's live bytes; peaks are noted by ``notePeaks(of:event:time:)`` after the event.
  @inline(__always)
  mutating func add(_ index: Int32, committed: Int64, reserved: Int64 = 0, count: Int64) {
    let place = Int(index)
    cells[place].committed &+= committed
    cells[place].reserved &+= reserved
    cells[place].count &+= count
    categoryTotals[Int(cells[place].cell.category.code)] &+= committed
    threadTotals[Int(threadOfCell[place])] &+= committed
  }

  /// Notes the peaks of the category and the thread of a cell that grew.
  @inline(__always)
  mutating func notePeaks(of index: Int32, event: UInt64, time: UInt64) {
    let category = Int(cells[Int(index)].cell.category.code)
    if categoryTotals[category] > categoryPeaks[category].bytes {
      categoryPeaks[category] = Peak(bytes: categoryTotals[category], event: event, time: time)
    }
    let thread = Int(threadOfCell[Int(index)])
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
    cells.filter { !$0.isZero }.sorted { $0.cell < $1.cell }
  }
}
