import TraceModel

/// The events that nearly every log consists of: allocations, reallocations and frees of which
/// nothing is to be found out but which belong together.
///
/// Rationale: what is asked for each of them is kept in local variables for as long as such events
/// follow one another. All other events, and what is rare in these, are left to the general way,
/// which gives the same results.
extension EventMatcher {
  /// What is written for each row.
  @unsafe private struct Output {
    let releases: UnsafeMutablePointer<UInt64>
    let categories: UnsafeMutablePointer<UInt8>
    let begun: UnsafeMutablePointer<Int32>
  }

  /// The cell of the allocations in a row, and what they changed since the grid was told.
  private struct CurrentCell {
    var index: Int32 = -1
    var category: UInt8 = 0
    var thread: UInt64 = 0
    /// Whether what the thread asks for belongs to no module instance, unless its stack says so.
    var isOutside = true
    var bytes: Int64 = 0
    var blocks: Int64 = 0

    /// Tells the grid.
    @inline(__always)
    mutating func settle(in grid: inout LiveGrid) {
      guard index >= 0 else { return }
      grid.add(index, committed: bytes, count: blocks)
      bytes = 0
      blocks = 0
    }
  }

  /// How many events before its own a block's place in the table is called into the cache.
  private static let window = 16

  /// Apart from the loop over rows, which has few registers to spare.
  @inline(never)
  private static func prefetch(
    _ addresses: Span<UInt64>, from first: Int, in table: LiveBlockTable
  ) {
    let next = min(addresses.count, first + window)
    let after = min(addresses.count, next + window)
    unsafe addresses.withUnsafeBufferPointer { addresses in
      unsafe table.prefetchBlocks(at: UnsafeBufferPointer(rebasing: addresses[first..<next]))
      unsafe table.prefetchSlots(of: UnsafeBufferPointer(rebasing: addresses[next..<after]))
    }
  }

  /// Matches rows from `first` on until one is not plain; returns that one.
  mutating func matchPlainRows(
    of batch: borrowing EventBatch, from first: Int, traits: [ShapeTraits],
    bucket: inout TimelineBucket, begun: inout BegunRows, into derived: inout DerivedColumns
  ) -> Int {
    let firstAllocation = derived.firstAllocation
    var farReleases = derived.farReleases
    derived.farReleases = []
    defer { derived.farReleases = farReleases }
    return unsafe derived.releases.withUnsafeMutableBufferPointer { releases in
      unsafe derived.categories.withUnsafeMutableBufferPointer { categories in
        unsafe begun.append { begun, count in
          guard let releases = releases.baseAddress, let categories = categories.baseAddress,
            let begun = begun.baseAddress
          else { return first }
          return unsafe matchPlainRows(
            of: batch, from: first, traits: traits, bucket: &bucket, firstAllocation,
            Output(releases: releases, categories: categories, begun: begun), &count,
            &farReleases)
        }
      }
    }
  }

