import TraceModel

/// The events that nearly every log consists of: allocations and frees of which nothing is to be
/// found out but which belong together.
///
/// Rationale: what is asked for each of them is kept in local variables for as long as such events
/// follow one another. All other events, and what is rare in these, are left to the general way,
/// which gives the same results.
extension EventMatcher {
  /// The part of the timeline that a time is in: most events change nothing of it.
  struct TimelineBucket {
    private var start: UInt64 = 0
    private var width: UInt64 = 0
    private var peak: Int64 = 0

    init() {}

    init(of timeline: PeakTimeline, at time: UInt64) {
      guard time >= timeline.start else { return }
      let index = (time - timeline.start) >> timeline.shift
      start = timeline.start + index << timeline.shift
      width = timeline.width
      peak = timeline.peaks[Int(index)]
    }

    @inline(__always)
    func holds(_ bytes: Int64, at time: UInt64) -> Bool {
      time &- start < width && bytes <= peak
    }
  }

  /// Matches rows from `first` on until one is not plain; returns that one.
  mutating func matchPlainRows(
    of batch: borrowing EventBatch, from first: Int, traits: [ShapeTraits],
    bucket: inout TimelineBucket, into derived: inout DerivedColumns
  ) -> Int {
    let firstAllocation = derived.firstAllocation
    let allocationRows = derived.allocationRows.count
    var farReleases = derived.farReleases
    derived.farReleases = []
    defer { derived.farReleases = farReleases }
    let end = unsafe derived.releases.withUnsafeMutableBufferPointer { releases in
      unsafe derived.categories.withUnsafeMutableBufferPointer { categories in
        unsafe matchPlainRows(
          of: batch, from: first, traits: traits, bucket: &bucket, firstAllocation,
          releases, categories, &farReleases)
      }
    }
    // The rows in which a block may begin, all of them allocations here.
    for row in first..<end where traits[Int(batch.shapes[row])].effect == .allocation {
      derived.allocationRows.append(Int32(truncatingIfNeeded: row))
    }
    allocationCount += UInt64(derived.allocationRows.count - allocationRows)
    return end
  }

  private mutating func matchPlainRows(
    of batch: borrowing EventBatch, from first: Int, traits: [ShapeTraits],
    bucket: inout TimelineBucket, _ firstAllocation: UInt64,
    _ releases: UnsafeMutableBufferPointer<UInt64>,
    _ categories: UnsafeMutableBufferPointer<UInt8>, _ farReleases: inout [ReleasedBlock]
  ) -> Int {
    let shapes = batch.shapes.span
    let times = batch.times.span
    let addresses = batch.addresses.span
    let sizes = batch.sizes.span
    let threads = batch.threads.span
    let stacks = batch.stacks.span
    var grid = cells.grid
    let category = blockCategory
    var table = blocks
    var committed = committed
    var allocation = allocationCount
    var previous = previousTime
    var peak = known.committedPeak.bytes
    var row = first
    let rows = shapes.count
    while row < rows {
      let trait = traits[Int(shapes[row])]
      guard trait.isPlain else { break }
      if row + EventMatcher.lookAhead < rows {
        table.prefetchSlot(of: addresses[row + EventMatcher.lookAhead])
        table.prefetchBlock(at: addresses[row + EventMatcher.lookAhead / 2])
      }
      let address = addresses[row]
      let time = times[row]
      let before = committed
      if trait.effect == .release {
        if address != 0 {
          guard let block = table.remove(at: address) else { break }
          guard !block.isAmended, !block.isGuest else {
            // More is told of its end than here: it is live until that is done.
            _ = table.insert(block, at: address)
            break
          }
          unsafe releases[row] = block.allocation + 1
          if block.allocation < firstAllocation {
            farReleases.append(ReleasedBlock(block, of: grid[block.cell]))
          }
          committed &-= Int64(block.size)
          grid.add(block.cell, committed: -Int64(block.size), count: -1)
        }
      } else {
        if address != 0 {
          let size = sizes[row]
          let cell = grid.recentCell(code: category, thread: threads[row])
          guard cell >= 0, size <= AddressSpace.limit,
            committed &+ Int64(size) <= Int64(AddressSpace.limit),
            !trait.hasStack || attribution?.isSilent(stacks[row]) ?? true
          else { break }
          let block = LiveBlock(
            allocation: allocation, size: size, stack: stacks[row], cell: cell,
            hasStack: trait.hasStack)
          if let replaced = table.insert(block, at: address) {
            _ = table.insert(replaced, at: address)
            break
          }
          unsafe categories[row] = category
          committed &+= Int64(size)
          grid.add(cell, committed: Int64(size), count: 1)
          let event = batch.firstEvent + UInt64(row)
          grid.notePeaks(of: cell, event: event, time: time)
          if committed > peak {
            peak = committed
            known.committedPeak = Peak(bytes: committed, event: event, time: time)
          }
        }
        allocation += 1
      }
      if time < previous { known.backwardTimes += 1 }
      previous = time
      if !bucket.holds(committed, at: time) {
        known.timeline.current = before
        known.timeline.note(committed, at: time)
        bucket = TimelineBucket(of: known.timeline, at: time)
      }
      row += 1
    }
    blocks = table
    self.committed = committed
    previousTime = previous
    return row
  }
}
