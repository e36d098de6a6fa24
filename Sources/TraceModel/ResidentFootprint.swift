/// Resident bytes of a process's mappings at one reading, by category.
package struct ResidentFootprint: Hashable, Sendable {
  package var time: UInt64
  /// The ordinal of the reading's last event.
  package var event: UInt64
  /// What was committed then.
  package var committed: Int64
  /// Of mappings whose pages are all of one category.
  package var categories: [MemoryCategory: ByteCount] = [:]
  /// Of the C library's heap, where blocks of all categories share pages, and of mappings that no
  /// event shows.
  package var rest = ByteCount.zero

  package init(time: UInt64, event: UInt64, committed: Int64) {
    self.time = time
    self.event = event
    self.committed = committed
  }
}
