/// Values that only grow in number, at an address that is reached without a check.
///
/// Rationale: an array would be asked before each write whether it is shared. A copy is the same
/// array until one of the two grows: keep one of them. Indices come from ``append(_:)`` and are not
/// checked in release builds.
@safe struct PinnedArray<Element: BitwiseCopyable>: @unchecked Sendable {
  @safe private final class Memory {
    let start: UnsafeMutablePointer<Element>

    init(capacity: Int) {
      unsafe start = .allocate(capacity: capacity)
    }

    deinit { unsafe start.deallocate() }
  }

  private var memory: Memory
  private var start: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count = 0

  init() {
    capacity = 32
    memory = Memory(capacity: capacity)
    unsafe start = memory.start
  }

  init(repeating value: Element, count: Int) {
    capacity = count
    memory = Memory(capacity: count)
    unsafe start = memory.start
    unsafe start.initialize(repeating: value, count: count)
    self.count = count
  }

  /// Adds a value behind the others and returns its index.
  @discardableResult
  mutating func append(_ value: Element) -> Int {
    if count == capacity {
      let larger = Memory(capacity: max(32, capacity * 2))
      unsafe larger.start.initialize(from: start, count: count)
      memory = larger
      unsafe start = larger.start
      capacity = max(32, capacity * 2)
    }
    unsafe (start + count).initialize(to: value)
    count += 1
    return count - 1
  }

  /// Forgets all values and keeps the memory.
  mutating func removeAll() { count = 0 }

  @inline(__always)
  subscript(index: Int) -> Element {
    unsafeAddress {
      assert((0..<count).contains(index))
      return unsafe UnsafePointer(start + index)
    }
    mutating unsafeMutableAddress {
      assert((0..<count).contains(index))
      return unsafe start + index
    }
  }
}
