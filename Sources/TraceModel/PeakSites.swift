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

/// The sites that held most at the committed peak, and the sum of all others.
package struct PeakSites: Hashable, Sendable {
  /// How many are kept one by one.
  package static let limit = 256

  /// The largest first.
  package private(set) var largest: [LiveSite]
  package private(set) var restCount = 0
  package private(set) var restBytes: Int64 = 0
  package private(set) var restBlocks: Int64 = 0

  /// Keeps the largest of all sites; those that hold nothing are left out.
  package init(of sites: [LiveSite]) {
    let sorted = sites.filter { $0.bytes != 0 || $0.blocks != 0 }.sorted { left, right in
      if left.bytes != right.bytes { return left.bytes > right.bytes }
      if left.category != right.category { return left.category < right.category }
      // Threads in the order of their text, in which reports have them.
      return (left.stack ?? 0, "\(left.thread)") < (right.stack ?? 0, "\(right.thread)")
    }
    largest = Array(sorted.prefix(PeakSites.limit))
    for site in sorted.dropFirst(PeakSites.limit) {
      restCount += 1
      restBytes &+= site.bytes
      restBlocks &+= site.blocks
    }
  }

  package init(largest: [LiveSite], restCount: Int, restBytes: Int64, restBlocks: Int64) {
    self.largest = largest
    self.restCount = restCount
    self.restBytes = restBytes
    self.restBlocks = restBlocks
  }
}
