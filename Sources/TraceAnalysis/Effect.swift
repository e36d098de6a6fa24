import TraceModel

/// A change of live bytes by one event.
struct Effect {
  var row: Int
  var category: UInt8
  /// The owner where it is known, else the allocating thread.
  var thread: UInt64
  var stack: UInt64?
  var committed: Int64
  var reserved: Int64
  var count: Int64

  var cell: Cell {
    Cell(category: MemoryCategory(rawValue: category) ?? .unattributed, thread: thread)
  }
}

extension EventBatch {
  /// Calls `body` with each change of live bytes, in row order: releases before what begins.
  @inline(__always)
  func forEachEffect(_ body: (Effect) -> Void) {
    let withStack = shapeTable.map { !stacks.isEmpty && $0.keys.contains(.stack) }
    let derived = derived
    var far = 0
    var adjustment = 0
    for row in 0..<derived.categories.count {
      let release = derived.releases[row]
      if release > derived.firstAllocation {
        let origin = Int(derived.allocationRows[Int(release - 1 - derived.firstAllocation)])
        let size = Int64(truncatingIfNeeded: sizes[origin])
        body(
          Effect(
            row: row, category: derived.categories[origin], thread: threads[origin],
            stack: withStack[Int(shapes[origin])] ? stacks[origin] : nil, committed: 0 &- size,
            reserved: 0, count: -1))
      } else if release != 0 {
        let block = derived.farReleases[far]
        far += 1
        body(
          Effect(
            row: row, category: block.category, thread: block.thread, stack: block.stack,
            committed: 0 &- Int64(truncatingIfNeeded: block.size), reserved: 0, count: -1))
      }
      if derived.categories[row] != DerivedColumns.noCategory {
        body(
          Effect(
            row: row, category: derived.categories[row], thread: threads[row],
            stack: withStack[Int(shapes[row])] ? stacks[row] : nil,
            committed: Int64(truncatingIfNeeded: sizes[row]), reserved: 0, count: 1))
      }
      while adjustment < derived.adjustments.count, derived.adjustments[adjustment].row == row {
        let change = derived.adjustments[adjustment]
        adjustment += 1
        body(
          Effect(
            row: row, category: change.category.code, thread: change.cell.thread,
            stack: change.stack, committed: change.committed, reserved: change.reserved,
            count: change.count))
      }
    }
  }
}