  private mutating func matchPlainRows(
    of batch: borrowing EventBatch, from first: Int, traits: [ShapeTraits],
    bucket: inout TimelineBucket, _ firstAllocation: UInt64, _ output: Output,
    _ begun: inout Int, _ farReleases: inout [ReleasedBlock]
  ) -> Int {
    let shapes = batch.shapes.span
    let times = batch.times.span
    let addresses = batch.addresses.span
    let olds = batch.olds.span
    let sizes = batch.sizes.span
    let threads = batch.threads.span
    let stacks = batch.stacks.span
    let traits = traits.span
    var grid = cells.grid
    let plain = attribution?.stacks.plain ?? PlainCategories()
    let plainCodes = plain.codes
    let categories = plainCodes.span
    let limit = Int64(AddressSpace.limit)
    var table = blocks
    var committed = committed
    var allocations = begun
    let earlierAllocations = allocationCount &- UInt64(begun)
    var previous = previousTime
    var backward: UInt64 = 0
    var cell = CurrentCell()
    var far = farBlocks
    far.removeAll()
    defer { farBlocks = far }
    // How much may be allocated before any peak but the bucket's is passed: never too much, perhaps
    // too little.
    var headroom: Int64 = 0
    // The most there was since the bucket was told.
    var highest = Int64.min
    var row = first
    let rows = shapes.count
    // One check for all rows, which are read without one.
    precondition(
      times.count == rows && addresses.count == rows && olds.count == rows && sizes.count == rows
        && threads.count == rows && stacks.count == rows, "columns of unlike length")
    var fetched = first
    while row < rows {
      if row == fetched {
        fetched = min(rows, row + EventMatcher.window)
        if table.isFar { EventMatcher.prefetch(addresses, from: fetched, in: table) }
      }
      let trait = traits[Int(unsafe shapes[unchecked: row])]
      guard trait.isPlain else { break }
      let address = unsafe addresses[unchecked: row]
      let time = unsafe times[unchecked: row]
      let before = committed
      let ended =
        trait.effect == .allocation
        ? 0 : trait.effect == .release ? address : unsafe olds[unchecked: row]
      var ending: LiveBlockTable.Place?
      if ended != 0 {
        ending = table.place(of: ended)
        // More is told of some blocks' ends than here.
        guard let ending, !table[ending].isAmended, !table[ending].isGuest else { break }
      }
      if trait.effect == .reallocation {
        // It may have failed, or the block that it gives may still be live for the log.
        guard address != 0, address == ended || table.place(of: address) == nil else { break }
      }
      if trait.effect != .release, address != 0 {
        var category = blockCategory
        if trait.hasStack, !plain.isEmpty {
          let stack = unsafe stacks[unchecked: row]
          let ruled =
            stack < UInt64(categories.count) ? categories[Int(stack)] : plain.codeBeyond
          guard ruled != PlainCategories.notPlain else { break }
          if ruled != PlainCategories.own { category = ruled }
        }
        let thread = unsafe threads[unchecked: row]
        if cell.index < 0 || thread != cell.thread || category != cell.category {
          cell.settle(in: &grid)
          if thread != cell.thread || cell.index < 0 {
            cell.thread = thread
            cell.isOutside = attribution?.instances.isOutside(cell.thread) ?? true
          }
          cell.category = category
          cell.index =
            cell.isOutside ? grid.recentCell(code: category, thread: cell.thread) : -1
          headroom = 0
        }
        let size = unsafe sizes[unchecked: row]
        guard cell.index >= 0, size <= UInt64(max(0, min(limit, limit &- committed))) else { break }
      }
      if let ending {
        let size = Int64(truncatingIfNeeded: table[ending].size)
        let allocation = table[ending].allocation
        unsafe output.releases[row] = allocation &+ 1
        if allocation < firstAllocation {
          // Copied as it is: put together only when all rows are done.
          far.append(table[ending])
        }
        committed &-= size
        let endedCell = table[ending].cell
        if endedCell == cell.index {
          cell.bytes &-= size
          cell.blocks &-= 1
          headroom &+= size
        } else {
          grid.add(endedCell, committed: 0 &- size, count: -1)
        }
        table.end(ending)
      }
      if trait.effect != .release {
        if address != 0 {
          let size = unsafe sizes[unchecked: row]
          let block = unsafe LiveBlock(
            address: address,
            allocation: earlierAllocations &+ UInt64(truncatingIfNeeded: allocations), size: size,
            stack: stacks[unchecked: row], cell: cell.index, hasStack: trait.hasStack)
          guard table.begin(block) else { break }
          unsafe output.categories[row] = cell.category
          let grown = Int64(truncatingIfNeeded: size)
          committed &+= grown
          cell.bytes &+= grown
          cell.blocks &+= 1
          headroom &-= grown
          if headroom < 0 {
            cell.settle(in: &grid)
            let event = batch.firstEvent + UInt64(row)
            grid.notePeaks(of: cell.index, event: event, time: time)
            if committed > known.committedPeak.bytes {
              known.committedPeak = Peak(bytes: committed, event: event, time: time)
            }
            headroom = max(
              0, min(known.committedPeak.bytes &- committed, grid.headroom(of: cell.index)))
          }
        }
        unsafe output.begun[allocations] = Int32(truncatingIfNeeded: row)
        allocations &+= 1
      }
      if time < previous { backward += 1 }
      previous = time
      if bucket.holds(time) {
        highest = max(highest, committed)
      } else {
        bucket.raise(to: highest)
        bucket.move(to: time, before: before, after: committed, of: &known.timeline)
        highest = .min
      }
      row += 1
    }
    bucket.raise(to: highest)
    cell.settle(in: &grid)
    // Mostly, these are all that a batch has.
    if farReleases.isEmpty { farReleases.reserveCapacity(far.count) }
    for place in 0..<far.count {
      farReleases.append(ReleasedBlock(far[place], of: grid[far[place].cell]))
    }
    allocationCount &+= UInt64(allocations - begun)
    begun = allocations
    blocks = table
    known.backwardTimes += backward
    self.committed = committed
    previousTime = previous
    return row
  }
}
