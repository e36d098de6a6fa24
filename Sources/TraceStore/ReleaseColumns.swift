import TraceModel

/// Which allocation's block ends in each row of a row group.
///
/// Rows in which a block normally ends say it by the difference to the row before; the few others
/// are listed.
struct ReleaseColumns: ~Copyable {
  /// The row group's first allocation: what is released before it is of another row group.
  private let first: UInt64
  private var codes: VarintBuffer
  private var last: UInt64 = 0
  private var missedRows: [UInt64] = []
  private var missedAllocations: [UInt64] = []
  private var far: FarColumns
  /// The next of the batch's blocks of earlier batches.
  private var nextFar = 0
  /// What a batch's rows say in which a block normally ends.
  private var ended: RowBuffer<UInt64>

  /// Of so many rows at the most.
  init(first: UInt64, capacity: Int) {
    self.first = first
    codes = VarintBuffer(capacity: capacity)
    ended = RowBuffer(rows: capacity)
    far = FarColumns(capacity: capacity)
  }

  /// Takes the next batch, whose rows begin at a row of the row group, and have these flags.
  mutating func append(_ batch: EventBatch, atRow firstRow: Int, _ flags: Span<UInt8>) {
    let derived = batch.derived
    let filled = derived.releases.filled(to: batch.count)
    let releases = filled.span
    ended.removeAll()
    nextFar = 0
    // Of the rows in which no block normally ends; 0 where none of them ends one, as nearly always.
    var missed: UInt64 = 0
    for row in 0..<batch.count {
      let release = unsafe releases[unchecked: row]
      let ends = unsafe ShapeFlags.count(
        ShapeFlags.ends, in: flags[unchecked: row])
      unsafe ended.take(release, where: ends)
      missed |= release & (UInt64(truncatingIfNeeded: ends) &- 1)
    }
    guard missed == 0 else {
      appendOneByOne(filled, derived, atRow: firstRow, flags)
      return
    }
    for place in 0..<ended.count {
      let release = unsafe ended[unchecked: place]
      if release != 0, release <= derived.firstAllocation { noteFar(release, derived) }
      unsafe note(release)
    }
  }

  private mutating func appendOneByOne(
    _ releases: [UInt64], _ derived: DerivedColumns, atRow firstRow: Int, _ flags: Span<UInt8>
  ) {
    for (row, release) in releases.enumerated() {
      if release != 0, release <= derived.firstAllocation { noteFar(release, derived) }
      if ShapeFlags.has(ShapeFlags.ends, in: flags[row]) {
        unsafe note(release)
      } else if release != 0 {
        missedRows.append(UInt64(firstRow + row))
        missedAllocations.append(release - 1)
      }
    }
  }

  /// Far from its batch, perhaps not from its row group.
  @inline(__always)
  private mutating func noteFar(_ release: UInt64, _ derived: DerivedColumns) {
    if release <= first { unsafe far.append(derived.farReleases[nextFar]) }
    nextFar += 1
  }

  @inline(__always) @unsafe
  private mutating func note(_ release: UInt64) {
    guard release != 0 else {
      unsafe codes.append(0)
      return
    }
    unsafe codes.append(1 &+ ZigZag.encode(Int64(bitPattern: release &- 1 &- last)))
    last = release &- 1
  }

  var columns: [Column] {
    mutating get {
      [
        Column(.firstAllocation, .varint, [first]),
        codes.column(.releasedAllocations),
        Column(.missedRows, .delta, missedRows),
        Column(.missedAllocations, .delta, missedAllocations),
      ] + far.columns
    }
  }
}

/// What the blocks of earlier row groups were that end in a row group.
private struct FarColumns: ~Copyable {
  private var sizes: VarintBuffer
  private var threads = RunLengths()
  private var categories = RunLengths()
  private var stacks: VarintBuffer

  init(capacity: Int) {
    sizes = VarintBuffer(capacity: capacity)
    stacks = VarintBuffer(capacity: capacity)
  }

  /// Takes the next block; there is room for as many as the capacity says.
  @inline(__always) @unsafe
  mutating func append(_ block: ReleasedBlock) {
    unsafe sizes.append(block.size)
    threads.append(block.thread)
    categories.append(UInt64(block.category))
    unsafe stacks.append(EventColumns.optional(block.stack))
  }

  var columns: [Column] {
    mutating get {
      [
        sizes.column(.farSizes), threads.column(.farThreads), categories.column(.farCategories),
        stacks.column(.farStacks),
      ]
    }
  }
}
