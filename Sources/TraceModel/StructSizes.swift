/// One build's column in a table of struct sizes.
package struct StructSizes: Hashable, Sendable {
  private let table: StructSizeTable
  private let column: Int

  init(_ table: StructSizeTable, column: Int) {
    self.table = table
    self.column = column
  }

  /// The size, offset or constant of that name, in bytes; nil where the build has no such struct.
  package subscript(name: String) -> Int64? {
    guard let row = table.rows[name], row[column] >= 0 else { return nil }
    return row[column]
  }

  package static func == (left: StructSizes, right: StructSizes) -> Bool {
    left.column == right.column && left.table === right.table
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(column)
    hasher.combine(ObjectIdentifier(table))
  }
}

/// The numbers of a table, shared by its builds.
final class StructSizeTable: Sendable {
  /// A row for each name, a number for each build; -1 where a build has no such struct.
  let rows: [String: [Int64]]

  init(_ rows: [String: [Int64]]) {
    self.rows = rows
  }
}
