/// What is known at one place of a body: the stack pointer, and locals of known value.
///
/// A local without an entry may hold anything. The entries are few, so that states are cheap to copy
/// and to join: where there is no room, knowledge is dropped.
struct SymbolicState {
  struct Entry {
    var local: UInt32 = 0
    var value = SymbolicValue.unknown
  }

  static let capacity = 16
  /// The first ones stay, as the frame's base is among them.
  private static let lasting = 8

  /// Unknown with the last known `low` where code set it to something unknown.
  var stackPointer = SymbolicValue.entry
  private(set) var count = 0
  private var next = 0
  private var entries = InlineArray<16, Entry>(repeating: Entry())

  @inline(__always)
  func value(of local: UInt32) -> SymbolicValue {
    // A span, since a read of the array's elements would copy all of them.
    let span = entries.span
    var index = 0
    while index < count {
      if span[index].local == local { return span[index].value }
      index += 1
    }
    return .unknown
  }

  /// Whether that changed anything.
  @inline(__always)
  mutating func set(_ local: UInt32, _ value: SymbolicValue) -> Bool {
    if count == 0, value.kind == .unknown { return false }
    return change(local, value)
  }

  private mutating func change(_ local: UInt32, _ value: SymbolicValue) -> Bool {
    let index = position(of: local)
    if index < count {
      if value.kind == .unknown { remove(index) } else { entries[index].value = value }
      return true
    }
    guard value.kind != .unknown else { return false }
    if count == SymbolicState.capacity { makeRoom() }
    entries[count] = Entry(local: local, value: value)
    count += 1
    return true
  }

  private func position(of local: UInt32) -> Int {
    let span = entries.span
    var index = 0
    while index < count, span[index].local != local { index += 1 }
    return index
  }

  private mutating func remove(_ position: Int) {
    var index = position
    while index + 1 < count {
      entries[index] = entries[index + 1]
      index += 1
    }
    count -= 1
  }

  private mutating func makeRoom() {
    for index in 0..<count where entries[index].value.kind == .number {
      remove(index)
      return
    }
    remove(SymbolicState.lasting + next % (SymbolicState.capacity - SymbolicState.lasting))
    next += 1
  }

  mutating func forget(_ local: UInt32) {
    let index = position(of: local)
    if index < count { remove(index) }
  }

  mutating func forgetLocals() { count = 0 }

  /// Counters change from one round of a loop to the next.
  mutating func forgetNumbers() {
    var index = 0
    while index < count {
      if entries[index].value.kind == .number { remove(index) } else { index += 1 }
    }
  }

  mutating func loseStackPointer() {
    stackPointer = SymbolicValue(
      kind: .unknown, isAligned: false, low: stackPointer.low, high: stackPointer.high)
  }

  /// Keeps what holds in both.
  mutating func join(_ other: SymbolicState) {
    let low = min(stackPointer.low, other.stackPointer.low)
    let hull = stackPointer.hull(other.stackPointer)
    if hull.kind == .unknown {
      stackPointer.low = low
      loseStackPointer()
    } else {
      stackPointer = hull
    }
    var index = 0
    while index < count {
      let hull = entries[index].value.hull(other.value(of: entries[index].local))
      if hull.kind == .unknown {
        remove(index)
      } else {
        entries[index].value = hull
        index += 1
      }
    }
  }

  /// Calls `body` with each local that holds something else here than `header` says, nil for the
  /// stack pointer.
  func differences(from header: SymbolicState, _ body: (UInt32?) -> Void) {
    if !stackPointer.isWithin(header.stackPointer) { body(nil) }
    for index in 0..<header.count {
      let entry = header.entries[index]
      if !value(of: entry.local).isWithin(entry.value) { body(entry.local) }
    }
  }
}
