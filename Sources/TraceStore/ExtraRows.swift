import TraceModel

/// The further keys of a row group's rows, with the texts that they name.
struct ExtraRows {
  private var texts = TextTable()
  private var values: [EventField: [UInt64]] = [:]

  /// Takes the rows of the next batch.
  mutating func append(_ batch: EventBatch) {
    let places = batch.strings.map { texts.number(of: $0) }
    for (field, more) in batch.extras {
      values[field, default: []] +=
        field.kind == .text ? more.map { places[Int($0)] } : more
    }
  }

  var columns: [Column] {
    let fields = values.keys.sorted { ($0.name, $0.kind.rawValue) < ($1.name, $1.kind.rawValue) }
    return [
      Column(.texts, texts: texts.texts), Column(.extraFields, blob: EventColumns.encode(fields)),
    ]
      + fields.enumerated().map { place, field in
        Column(number: ColumnID.firstExtra + UInt64(place), .varint, values[field] ?? [])
      }
  }
}
