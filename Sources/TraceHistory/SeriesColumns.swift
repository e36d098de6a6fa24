import TraceModel

/// Columns of the tables that name a series: the key's parts, and the figure that is followed.
///
/// A file may name categories and measures that a newer memtrace added within its version: those
/// are an error, since to leave them out would be to make up a total.
enum SeriesColumns {
  static let key = "k.module, k.target, k.wamr, k.mode, k.features, k.device"
  static let figure = "s.category, s.container, s.measure, s.source"

  /// A container's code; -1 for none.
  static func code(of container: MemoryCategory?) -> Int64 {
    container.map { Int64($0.code) } ?? -1
  }

  static func key(_ row: SQLStatement, from column: Int32) -> RunKey {
    var key = RunKey()
    for (offset, part) in RunKey.Part.allCases.enumerated() {
      key[part] = row.text(column + Int32(offset))
    }
    return key
  }

  /// The series of a key that `figure`'s columns name.
  static func series(
    of key: RunKey, _ row: SQLStatement, from column: Int32, file: String
  ) throws(TraceError) -> SeriesID {
    guard let measure = Measure(rawValue: row.text(column + 2)),
      let source = FootprintSource(rawValue: row.text(column + 3))
    else { throw unknown("measure or source", file) }
    let container = row.integer(column + 1)
    return SeriesID(
      key: key, category: try category(row.integer(column), file: file),
      container: container < 0 ? nil : try category(container, file: file), measure: measure,
      source: source)
  }

  static func category(_ code: Int64, file: String) throws(TraceError) -> MemoryCategory {
    guard let code = UInt8(exactly: code), let category = MemoryCategory(rawValue: code) else {
      throw unknown("category", file)
    }
    return category
  }

  private static func unknown(_ what: String, _ file: String) -> TraceError {
    TraceError(
      .unsupportedVersion, "the history has a \(what) that this memtrace does not know",
      at: SourceLocation(file: file), remedy: "use a newer memtrace")
  }
}
