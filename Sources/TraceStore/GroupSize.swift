import TraceModel

/// What the batches of a row group need of it.
struct GroupSize {
  private var rows = 0
  private var shapes = 0
  private var keys = 0
  private var textBytes = 0

  init() {}

  init(_ batch: EventBatch) {
    rows = batch.count
    shapes = batch.shapeTable.count
    keys = batch.extras.count
    textBytes = batch.strings.reduce(0) { $0 + $1.utf8.count }
  }

  static func + (one: GroupSize, other: GroupSize) -> GroupSize {
    var sum = one
    sum.rows += other.rows
    sum.shapes += other.shapes
    sum.keys += other.keys
    sum.textBytes += other.textBytes
    return sum
  }

  /// Whether a row group may be so large.
  var fits: Bool {
    rows <= TraceFileFormat.eventRows && shapes <= TraceFileFormat.Limit.shapes
      && keys <= TraceFileFormat.Limit.columns / 2
      && textBytes <= TraceFileFormat.Limit.rawBytes / 2
  }
}
