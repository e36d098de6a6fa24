import TraceModel

/// The sizes of a row group's rows.
struct SizeRows: ~Copyable {
  private var codes: VarintBuffer
  /// Those of a batch.
  private var values: RowBuffer<UInt64>

  init(capacity: Int) {
    codes = VarintBuffer(capacity: capacity)
    values = RowBuffer(rows: capacity)
  }

  /// Takes the rows of the next batch, which have these flags; there is room for as many as the
  /// capacity says.
  mutating func append(_ batch: EventBatch, _ flags: Span<UInt8>) {
    let filled = batch.sizes.filled(to: batch.count)
    let sizes = filled.span
    values.removeAll()
    for row in sizes.indices {
      unsafe values.take(
        sizes[unchecked: row],
        where: ShapeFlags.count(ShapeFlags.size, in: flags[unchecked: row]))
    }
    for place in 0..<values.count { unsafe codes.appendSize(values[unchecked: place]) }
  }

  var column: Column { codes.column(.sizes) }
}
