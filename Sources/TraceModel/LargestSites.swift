/// What one call stack had asked for, in one category, that was live at a moment.
package struct LiveSite: Hashable, Sendable {
  package var category: MemoryCategory
  package var thread: UInt64
  /// nil where the log gives no stack.
  package var stack: UInt64?
  package var bytes: Int64
  package var reserved: Int64
  package var blocks: Int64
  /// Blocks that began until the moment, and their bytes.
  package var allocations: Int64
  package var allocatedBytes: Int64

  package init(
    category: MemoryCategory, thread: UInt64, stack: UInt64?, bytes: Int64, reserved: Int64,
    blocks: Int64, allocations: Int64, allocatedBytes: Int64
  ) {
    self.category = category
    self.thread = thread
    self.stack = stack
    self.bytes = bytes
    self.reserved = reserved
    self.blocks = blocks
    self.allocations = allocations
    self.allocatedBytes = allocatedBytes
  }
}

/// The sites that held most at a moment, and the sum of all others.
package struct LargestSites: Hashable, Sendable {
  /// How many a store keeps one by one of those at the committed peak.
  package static let limit = 256

  /// The largest first.
  package private(set) var largest: [LiveSite]
  package private(set) var restCount = 0
  package private(set) var restBytes: Int64 = 0
  package private(set) var restBlocks: Int64 = 0

  /// Keeps the largest of all sites; those that hold nothing are left out.
  package init(of sites: [LiveSite], limit: Int = limit) {
    let live = sites.filter { $0.bytes != 0 || $0.blocks != 0 }
    // Only those that may be among the largest are put in order: sites can be many.
    let bytes = live.map(\.bytes).sorted(by: >)
    let least = limit > 0 && bytes.count > limit ? bytes[limit - 1] : .min
    let sorted = live.filter { $0.bytes >= least }.sorted { left, right in
      if left.bytes != right.bytes { return left.bytes > right.bytes }
      if left.category != right.category { return left.category < right.category }
      // Threads in the order of their text, in which reports have them.
      return (left.stack ?? 0, "\(left.thread)") < (right.stack ?? 0, "\(right.thread)")
    }
    largest = Array(sorted.prefix(max(0, limit)))
    restCount = live.count - largest.count
    for site in live {
      restBytes &+= site.bytes
      restBlocks &+= site.blocks
    }
    for site in largest {
      restBytes &-= site.bytes
      restBlocks &-= site.blocks
    }
  }

  package init(largest: [LiveSite], restCount: Int, restBytes: Int64, restBlocks: Int64) {
    self.largest = largest
    self.restCount = restCount
    self.restBytes = restBytes
    self.restBlocks = restBlocks
  }
}
