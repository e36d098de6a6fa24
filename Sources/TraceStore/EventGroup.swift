import TraceModel

/// Consecutive batches that become one row group.
///
/// Rationale: batches are as large as a processor's cache, row groups as large as compresses well.
struct EventGroup: Sendable {
  let batches: [EventBatch]
  /// For each batch, where addresses are kept.
  private let addresses: [AddressColumns]
  let rows: Int

  init(_ batches: [EventBatch], addresses: [AddressColumns]) {
    self.batches = batches
    self.addresses = addresses
    rows = batches.reduce(0) { $0 + $1.count }
  }

  var columns: [Column] {
    let shapes = ShapeRows(batches)
    var threads = RunLengths()
    for batch in batches { threads.append(batch.threads) }
    var columns =
      shapes.columns + [
        TimeColumns.start(of: batches),
        threads.column(.threads),
        sizeColumn(shapes.flags.span),
        stackColumn(shapes.flags.span),
      ]
    columns += TimeColumns.steps(of: batches, rows: rows, shapes.flags.span)
    columns += AddressColumns.columns(addresses)
    if batches.allSatisfy(\.isMatched) {
      columns += derivedColumns(shapes.flags.span)
    }
    columns += extraColumns()
    return columns.filter { !$0.content.isEmpty }
  }

  private func derivedColumns(_ flags: Span<UInt8>) -> [Column] {
    var releases = ReleaseColumns(first: batches[0].derived.firstAllocation, rows: rows)
    var categories = RunLengths()
    var adjustments: [Adjustment] = []
    var instanceChanges: [InstanceChange] = []
    var firstRow = 0
    for batch in batches {
      let derived = batch.derived
      releases.append(batch, atRow: firstRow, flags: flags)
      let known = derived.categories.span
      for row in derived.allocationRows { categories.append(UInt64(known[Int(row)])) }
      adjustments += derived.adjustments.map { $0.moved(by: firstRow) }
      instanceChanges += derived.instanceChanges.map {
        InstanceChange(instance: $0.instance, change: $0.change.moved(by: firstRow))
      }
      firstRow += batch.count
    }
    return [categories.column(.categories)] + releases.columns
      + AdjustmentColumns.adjustments.columns(adjustments)
      + EventColumns.instanceColumns(instanceChanges)
      + EventColumns.checkpointColumns(batches[0].derived.checkpoint)
  }

  /// The columns of further keys, with the texts that they name.
  private func extraColumns() -> [Column] {
    let fields = Set(batches.flatMap(\.extras.keys)).sorted {
      ($0.name, $0.kind.rawValue) < ($1.name, $1.kind.rawValue)
    }
    var texts = TextTable()
    var values = [[UInt64]](repeating: [], count: fields.count)
    for batch in batches {
      let places = batch.strings.map { texts.number(of: $0) }
      for (place, field) in fields.enumerated() {
        let more = batch.extras[field] ?? []
        values[place] += field.kind == .text ? more.map { places[Int($0)] } : more
      }
    }
    return [
      Column(.texts, texts: texts.texts), Column(.extraFields, blob: EventColumns.encode(fields)),
    ]
      + values.enumerated().map { place, values in
        Column(number: ColumnID.firstExtra + UInt64(place), .varint, values)
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
