import TraceModel

/// A row group of events in the making: consecutive batches, made columns as they come.
///
/// Rationale: batches are as large as a processor's cache, row groups as large as compresses well. A
/// batch that is taken at once is still in the cache, and its memory is soon another's. Whoever uses
/// it sees to it that nobody else does meanwhile.
final class EventGroup: @unchecked Sendable {
  private(set) var rows = 0
  /// Whether ingest has found out what its events do: of all batches, or of none.
  let isMatched: Bool
  private let capacity: Int
  /// nil where addresses are left out.
  private let model: AddressModel?
  private var shapes: ShapeRows
  /// Those of each batch: their steps are known when all are.
  private var times: [[UInt64]] = []
  private var threads = RunLengths()
  private var sizes: SizeRows
  private var stacks: StackRows
  private var addresses: [AddressColumns] = []
  /// nil where the events are not matched.
  private var derived: DerivedRows?
  private var extras = ExtraRows()

  /// One that begins with a batch, which is not taken yet.
  init(from first: EventBatch, model: AddressModel?) {
    // A larger batch is a row group of its own.
    capacity = max(TraceFileFormat.eventRows, first.count)
    self.model = model
    shapes = ShapeRows(capacity: capacity)
    sizes = SizeRows(capacity: capacity)
    stacks = StackRows(capacity: capacity)
    isMatched = first.isMatched
    derived = isMatched ? DerivedRows(of: first, capacity: capacity) : nil
  }

  /// Takes the next batch.
  func append(_ batch: EventBatch) {
    precondition(rows + batch.count <= capacity, "more rows than a row group has")
    shapes.append(batch)
    let allFlags = shapes.flags
    let flags = allFlags.span.extracting(rows...)
    times.append(batch.times.filled(to: batch.count))
    threads.append(batch.threads)
    sizes.append(batch, flags)
    stacks.append(batch, flags)
    if let model { addresses.append(AddressColumns(batch, flags, model: model)) }
    derived?.append(batch, atRow: rows, flags)
    extras.append(batch)
    rows += batch.count
  }

  /// The columns of all batches.
  var columns: [Column] {
    var columns =
      shapes.columns + [
        TimeColumns.start(of: times), threads.column(.threads), sizes.column, stacks.column,
      ]
    columns += TimeColumns.steps(of: times, rows: rows, shapes.flags.span)
    columns += AddressColumns.columns(addresses)
    columns += derived?.columns ?? []
    columns += extras.columns
    return columns.filter { !$0.content.isEmpty }
  }
}
