import TraceModel

/// The sites met so far, each with a place of its own.
///
/// A site's key and its totals lie side by side: what is looked for and what is changed is in one
/// line of the cache. A copy is the same table (``PinnedArray``).
struct SiteTable: Sendable {
  struct Key: Hashable, Sendable, BitwiseCopyable {
    var thread: UInt64
    /// 0 where there is none.
    var stack: UInt64
    /// The category's code, and above it whether there is a stack.
    private var kind: UInt64

    /// The bit of ``kind`` for a stack.
    static let withStack: UInt64 = 1 << 8

    var hasStack: Bool { kind & Key.withStack != 0 }
    var category: UInt8 { UInt8(truncatingIfNeeded: kind) }

    init(category: UInt8, thread: UInt64, stack: UInt64?) {
      self.init(
        kind: UInt64(category) | (stack == nil ? 0 : Key.withStack), thread: thread,
        stack: stack ?? 0)
    }

    /// `kind` is the category's code, and ``withStack`` where there is a stack.
    @inline(__always)
    init(kind: UInt64, thread: UInt64, stack: UInt64) {
      self.thread = thread
      self.stack = stack
      self.kind = kind
    }

    /// Stacks are numbered one after the other: times the golden ratio they lie far apart from each
    /// other, so that those of one thread and category hardly ever meet.
    @inline(__always)
    var hash: UInt64 {
      (stack &+ thread &<< 24 &+ kind &<< 48) &* 0x9E37_79B9_7F4A_7C15
    }

    @inline(__always)
    func equals(_ other: Key) -> Bool {
      (thread ^ other.thread) | (stack ^ other.stack) | (kind ^ other.kind) == 0
    }
  }

  struct Entry: BitwiseCopyable {
    let key: Key
    private(set) var totals = SiteAggregator.Totals()

    init(key: Key) {
      self.key = key
    }

    /// A block of a size begins, and ends as often as it says.
    @inline(__always)
    mutating func begin(_ size: Int64, ended: Int64) {
      totals.bytes &+= size &- size &* ended
      totals.blocks &+= 1 &- ended
      totals.allocations &+= size > 0 ? 1 : 0
      totals.allocatedBytes &+= max(0, size)
    }

    @inline(__always)
    mutating func end(_ size: Int64) {
      totals.bytes &-= size
      totals.blocks &-= 1
    }

    mutating func add(_ other: Entry) {
      totals.bytes &+= other.totals.bytes
      totals.reserved &+= other.totals.reserved
      totals.blocks &+= other.totals.blocks
      totals.allocations &+= other.totals.allocations
      totals.allocatedBytes &+= other.totals.allocatedBytes
    }

    mutating func add(_ change: Adjustment) {
      totals.bytes &+= change.committed
      totals.reserved &+= change.reserved
      totals.blocks &+= change.count
      if change.committed > 0 {
        totals.allocations &+= max(0, change.count)
        totals.allocatedBytes &+= change.committed
      }
    }
  }

  var entries = PinnedArray<Entry>()
  /// Open addressing with linear probing: the place of a key + 1, 0 where none is.
  private var slots = PinnedArray<Int32>(repeating: 0, count: 1 << 10)
  /// 64 less the log2 of the number of slots.
  private var shift: UInt64 = 54

  var count: Int { entries.count }

  func site(_ index: Int) -> SiteAggregator.Site {
    let key = entries[index].key
    return SiteAggregator.Site(
      category: MemoryCategory(rawValue: key.category) ?? .unattributed, thread: key.thread,
      stack: key.hasStack ? StackID(rawValue: key.stack) : nil)
  }

  @inline(__always)
  mutating func index(of key: Key) -> Int {
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: key.hash &>> shift)
    while slots[slot] != 0 {
      let place = Int(slots[slot]) &- 1
      if entries[place].key.equals(key) { return place }
      slot = (slot &+ 1) & mask
    }
    return add(key, at: slot)
  }

  @inline(never)
  private mutating func add(_ key: Key, at slot: Int) -> Int {
    let place = entries.append(Entry(key: key))
    slots[slot] = Int32(place + 1)
    if entries.count * 2 > slots.count { grow() }
    return place
  }

  private mutating func grow() {
    slots = PinnedArray(repeating: 0, count: slots.count * 2)
    shift -= 1
    let mask = slots.count - 1
    for place in 0..<entries.count {
      var slot = Int(truncatingIfNeeded: entries[place].key.hash &>> shift)
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(place + 1)
    }
  }
}
