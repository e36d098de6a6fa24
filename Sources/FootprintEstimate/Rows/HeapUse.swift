/// What a sequence of allocations holds at its most, by what it is for.
struct HeapUse {
  /// Requested bytes in use when most are: structures only, neither the file nor linear memory.
  let peakBytes: Int64

  init(_ sequence: AllocationSequence) {
    var sizes = [Int64](repeating: 0, count: Int(sequence.blockCount))
    var sum: Int64 = 0
    var peak: Int64 = 0
    for event in sequence.events {
      let isElsewhere = event.purpose == .moduleFile || event.purpose == .linearMemory
      guard !isElsewhere, sizes.indices.contains(Int(event.block)) else { continue }
      let block = Int(event.block)
      sum -= sizes[block]
      sizes[block] = event.isRequest ? Int64(event.size) : 0
      sum += sizes[block]
      peak = max(peak, sum)
    }
    peakBytes = peak
  }
}
