import TraceModel

/// A batch of events as columns, and back.
enum EventColumns {
  /// Which columns a query reads.
  package enum Selection {
    /// What the log said, to write it again.
    case recorded
    /// What the live bytes follow from; addresses are left out.
    case aggregated
    /// Everything.
    case all

    func includes(_ column: UInt64) -> Bool {
      guard self != .all else { return true }
      if column >= ColumnID.firstExtra { return self == .recorded }
      guard let id = ColumnID(rawValue: column) else { return false }
      return switch id {
      case .addresses, .olds, .extraFields, .texts, .addressCodes, .addressSteps,
        .inexactReleases:
        self == .recorded
      // Addresses follow from which block ends in a row, and from sizes.
      case .shapeTable, .shapes, .times, .startTime, .timeSteps, .releaseTimeSteps, .threads,
        .sizes, .stacks, .firstAllocation, .categories, .releasedAllocations, .missedRows,
        .missedAllocations, .farSizes, .farThreads, .farCategories, .farStacks:
        true
      default: self == .aggregated
      }
    }
  }

  // MARK: Encoding

  /// The columns of a batch; without `addresses`, those are left out.
  static func columns(_ batch: EventBatch, addresses: AddressColumns?) -> [Column] {
    let (shapeTable, shapes) = usedShapes(of: batch)
    let traits = batch.shapeTable.map(ShapeColumns.init)
    let fields = batch.extras.keys.sorted {
      ($0.name, $0.kind.rawValue) < ($1.name, $1.kind.rawValue)
    }
    var columns = [
      Column(.shapeTable, blob: encode(shapeTable)),
      Column(.shapes, shapeTable.count <= 256 ? .packed : .fixed, shapes),
      Column(.startTime, .varint, Array(batch.times.prefix(1))),
      Column(.threads, .runLength, batch.threads),
      Column(.sizes, .varint, values(batch.sizes, of: batch, where: traits.map(\.hasSize))),
      Column(.stacks, .fixed, values(batch.stacks, of: batch, where: traits.map(\.hasStack))),
      Column(.texts, texts: batch.strings),
      Column(.extraFields, blob: encode(fields)),
    ]
    columns += timeColumns(batch, isRelease: traits.map(\.isRelease))
    columns += addresses?.columns ?? []
    if batch.derived.categories.count == batch.count { columns += derivedColumns(batch, traits) }
    columns += fields.enumerated().map { index, field in
      Column(number: ColumnID.firstExtra + UInt64(index), .varint, batch.extras[field] ?? [])
    }
    return columns.filter { !$0.content.isEmpty }
  }

  /// The shapes that rows have, in the order of their first row, and each row's place among them.
  private static func usedShapes(of batch: EventBatch) -> (table: [EventShape], places: [UInt64]) {
    var places = [UInt64](repeating: .max, count: batch.shapeTable.count)
    var table: [EventShape] = []
    let rows = batch.shapes.map { shape -> UInt64 in
      let shape = Int(shape)
      if places[shape] == .max {
        places[shape] = UInt64(table.count)
        table.append(batch.shapeTable[shape])
      }
      return places[shape]
    }
    return (table, rows)
  }

  /// The values of the rows whose shape has them.
  private static func values(
    _ column: [UInt64], of batch: EventBatch, where isPresent: [Bool]
  ) -> [UInt64] {
    let rows = batch.count
    let shapes = batch.shapes
    return unsafe [UInt64](unsafeUninitializedCapacity: rows) { buffer, count in
      var next = 0
      for row in 0..<rows {
        unsafe buffer[next] = column[row]
        if isPresent[Int(shapes[row])] { next += 1 }
      }
      count = next
    }
  }

  /// The time that passed before each row; releases are a stream of their own.
  private static func timeColumns(_ batch: EventBatch, isRelease: [Bool]) -> [Column] {
    var steps: [UInt64] = []
    var releaseSteps: [UInt64] = []
    steps.reserveCapacity(batch.count)
    releaseSteps.reserveCapacity(batch.count)
    var last = batch.times.first ?? 0
    for row in 0..<batch.count {
      let step = batch.times[row] &- last
      last = batch.times[row]
      if isRelease[Int(batch.shapes[row])] { releaseSteps.append(step) } else { steps.append(step) }
    }
    return [
      Column(.timeSteps, .planes, steps), Column(.releaseTimeSteps, .planes, releaseSteps),
    ]
  }

