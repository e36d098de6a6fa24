/// Bytes of one category, and of one thread, instance or site where those are told apart.
package struct FootprintRow: Hashable, Sendable {
  package var category: MemoryCategory
  /// The category whose row already holds these bytes; nil where they are part of the total.
  package var container: MemoryCategory?
  package var thread: String?
  package var instance: String?
  package var site: String?
  package var bytes: ByteCount
  /// High-water mark of what was used inside, where the source shows it.
  package var used: ByteCount?
  package var count: Int64

  package init(
    _ category: MemoryCategory, _ bytes: ByteCount, container: MemoryCategory? = nil,
    thread: String? = nil, instance: String? = nil, site: String? = nil, used: ByteCount? = nil,
    count: Int64 = 0
  ) {
    self.category = category
    self.bytes = bytes
    self.container = container
    self.thread = thread
    self.instance = instance
    self.site = site
    self.used = used
    self.count = count
  }
}

/// Bytes by category whose rows without a container sum to the total.
package struct Footprint: Hashable, Sendable {
  package var measure: Measure
  package var source: FootprintSource
  package var rows: [FootprintRow]
  /// The categories that the source can show at all.
  package var covers: Set<MemoryCategory>
  /// Categories that exist but whose bytes the source got wrong, with the reason.
  package var unknown: [MemoryCategory: String]
  package var timeNanoseconds: UInt64?
  /// The ordinal of the event after which the footprint holds, or of the snapshot.
  package var event: UInt64?

  package init(
    measure: Measure, source: FootprintSource, rows: [FootprintRow],
    covers: Set<MemoryCategory>, unknown: [MemoryCategory: String] = [:],
    timeNanoseconds: UInt64? = nil, event: UInt64? = nil
  ) {
    self.measure = measure
    self.source = source
    self.rows = rows
    self.covers = covers
    self.unknown = unknown
    self.timeNanoseconds = timeNanoseconds
    self.event = event
  }

  /// The sum of the rows that lie in no other row.
  package var total: ByteCount {
    rows.lazy.filter { $0.container == nil }.map(\.bytes).reduce(.zero, +)
  }

  /// Bytes first, then category code, then thread: the order of every table.
  package mutating func sortRows() {
    rows.sort {
      if $0.bytes != $1.bytes { return $0.bytes > $1.bytes }
      if $0.category != $1.category { return $0.category < $1.category }
      return ($0.thread ?? "", $0.instance ?? "", $0.site ?? "")
        < ($1.thread ?? "", $1.instance ?? "", $1.site ?? "")
    }
  }
}
