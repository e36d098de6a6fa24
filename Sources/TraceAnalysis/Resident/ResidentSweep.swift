import TraceModel

/// Puts together the `resident` events of one reading of a process's mappings, and keeps the reading
/// at which most was committed.
struct ResidentSweep {
  private var current: ResidentFootprint?
  private var best: ResidentFootprint?

  /// Takes one mapping; `category` is nil where its pages are of several or unknown.
  mutating func add(
    _ bytes: ByteCount, _ category: MemoryCategory?, time: UInt64, event: UInt64, committed: Int64
  ) {
    if current?.time != time {
      close()
      current = ResidentFootprint(time: time, event: event, committed: committed)
    }
    current?.event = event
    if let category {
      current?.categories[category, default: .zero] += bytes
    } else {
      current?.rest += bytes
    }
  }

  /// The reading at which most was committed; the last of equal ones.
  var fullest: ResidentFootprint? {
    guard let current else { return best }
    return current.committed >= best?.committed ?? .min ? current : best
  }

  private mutating func close() {
    best = fullest
    current = nil
  }
}