  private static func derivedColumns(_ batch: EventBatch, _ traits: [ShapeColumns]) -> [Column] {
    let derived = batch.derived
    var releases: [UInt64] = []
    var missed: (rows: [UInt64], allocations: [UInt64]) = ([], [])
    releases.reserveCapacity(batch.count)
    var last: UInt64 = 0
    for row in 0..<batch.count {
      let release = derived.releases[row]
      if traits[Int(batch.shapes[row])].ends {
        guard release != 0 else {
          releases.append(0)
          continue
        }
        releases.append(1 &+ ZigZag.encode(Int64(bitPattern: release &- 1 &- last)))
        last = release &- 1
      } else if release != 0 {
        missed.rows.append(UInt64(row))
        missed.allocations.append(release - 1)
      }
    }
    let columns = [
      Column(
        .categories, .runLength, derived.allocationRows.map { UInt64(derived.categories[Int($0)]) }
      ),
      Column(.firstAllocation, .varint, [derived.firstAllocation]),
      Column(.releasedAllocations, .varint, releases),
      Column(.missedRows, .delta, missed.rows),
      Column(.missedAllocations, .delta, missed.allocations),
    ]
    return columns + farColumns(derived.farReleases)
      + AdjustmentColumns.adjustments.columns(derived.adjustments)
      + instanceColumns(derived.instanceChanges) + checkpointColumns(derived.checkpoint)
  }

  private static func farColumns(_ blocks: [ReleasedBlock]) -> [Column] {
    [
      Column(.farSizes, .varint, blocks.map(\.size)),
      Column(.farThreads, .runLength, blocks.map(\.thread)),
      Column(.farCategories, .runLength, blocks.map { UInt64($0.category) }),
      Column(.farStacks, .varint, blocks.map { optional($0.stack) }),
    ]
  }

  private static func instanceColumns(_ changes: [InstanceChange]) -> [Column] {
    AdjustmentColumns.instances.columns(changes.map(\.change)) + [
      Column(.instances, .delta, changes.map(\.instance))
    ]
  }

  private static func checkpointColumns(_ cells: [CellBytes]) -> [Column] {
    [
      Column(.checkpointCategories, .runLength, cells.map { UInt64($0.cell.category.code) }),
      Column(.checkpointThreads, .delta, cells.map(\.cell.thread)),
      Column(.checkpointCommitted, .varint, cells.map { ZigZag.encode($0.committed) }),
      Column(.checkpointReserved, .varint, cells.map { ZigZag.encode($0.reserved) }),
      Column(.checkpointCounts, .varint, cells.map { ZigZag.encode($0.count) }),
    ]
  }

  private static func encode(_ shapes: [EventShape]) -> [UInt8] {
    var writer = ByteWriter()
    for shape in shapes {
      writer.text(shape.operation.name)
      writer.varint(UInt64(shape.fields.count))
      for field in shape.fields { encode(field, to: &writer) }
    }
    return writer.bytes
  }

  private static func encode(_ fields: [EventField]) -> [UInt8] {
    var writer = ByteWriter()
    for field in fields { encode(field, to: &writer) }
    return writer.bytes
  }

  private static func encode(_ field: EventField, to writer: inout ByteWriter) {
    writer.varint(UInt64(field.kind.rawValue))
    writer.text(field.name)
  }

  static func optional(_ value: UInt64?) -> UInt64 { value.map { $0 &+ 1 } ?? 0 }
}

/// What a shape's rows have, worked out once a row group.
struct ShapeColumns {
  let hasAddress: Bool
  let hasOld: Bool
  let hasSize: Bool
  let hasStack: Bool
  /// A block may begin in the row.
  let begins: Bool
  /// A block normally ends in the row.
  let ends: Bool
  /// It ends, and none begins.
  let isRelease: Bool

  init(_ shape: EventShape) {
    hasAddress = shape.fields.contains(EventShape.address)
    hasOld = shape.fields.contains(EventShape.old)
    hasSize = shape.fields.contains(EventShape.size)
    hasStack = shape.fields.contains(EventShape.stack)
    begins = shape.operation.mayBeginBlock
    ends = shape.operation == .free || shape.operation == .realloc
    isRelease = shape.operation == .free
  }
}
