import TraceModel

/// The cells met so far: which there are, and where their live bytes are in the grid.
struct CellTable {
  private(set) var cells: [Cell] = []
  private(set) var threadIDs: [UInt64] = []
  private(set) var grid = LiveGrid()
  private var indices: [Cell: Int32] = [:]
  private var threadTotals: [UInt64: Int] = [:]

  /// By category code.
  var categoryPeaks: [Peak] {
    (0..<LiveGrid.categoryCount).map { grid.peak(ofTotal: $0) }
  }

  /// In the order of `threadIDs`.
  var threadPeaks: [Peak] {
    threadIDs.map { threadTotals[$0].map { grid.peak(ofTotal: $0) } ?? Peak() }
  }

  mutating func index(category: MemoryCategory, thread: UInt64) -> Int32 {
    index(code: category.code, thread: thread)
  }

  @inline(__always)
  mutating func index(code: UInt8, thread: UInt64) -> Int32 {
    let recent = grid.recentCell(code: code, thread: thread)
    return recent >= 0 ? recent : lookUp(code, thread)
  }

  private mutating func lookUp(_ code: UInt8, _ thread: UInt64) -> Int32 {
    let cell = Cell(category: MemoryCategory(rawValue: code) ?? .unattributed, thread: thread)
    let index = indices[cell] ?? addCell(cell)
    grid.noteRecent(index, code: code, thread: thread)
    return index
  }

  private mutating func addCell(_ cell: Cell) -> Int32 {
    let total: Int
    if let known = threadTotals[cell.thread] {
      total = known
    } else {
      total = grid.addTotal()
      threadTotals[cell.thread] = total
      threadIDs.append(cell.thread)
    }
    let index = grid.addCell(category: cell.category.code, threadID: cell.thread, thread: total)
    indices[cell] = index
    cells.append(cell)
    return index
  }

  @inline(__always)
  mutating func add(_ index: Int32, committed: Int64, reserved: Int64 = 0, count: Int64) {
    grid.add(index, committed: committed, reserved: reserved, count: count)
  }

  @inline(__always)
  mutating func notePeaks(of index: Int32, event: UInt64, time: UInt64) {
    grid.notePeaks(of: index, event: event, time: time)
  }

  mutating func restartPeaks(event: UInt64, time: UInt64) {
    grid.restartPeaks(event: event, time: time)
  }

  /// The cells that hold anything, in order.
  var checkpoint: [CellBytes] {
    cells.enumerated().map { index, cell in
      let state = grid[Int32(index)]
      return CellBytes(
        cell: cell, committed: state.committed, reserved: state.reserved, count: state.count)
    }.filter { !$0.isZero }.sorted { $0.cell < $1.cell }
  }
}
