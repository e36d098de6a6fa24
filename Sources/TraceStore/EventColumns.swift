import TraceModel

/// A batch of events as columns, and back.
enum EventColumns {
  /// Which columns a query reads.
  struct Selection {
    /// What the log said beyond what live bytes follow from: addresses and further keys.
    let isRecorded: Bool
    /// What ingest found out.
    let isDerived: Bool
    let parts: EventParts

    /// What the log said, to write it again.
    static let recorded = Selection(isRecorded: true, isDerived: false, parts: .all)
    static let all = Selection(isRecorded: true, isDerived: true, parts: .all)

    /// What the live bytes follow from; addresses are left out.
    static func aggregated(_ parts: EventParts) -> Selection {
      Selection(isRecorded: false, isDerived: true, parts: parts)
    }

    func includes(_ column: UInt64) -> Bool {
      if column >= ColumnID.firstExtra { return isRecorded }
      if ColumnID.stepCodes.contains(column) { return parts.contains(.times) }
      guard let id = ColumnID(rawValue: column) else { return false }
      return switch id {
      case .addresses, .olds, .extraFields, .texts, .addressCodes, .addressSteps,
        .inexactReleases:
        isRecorded
      case .times, .startTime, .timeSteps, .releaseTimeSteps, .tickPeriod, .timeCorrectionRows,
        .timeCorrections, .stepBits, .longSteps:
        parts.contains(.times)
      case .stacks: parts.contains(.stacks)
      // Addresses follow from which block ends in a row, and from sizes.
      case .shapeTable, .shapes, .threads, .sizes, .firstAllocation, .categories,
        .releasedAllocations, .missedRows, .missedAllocations, .farSizes, .farThreads,
        .farCategories, .farStacks:
        true
      default: isDerived
      }
    }
  }

  // MARK: Encoding

  static func instanceColumns(_ changes: [InstanceChange]) -> [Column] {
    AdjustmentColumns.instances.columns(changes.map(\.change)) + [
      Column(.instances, .delta, changes.map(\.instance))
    ]
  }

  static func checkpointColumns(_ cells: [CellBytes]) -> [Column] {
    [
      Column(.checkpointCategories, .runLength, cells.map { UInt64($0.cell.category.code) }),
      Column(.checkpointThreads, .delta, cells.map(\.cell.thread)),
      Column(.checkpointCommitted, .varint, cells.map { ZigZag.encode($0.committed) }),
      Column(.checkpointReserved, .varint, cells.map { ZigZag.encode($0.reserved) }),
      Column(.checkpointCounts, .varint, cells.map { ZigZag.encode($0.count) }),
    ]
  }

  static func encode(_ shapes: [EventShape]) -> [UInt8] {
    var writer = ByteWriter()
    for shape in shapes {
      writer.text(shape.operation.name)
      writer.varint(UInt64(shape.fields.count))
      for field in shape.fields { encode(field, to: &writer) }
    }
    return writer.bytes
  }

  static func encode(_ fields: [EventField]) -> [UInt8] {
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
  let stepKind: StepKind

  init(_ shape: EventShape) {
    hasAddress = shape.keys.contains(.address)
    hasOld = shape.keys.contains(.old)
    hasSize = shape.keys.contains(.size)
    hasStack = shape.keys.contains(.stack)
    begins = shape.operation.mayBeginBlock
    ends = shape.operation == .free || shape.operation == .realloc
    stepKind = StepKind(shape.operation)
  }
}
