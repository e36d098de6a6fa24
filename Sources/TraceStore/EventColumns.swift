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

    fileprivate var includesRecorded: Bool { self != .aggregated }

    func includes(_ column: UInt64) -> Bool {
      guard self != .all else { return true }
      if column >= ColumnID.firstExtra { return includesRecorded }
      guard let id = ColumnID(rawValue: column) else { return false }
      return switch id {
      case .addresses, .olds, .extraFields, .texts: includesRecorded
      case .shapeTable, .shapes, .times, .threads, .sizes, .stacks: true
      default: !includesRecorded
      }
    }
  }

  // MARK: Encoding

  static func columns(_ batch: EventBatch) -> [Column] {
    let traits = batch.shapeTable.map(ShapeColumns.init)
    var addresses: [UInt64] = []
    var olds: [UInt64] = []
    var sizes: [UInt64] = []
    var stacks: [UInt64] = []
    var categories: [UInt64] = []
    var releases: [UInt64] = []
    var missed: (rows: [UInt64], releases: [UInt64]) = ([], [])
    addresses.reserveCapacity(batch.count)
    releases.reserveCapacity(batch.count)
    let derived = batch.derived
    for row in 0..<batch.count {
      let trait = traits[Int(batch.shapes[row])]
      if trait.hasAddress { addresses.append(batch.addresses[row]) }
      if trait.hasOld { olds.append(batch.olds[row]) }
      if trait.hasSize { sizes.append(batch.sizes[row]) }
      if trait.hasStack { stacks.append(batch.stacks[row]) }
      guard row < derived.categories.count else { continue }
      if trait.begins { categories.append(UInt64(derived.categories[row])) }
      if trait.ends {
        releases.append(derived.releases[row])
      } else if derived.releases[row] != 0 {
        missed.rows.append(UInt64(row))
        missed.releases.append(derived.releases[row])
      }
    }
    let fields = batch.extras.keys.sorted {
      ($0.name, $0.kind.rawValue) < ($1.name, $1.kind.rawValue)
    }
    let columns = [
      Column(.shapeTable, blob: encode(batch.shapeTable)),
      Column(.shapes, .varint, batch.shapes.map(UInt64.init)),
      Column(.times, .delta, batch.times),
      Column(.threads, .runLength, batch.threads),
      Column(.addresses, .delta, addresses),
      Column(.olds, .delta, olds),
      Column(.sizes, .varint, sizes),
      Column(.stacks, .varint, stacks),
      Column(.texts, texts: batch.strings),
      Column(.extraFields, blob: encode(fields)),
      Column(.categories, .runLength, categories),
      Column(.releases, .delta, releases),
      Column(.missedRows, .delta, missed.rows),
      Column(.missedReleases, .delta, missed.releases),
    ]
    let extras = fields.enumerated().map { index, field in
      Column(number: ColumnID.firstExtra + UInt64(index), .varint, batch.extras[field] ?? [])
    }
    let rest =
      farColumns(derived.farReleases)
      + AdjustmentColumns.adjustments.columns(derived.adjustments)
      + instanceColumns(derived.instanceChanges)
    return (columns + rest + checkpointColumns(derived.checkpoint) + extras).filter {
      !$0.values.isEmpty || !$0.blob.isEmpty
    }
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

  init(_ shape: EventShape) {
    hasAddress = shape.fields.contains(EventShape.address)
    hasOld = shape.fields.contains(EventShape.old)
    hasSize = shape.fields.contains(EventShape.size)
    hasStack = shape.fields.contains(EventShape.stack)
    begins = shape.operation.isAllocation || shape.operation == .realloc
    ends = shape.operation == .free || shape.operation == .realloc
  }
}
