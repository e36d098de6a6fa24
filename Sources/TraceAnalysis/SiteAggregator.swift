package import TraceModel

/// Live bytes by call stack, category and thread after a chosen event.
///
/// What a batch changes is known without the batches before it: parts may be added up in any order.
package struct SiteAggregator: Aggregator, Sendable {
  package static let parts: EventParts = [.stacks]

  /// Where memory was asked for, what for and by whom.
  package struct Site: Hashable, Sendable {
    package var category: MemoryCategory
    package var thread: UInt64
    /// nil where the log gives no stack.
    package var stack: StackID?

    package init(category: MemoryCategory, thread: UInt64, stack: StackID?) {
      self.category = category
      self.thread = thread
      self.stack = stack
    }
  }

  package struct Totals: Hashable, Sendable, BitwiseCopyable {
    package var bytes: Int64 = 0
    package var reserved: Int64 = 0
    package var blocks: Int64 = 0
    /// Blocks that began until the chosen event, and their bytes.
    package var allocations: Int64 = 0
    package var allocatedBytes: Int64 = 0
  }

  private var table = SiteTable()
  private let lastEvent: UInt64

  /// Counts everything up to and including an event; all of the trace without one.
  package init(through lastEvent: UInt64 = .max) {
    self.lastEvent = lastEvent
  }

  /// Every site that ever was, also those that hold nothing any more.
  package var sites: [Site: Totals] {
    var sites: [Site: Totals] = [:]
    sites.reserveCapacity(table.count)
    for index in 0..<table.count { sites[table.site(index)] = table.entries[index].totals }
    return sites
  }

  /// Adds what another one counted of other events.
  package mutating func add(_ other: SiteAggregator) {
    for index in 0..<other.table.count {
      let entry = other.table.entries[index]
      let place = table.index(of: entry.key)
      table.entries[place].totals.add(entry.totals)
    }
  }

  package mutating func consume(_ batch: EventBatch) {
    guard batch.firstEvent <= lastEvent else { return }
    let rest = lastEvent - batch.firstEvent
    consume(batch, rows: rest < UInt64(batch.count) ? Int(rest) + 1 : batch.count)
  }

  /// What a release of an allocation of the same batch takes back.
  private struct Begun {
    var place = 0
    var size: Int64 = 0
  }

  private mutating func consume(_ batch: EventBatch, rows: Int) {
    let derived = batch.derived
    let hasStack = batch.shapeTable.map {
      !batch.stacks.isEmpty && $0.fields.contains(EventShape.stack)
    }
    let allocationRows = derived.allocationRows.span
    let shapes = batch.shapes.span
    let threads = batch.threads.span
    let stacks = batch.stacks.span
    let sizes = batch.sizes.span
    let categories = derived.categories.span
    var begun = [Begun](repeating: Begun(), count: allocationRows.count)
    // What many allocations in a row have in common with the one before is not looked up again.
    var last = SiteTable.Key(category: 0, thread: 0, stack: nil)
    var lastPlace = -1
    for allocation in 0..<allocationRows.count {
      let row = Int(allocationRows[allocation])
      guard row < rows else { break }
      let category = categories[row]
      guard category != DerivedColumns.noCategory else { continue }
      let key = SiteTable.Key(
        category: category, thread: threads[row],
        stack: hasStack[Int(shapes[row])] ? stacks[row] : nil)
      if lastPlace < 0 || !key.equals(last) {
        lastPlace = table.index(of: key)
        last = key
      }
      let size = Int64(truncatingIfNeeded: sizes[row])
      begun[allocation] = Begun(place: lastPlace, size: size)
      table.entries[lastPlace].totals.begin(size)
    }
    let releases = derived.releases.span
    let firstAllocation = derived.firstAllocation
    var far = 0
    for row in 0..<min(rows, releases.count) {
      let release = releases[row]
      guard release != 0 else { continue }
      if release > firstAllocation {
        let block = begun[Int(release - 1 - firstAllocation)]
        table.entries[block.place].totals.end(block.size)
      } else {
        let block = derived.farReleases[far]
        far += 1
        let place = table.index(
          of: SiteTable.Key(category: block.category, thread: block.thread, stack: block.stack))
        table.entries[place].totals.end(Int64(truncatingIfNeeded: block.size))
      }
    }
    for change in derived.adjustments where change.row < rows {
      let place = table.index(
        of: SiteTable.Key(
          category: change.category.code, thread: change.cell.thread, stack: change.stack))
      table.entries[place].totals.add(change)
    }
  }
}

extension SiteAggregator.Totals {
  fileprivate mutating func add(_ other: SiteAggregator.Totals) {
    bytes &+= other.bytes
    reserved &+= other.reserved
    blocks &+= other.blocks
    allocations &+= other.allocations
    allocatedBytes &+= other.allocatedBytes
  }

  @inline(__always)
  fileprivate mutating func begin(_ size: Int64) {
    bytes &+= size
    blocks &+= 1
    guard size > 0 else { return }
    allocations &+= 1
    allocatedBytes &+= size
  }

  @inline(__always)
  fileprivate mutating func end(_ size: Int64) {
    bytes &-= size
    blocks &-= 1
  }

  fileprivate mutating func add(_ change: Adjustment) {
    bytes &+= change.committed
    reserved &+= change.reserved
    blocks &+= change.count
    if change.committed > 0 {
      allocations &+= max(0, change.count)
      allocatedBytes &+= change.committed
    }
  }
}

/// The sites met so far, each with a place of its own.
///
/// A site's key and its totals lie side by side: what is looked for and what is changed is in one
/// line of the cache. A copy is the same table (``PinnedArray``).
struct SiteTable: Sendable {
  struct Key: Hashable, Sendable, BitwiseCopyable {
    var thread: UInt64
    var stack: UInt64
    var hasStack: Bool
    /// The category's code.
    var category: UInt8

    init(category: UInt8, thread: UInt64, stack: UInt64?) {
      self.category = category
      self.thread = thread
      self.stack = stack ?? 0
      hasStack = stack != nil
    }

    @inline(__always)
    var hash: UInt64 {
      let mixed = (stack &+ (hasStack ? 1 : 0)) &* 0x9E37_79B9_7F4A_7C15
      return (mixed ^ thread ^ UInt64(category) << 56) &* 0x9E37_79B9_7F4A_7C15
    }

    @inline(__always)
    func equals(_ other: Key) -> Bool {
      thread == other.thread && stack == other.stack && hasStack == other.hasStack
        && category == other.category
    }
  }

  struct Entry: BitwiseCopyable {
    var key: Key
    var totals = SiteAggregator.Totals()
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
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: key.hash &>> shift)
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if entries[place].key.equals(key) { return place }
      slot = (slot + 1) & mask
    }
    return add(key, at: slot)
  }

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
