import TraceModel

/// What ingest found out of a row group's rows.
struct DerivedRows: ~Copyable {
  private var releases: ReleaseColumns
  private var categories = RunLengths()
  private var adjustments: [Adjustment] = []
  private var instanceChanges: [InstanceChange] = []
  private let checkpoint: [CellBytes]

  /// Of a row group that begins with a batch, and has so many rows at the most.
  init(of first: EventBatch, capacity: Int) {
    releases = ReleaseColumns(first: first.derived.firstAllocation, capacity: capacity)
    checkpoint = first.derived.checkpoint
  }

  /// Takes the rows of the next batch, which begin at a row of the row group, and have these flags.
  mutating func append(_ batch: EventBatch, atRow firstRow: Int, _ flags: Span<UInt8>) {
    let derived = batch.derived
    releases.append(batch, atRow: firstRow, flags)
    let known = derived.categories.span
    for row in derived.allocationRows { categories.append(UInt64(known[Int(row)])) }
    adjustments += derived.adjustments.map { $0.moved(by: firstRow) }
    instanceChanges += derived.instanceChanges.map {
      InstanceChange(instance: $0.instance, change: $0.change.moved(by: firstRow))
    }
  }

  var columns: [Column] {
    mutating get {
      [categories.column(.categories)] + releases.columns
        + AdjustmentColumns.adjustments.columns(adjustments)
        + EventColumns.instanceColumns(instanceChanges)
        + EventColumns.checkpointColumns(checkpoint)
    }
  }
}

extension Adjustment {
  /// The same change in a row further behind.
  fileprivate func moved(by rows: Int) -> Adjustment {
    var moved = self
    moved.row += rows
    return moved
  }
}
