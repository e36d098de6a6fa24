package import TraceModel

/// Adds to each batch, in order, what later queries need, so that none needs a table of live blocks.
///
/// Pairs every release with its allocation, gives every block and mapping a category, moves stacks to
/// the threads that run on them, and keeps the totals, peaks and checkpoints of the whole trace.
package struct EventMatcher {
  /// The parts of the summary that grow event by event.
  var known = TraceSummary()
  /// Whose allocations the events of the current input are; nil where nothing says.
  package var scope: TraceScope? {
    didSet {
      if scope != oldValue { guest = GuestMemory() }
      isGuest = scope == .guest
      blockCategory =
        switch scope {
        case .wamr: MemoryCategory.runtimeOther.code
        case .guest: MemoryCategory.libcHeap.code
        default: MemoryCategory.unattributed.code
        }
    }
  }
  /// Asked for each event, as are the two below.
  private(set) var isGuest = false
  /// The category code of a block of which nothing more is known.
  private(set) var blockCategory = MemoryCategory.unattributed.code
  private let linearMemory = MemoryCategory.linearMemory.code
  var guest = GuestMemory()

  var blocks = LiveBlockTable()
  /// Blocks of earlier batches that end in the rows at hand.
  var farBlocks = PinnedArray<LiveBlock>()
  var cells = CellTable()
  var space = AddressSpace()
  var committed: Int64 = 0
  var reserved: Int64 = 0
  var attribution: BlockAttribution?
  var resident = ResidentSweep()
  var previousTime: UInt64 = 0
  /// How many events at the beginning only say what is live when the others begin.
  ///
  /// Peaks, times and oddities are noted from the event of this ordinal on. No batch holds events of
  /// both kinds.
  package var openingEvents: UInt64 = 0
  /// Rows so far in which a block may begin.
  var allocationCount: UInt64 = 0

  /// Call stacks say nothing of categories without rules.
  package init(rules: AttributionRules? = nil) {
    attribution = rules.map(BlockAttribution.init)
  }

  package var hasRules: Bool { attribution != nil }

  /// Takes rules, before the first call stack is defined.
  package mutating func attribute(by rules: AttributionRules) {
    attribution = BlockAttribution(rules)
  }

  /// Takes definitions of call stacks, before the events that name them.
  package mutating func define(_ stacks: StackBatch) {
    attribution?.stacks.define(stacks)
  }

  package var pageSize: UInt64 {
    get { space.pageSize }
    set {
      guard (1...1 << 20).contains(newValue), newValue & (newValue - 1) == 0 else { return }
      space.pageSize = newValue
    }
  }

  /// The process's first thread, where the log names it.
  package var mainThread: UInt64? {
    get { space.mainThread }
    set { space.mainThread = newValue }
  }

  package var eventCount: UInt64 { known.eventCount }

  package var committedPeak: Peak { known.committedPeak }

  /// What is to be said of everything matched so far; costs as much as there are threads.
  package var summary: TraceSummary {
    var whole = known
    whole.residentFootprint = resident.fullest
    whole.endBytes = committed
    whole.endBlocks = Int64(blocks.count)
    whole.unmatchedUnmaps = space.unmatchedUnmaps
    whole.impossibleSizes += space.impossibleSizes
    whole.threads = space.threads
    whole.covers.formUnion(cells.cells.map(\.category))
    for (category, peak) in zip(MemoryCategory.allCases, cells.categoryPeaks) where peak.bytes > 0 {
      whole.categoryPeaks[category] = peak
    }
    for (thread, peak) in zip(cells.threadIDs, cells.threadPeaks) where peak.bytes > 0 {
      whole.threadPeaks[thread] = peak
    }
    return whole
  }

  /// Fills the derived columns of a batch.
  package mutating func match(_ batch: inout EventBatch) {
    let rows = batch.count
    if openingEvents > 0, batch.firstEvent == openingEvents, let time = batch.times.first {
      beginRange(at: time)
    }
    var derived = DerivedColumns()
    derived.checkpoint = cells.checkpoint
    derived.firstAllocation = allocationCount
    derived.categories = Array(repeating: DerivedColumns.noCategory, count: rows)
    derived.releases = Array(repeating: 0, count: rows)
    var begun = BegunRows(limit: rows)
    let backwardTimes = known.backwardTimes
    let traits = batch.shapeTable.map(ShapeTraits.init)
    var extras = ExtraCursor(batch)
    var bucket = TimelineBucket()
    // Texts are compared once a batch, not once an event.
    let usages = batch.extras[EventShape.usage] ?? []
    let usageCategories = usages.isEmpty ? [] : batch.strings.map(category(usage:))
    var nextUsage = 0
    var row = 0
    while row < rows {
      if !isGuest {
        row = matchPlainRows(
          of: batch, from: row, traits: traits, bucket: &bucket, begun: &begun, into: &derived)
        guard row < rows else { break }
      }
      let trait = traits[Int(batch.shapes[row])]
      let time = batch.times[row]
      if time < previousTime { known.backwardTimes += 1 }
      previousTime = time
      let before = committed
      if trait.effect == .other {
        let values = extras.take(batch.shapeTable[Int(batch.shapes[row])])
        applyMapping(
          values, batch: batch, row: row, event: batch.firstEvent + UInt64(row), into: &derived)
      } else {
        let hasFailed =
          trait.hasResult && extras.take(batch.shapeTable[Int(batch.shapes[row])]).hasFailed
        if !hasFailed {
          let usage = trait.hasUsage && nextUsage < usages.count ? usages[nextUsage] : .max
          applyHeapEvent(
            batch, row: row, trait: trait,
            category: usage < UInt64(usageCategories.count)
              ? usageCategories[Int(usage)] : blockCategory,
            into: &derived)
        }
        if trait.effect != .release {
          begun.append(row)
          allocationCount += 1
        }
      }
      if trait.hasUsage { nextUsage += 1 }
      notePeaks(event: batch.firstEvent + UInt64(row), time: time)
      if bucket.holds(time) {
        bucket.raise(to: committed)
      } else {
        bucket.move(to: time, before: before, after: committed, of: &known.timeline)
      }
      row += 1
    }
    bucket.settle(in: &known.timeline)
    known.timeline.current = committed
    noteSpan(of: batch.times, isOrdered: known.backwardTimes == backwardTimes)
    derived.allocationRows = begun.finish()
    known.eventCount = batch.firstEvent + UInt64(rows)
    batch.derived = derived
  }

  private mutating func noteSpan(of times: [UInt64], isOrdered: Bool) {
    guard let first = isOrdered ? times.first : times.min(),
      let last = isOrdered ? times.last : times.max()
    else { return }
    known.firstTime = min(known.firstTime ?? first, first)
    known.lastTime = max(known.lastTime ?? last, last)
  }

  // MARK: Heap blocks

  @inline(__always)
  private mutating func applyHeapEvent(
    _ batch: borrowing EventBatch, row: Int, trait: ShapeTraits, category: UInt8,
    into derived: inout DerivedColumns
  ) {
    switch trait.effect {
    case .allocation:
      if batch.addresses[row] != 0 {
        begin(batch, row: row, trait: trait, category: category, into: &derived)
      }
    case .reallocation:
      reallocate(batch, row: row, trait: trait, category: category, into: &derived)
    case .release:
      if batch.addresses[row] != 0 {
        release(batch.addresses[row], row: row, batch: batch, into: &derived)
      }
    case .other: break
    }
  }

  private mutating func reallocate(
    _ batch: borrowing EventBatch, row: Int, trait: ShapeTraits, category: UInt8,
    into derived: inout DerivedColumns
  ) {
    let address = batch.addresses[row]
    let old = batch.olds[row]
    // realloc to size 0 may free and return null; with a size, null means that it failed.
    guard address != 0 || batch.sizes[row] == 0 else { return }
    if old != 0 { release(old, row: row, batch: batch, into: &derived) }
    guard address != 0 else { return }
    begin(batch, row: row, trait: trait, category: category, into: &derived)
  }

  @inline(__always)
  private mutating func release(
    _ address: UInt64, row: Int, batch: borrowing EventBatch, into derived: inout DerivedColumns
  ) {
    let spelling = address
    let address = key(address)
    if let block = blocks.remove(at: address) {
      end(block, row: row, into: &derived)
      if block.isGuest != (spelling != address) { derived.inexactReleases.append(Int32(row)) }
      if isGuest {
        takeFromGuest(-Int64(block.size), at: address, row: row, into: &derived)
      }
      if block.isAmended { takeBack(at: address, row: row, into: &derived) }
    } else {
      known.unmatchedFrees += 1
    }
  }

  @inline(__always)
  private mutating func begin(
    _ batch: borrowing EventBatch, row: Int, trait: ShapeTraits, category: UInt8,
    into derived: inout DerivedColumns
  ) {
    let address = key(batch.addresses[row])
    let size = batch.sizes[row]
    guard size <= AddressSpace.limit, committed &+ Int64(size) <= Int64(AddressSpace.limit) else {
      known.impossibleSizes += 1
      if let replaced = blocks.remove(at: address) {
        endMissed(replaced, at: address, row: row, into: &derived)
      }
      return
    }
    if trait.hasStack, category != linearMemory, attribution != nil {
      beginAttributed(batch, row: row, category: category, into: &derived)
    } else {
      begin(
        size, at: address, of: batch, row: row, hasStack: trait.hasStack, category: category,
        amends: false, into: &derived)
    }
  }

  /// Begins a block of which rules may say more.
  @inline(never)
  private mutating func beginAttributed(
    _ batch: borrowing EventBatch, row: Int, category: UInt8, into derived: inout DerivedColumns
  ) {
    let address = key(batch.addresses[row])
    let size = batch.sizes[row]
    let event = batch.firstEvent + UInt64(row)
    let finding =
      attribution?.find(
        stack: batch.stacks[row], size: size, thread: batch.threads[row], event: event)
      ?? BlockAttribution.Finding()
    let block = begin(
      size, at: address, of: batch, row: row, hasStack: true,
      category: finding.category?.code ?? category, amends: finding.amends, into: &derived)
    guard finding.amends else { return }
    amend(block, at: address, finding: finding, row: row, into: &derived)
    noteAmendedPeaks(at: address, event: event, time: batch.times[row])
    cells.notePeaks(of: block.cell, event: event, time: batch.times[row])
  }

  @inline(__always)
  @discardableResult
  private mutating func begin(
    _ size: UInt64, at address: UInt64, of batch: borrowing EventBatch, row: Int, hasStack: Bool,
    category: UInt8, amends: Bool, into derived: inout DerivedColumns
  ) -> LiveBlock {
    let cell = cells.index(code: category, thread: batch.threads[row])
    let block = LiveBlock(
      address: address, allocation: allocationCount, size: size, stack: batch.stacks[row],
      cell: cell, hasStack: hasStack, isGuest: address != batch.addresses[row], isAmended: amends)
    if let replaced = blocks.insert(block) {
      endMissed(replaced, at: address, row: row, into: &derived)
    }
    derived.categories[row] = category
    committed &+= Int64(size)
    cells.add(cell, committed: Int64(size), count: 1)
    if isGuest { takeFromGuest(Int64(size), at: address, row: row, into: &derived) }
    if !amends {
      cells.notePeaks(
        of: cell, event: batch.firstEvent + UInt64(row), time: batch.times[row])
    }
    return block
  }

  /// Ends a block whose free the log does not show.
  @inline(never)
  private mutating func endMissed(
    _ block: LiveBlock, at address: UInt64, row: Int,
    into derived: inout DerivedColumns
  ) {
    known.missedFrees += 1
    if block.isAmended { takeBack(at: address, row: row, into: &derived) }
    if derived.releases[row] == 0 {
      end(block, row: row, into: &derived)
      derived.inexactReleases.append(Int32(row))
    } else {
      endBeside(block, row: row, into: &derived)
    }
    if isGuest {
      takeFromGuest(-Int64(block.size), at: address, row: row, into: &derived)
    }
  }

  /// What a block's address is in the table of live blocks.
  @inline(__always)
  private func key(_ address: UInt64) -> UInt64 {
    isGuest ? address | GuestMemory.addressMark : address
  }

  /// The code of what a block of a usage is, before rules are asked.
  private func category(usage: String) -> UInt8 {
    switch usage {
    case "linear": MemoryCategory.linearMemory.code
    case "runtime": MemoryCategory.runtimeOther.code
    default: blockCategory
    }
  }

  @inline(__always)
  private mutating func end(
    _ block: LiveBlock, row: Int, into derived: inout DerivedColumns
  ) {
    derived.releases[row] = block.allocation + 1
    if block.allocation < derived.firstAllocation {
      derived.farReleases.append(ReleasedBlock(block, of: cells.grid[block.cell]))
    }
    committed &-= Int64(block.size)
    cells.add(block.cell, committed: -Int64(block.size), count: -1)
  }

  /// Ends a second block in one row, which the release columns have no place for.
  private mutating func endBeside(
    _ block: LiveBlock, row: Int, into derived: inout DerivedColumns
  ) {
    committed &-= Int64(block.size)
    cells.add(block.cell, committed: -Int64(block.size), count: -1)
    derived.adjustments.append(change(of: block, row: row).reversed)
  }

  @inline(__always)
  private mutating func notePeaks(event: UInt64, time: UInt64) {
    if committed > known.committedPeak.bytes {
      known.committedPeak = Peak(bytes: committed, event: event, time: time)
    }
    if reserved > known.reservedPeak.bytes {
      known.reservedPeak = Peak(bytes: reserved, event: event, time: time)
    }
  }
}
