import TraceModel

/// Consecutive batches that become one row group.
///
/// Rationale: batches are as large as a processor's cache, row groups as large as compresses well.
struct EventGroup: Sendable {
  private let batches: [EventBatch]
  /// For each batch, where addresses are kept.
  private let addresses: [AddressColumns]
  let rows: Int

  init(_ batches: [EventBatch], addresses: [AddressColumns]) {
    self.batches = batches
    self.addresses = addresses
    rows = batches.reduce(0) { $0 + $1.count }
  }

  var columns: [Column] {
    let traits = batches.map { $0.shapeTable.map(ShapeColumns.init) }
    let (shapeTable, shapes) = usedShapes()
    var columns = [
      Column(.shapeTable, blob: EventColumns.encode(shapeTable)),
      Column(.shapes, shapeTable.count <= 256 ? .packed : .fixed, shapes),
      Column(.startTime, .varint, Array(batches[0].times.prefix(1))),
      Column(.threads, runsOf: batches.map(\.threads)),
      Column(.sizes, .varint, values(\.sizes, where: traits.map { $0.map(\.hasSize) })),
      Column(.stacks, .fixed, values(\.stacks, where: traits.map { $0.map(\.hasStack) })),
    ]
    columns += timeColumns(isRelease: traits.map { $0.map(\.isRelease) })
    columns += addressColumns()
    if batches.allSatisfy(\.isMatched) {
      columns += derivedColumns(traits)
    }
    columns += extraColumns()
    return columns.filter { !$0.content.isEmpty }
  }

  /// The shapes that rows have, in the order of their first row, and each row's place among them.
  private func usedShapes() -> (table: [EventShape], places: [UInt64]) {
    var table: [EventShape] = []
    var known: [EventShape: UInt64] = [:]
    var rows: [UInt64] = []
    rows.reserveCapacity(self.rows)
    for batch in batches {
      var places = [UInt64](repeating: .max, count: batch.shapeTable.count)
      for shape in batch.shapes {
        var place = places[Int(shape)]
        if place == .max {
          let met = batch.shapeTable[Int(shape)]
          place = known[met] ?? UInt64(table.count)
          if place == UInt64(table.count) {
            table.append(met)
            known[met] = place
          }
          places[Int(shape)] = place
        }
        rows.append(place)
      }
    }
    return (table, rows)
  }

  /// The values of the rows whose shape has them.
  private func values(
    _ column: KeyPath<EventBatch, [UInt64]>, where isPresent: [[Bool]]
  ) -> [UInt64] {
    unsafe [UInt64](unsafeUninitializedCapacity: rows) { buffer, count in
      for (batch, isPresent) in zip(batches, isPresent) {
        let values = batch[keyPath: column]
        let shapes = batch.shapes
        for row in 0..<batch.count where isPresent[Int(shapes[row])] {
          unsafe buffer[count] = values[row]
          count += 1
        }
      }
    }
  }

  private func addressColumns() -> [Column] {
    var all = AddressColumns()
    var row = 0
    for (batch, addresses) in zip(batches, addresses) {
      all.append(addresses, atRow: row)
      row += batch.count
    }
    return all.columns
  }

  /// The time that passed before each row; releases are a stream of their own.
  private func timeColumns(isRelease: [[Bool]]) -> [Column] {
    var steps: [UInt64] = []
    var releaseSteps: [UInt64] = []
    steps.reserveCapacity(rows)
    releaseSteps.reserveCapacity(rows)
    var last = batches[0].times.first ?? 0
    for (batch, isRelease) in zip(batches, isRelease) {
      for row in 0..<batch.count {
        let step = batch.times[row] &- last
        last = batch.times[row]
        if isRelease[Int(batch.shapes[row])] {
          releaseSteps.append(step)
        } else {
          steps.append(step)
        }
      }
    }
    return [
      Column(.timeSteps, .planes, steps), Column(.releaseTimeSteps, .planes, releaseSteps),
    ]
  }

  private func derivedColumns(_ traits: [[ShapeColumns]]) -> [Column] {
    let first = batches[0].derived.firstAllocation
    var releases: [UInt64] = []
    releases.reserveCapacity(rows)
    var missed: (rows: [UInt64], allocations: [UInt64]) = ([], [])
    var far: [ReleasedBlock] = []
    var categories: [UInt64] = []
    categories.reserveCapacity(rows)
    var adjustments: [Adjustment] = []
    var instanceChanges: [InstanceChange] = []
    var last: UInt64 = 0
    var firstRow = 0
    for (batch, traits) in zip(batches, traits) {
      let derived = batch.derived
      var nextFar = 0
      for row in 0..<batch.count {
        let release = derived.releases[row]
        if release != 0, release <= derived.firstAllocation {
          // Far from its batch, perhaps not from its row group.
          if release <= first { far.append(derived.farReleases[nextFar]) }
          nextFar += 1
        }
        if traits[Int(batch.shapes[row])].ends {
          guard release != 0 else {
            releases.append(0)
            continue
          }
          releases.append(1 &+ ZigZag.encode(Int64(bitPattern: release &- 1 &- last)))
          last = release &- 1
        } else if release != 0 {
          missed.rows.append(UInt64(firstRow + row))
          missed.allocations.append(release - 1)
        }
      }
      for row in derived.allocationRows { categories.append(UInt64(derived.categories[Int(row)])) }
      adjustments += derived.adjustments.map { $0.moved(by: firstRow) }
      instanceChanges += derived.instanceChanges.map {
        InstanceChange(instance: $0.instance, change: $0.change.moved(by: firstRow))
      }
      firstRow += batch.count
    }
    let columns = [
      Column(.categories, .runLength, categories),
      Column(.firstAllocation, .varint, [first]),
      Column(.releasedAllocations, .varint, releases),
      Column(.missedRows, .delta, missed.rows),
      Column(.missedAllocations, .delta, missed.allocations),
    ]
    return columns + EventColumns.farColumns(far)
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
